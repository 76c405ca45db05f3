/**
 * Scripts with Nagios exit codes: 0 passes, 1 warns, everything else is critical (agent/checks,
 * CheckMonitor).
 */
import { renderDuration } from '../../protocol/duration.ts';
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import { startProgram } from '../lib/start-program.ts';
import { SCRIPT_REAP_GRACE_MS } from './limits.ts';
import { TailBuffer, renderScriptOutput } from './output.ts';
import { critical, startDeadline } from './deadline.ts';
import type { CheckResult, Probe } from './check-runner.ts';

export interface ScriptProbeOptions {
  readonly args: readonly string[];
  readonly timeoutMs: number;
  readonly outputMaxBytes: number;
}

/**
 * The program gets the agent's environment and no input; both its outputs are taken together, as
 * they come.
 */
export class ScriptProbe implements Probe {
  readonly #options: ScriptProbeOptions;

  constructor(options: ScriptProbeOptions) {
    this.#options = options;
  }

  async run(signal: AbortSignal): Promise<CheckResult> {
    const { args, timeoutMs, outputMaxBytes } = this.#options;
    const output = new TailBuffer(outputMaxBytes);
    const deadline = startDeadline(signal, timeoutMs);
    try {
      const code = await runProcessGroup(args, output, deadline.signal);
      const text = renderScriptOutput(output, outputMaxBytes);
      if (!deadline.expired) return { status: statusOf(code), output: text };
      const notice = `Timed out (${renderDuration(timeoutMs)}) running check`;
      return critical(text === '' ? notice : `${notice}\n\n${text}`);
    } catch (thrown) {
      return critical(describeSpawnError(thrown, args[0]!));
    } finally {
      deadline.release();
    }
  }
}

/** Null is a death by signal. */
export function statusOf(exitCode: number | null): CheckStatus {
  if (exitCode === 0) return 'passing';
  return exitCode === 1 ? 'warning' : 'critical';
}

/**
 * Runs a program and kills its whole process group when `signal` is aborted: a shell's children must
 * not outlive the check. Descendants that made a group of their own do.
 *
 * @returns the exit code, null after a signal
 * @throws the spawn error when the program cannot be started
 */
export async function runProcessGroup(
  args: readonly string[],
  output: TailBuffer,
  signal: AbortSignal,
): Promise<number | null> {
  const program = startProgram({
    args,
    onOutput: (chunk) => output.push(chunk),
    pipeGraceMs: SCRIPT_REAP_GRACE_MS,
  });
  if (signal.aborted) program.kill();
  signal.addEventListener('abort', program.kill, { once: true });
  try {
    return await program.ended;
  } finally {
    signal.removeEventListener('abort', program.kill);
  }
}

/** Go's sentences. A missing program is told apart from one that is not executable. */
function describeSpawnError(thrown: unknown, program: string): string {
  const code = (thrown as NodeJS.ErrnoException).code ?? '';
  if (program === '') return 'exec: no command';
  if (code === 'ENOENT' && !program.includes('/')) {
    return `exec: "${program}": executable file not found in $PATH`;
  }
  return `fork/exec ${program}: ${SPAWN_REASONS[code] ?? (thrown as Error).message}`;
}

const SPAWN_REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EAGAIN: 'resource temporarily unavailable',
  // Without `#!` a file of text is no program.
  ENOEXEC: 'exec format error',
  ENOMEM: 'cannot allocate memory',
  EMFILE: 'too many open files',
  E2BIG: 'argument list too long',
  // An argument that holds a zero byte.
  EINVAL: 'invalid argument',
  ERR_INVALID_ARG_VALUE: 'invalid argument',
};
