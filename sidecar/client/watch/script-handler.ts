/** Runs a program for each change: the reading as JSON on its standard input, the position in CONSUL_INDEX. */
import { spawn } from 'node:child_process';
import type { ChildProcess, StdioOptions } from 'node:child_process';
import { renderJSON } from '../json.ts';
import type { WatchPosition } from './watch-source.ts';

export interface ScriptOptions {
  /** Program and arguments. */
  readonly command: readonly string[];
  /** Give the joined command to a shell ($SHELL, else /bin/sh) instead of starting the program itself. */
  readonly shell: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  /** Where standard output and error go. */
  readonly output: 'inherit' | 'pipe';
  /** Called with the process once it runs, to pass signals on or to read its output. */
  onStart?(child: ChildProcess): void;
}

/** The program could not be started, or ended otherwise than with exit code 0. */
export class ScriptError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ScriptError';
  }
}

/** Resolves when the program ended well; rejects with ScriptError. */
export function runScript(
  options: ScriptOptions,
  value: unknown,
  position: WatchPosition,
): Promise<void> {
  const environment = { ...options.environment, CONSUL_INDEX: position };
  const stdio: StdioOptions = ['pipe', options.output, options.output];
  return new Promise((resolve, reject) => {
    const child = spawnCommand(options.command, options.shell, {
      env: environment,
      cwd: options.cwd,
      stdio,
    });
    child.once('error', (error) => reject(new ScriptError(describeSpawnError(error, options))));
    child.once('spawn', () => options.onStart?.(child));
    child.once('close', (code, signal) => {
      if (code === 0) resolve();
      else reject(new ScriptError(`Error executing handler: ${describeExit(code, signal)}`));
    });
    // A handler need not read its input.
    child.stdin?.on('error', () => {});
    child.stdin?.end(`${renderJSON(value)}\n`);
  });
}

interface SpawnOptions {
  readonly env: Record<string, string | undefined>;
  readonly cwd: string;
  readonly stdio: StdioOptions;
}

export function spawnCommand(
  command: readonly string[],
  shell: boolean,
  options: SpawnOptions,
): ChildProcess {
  if (!shell) return spawn(command[0] ?? '', command.slice(1), options);
  return spawn(options.env['SHELL'] || '/bin/sh', ['-c', command.join(' ')], options);
}

/** As Go words the end of a process. */
export function describeExit(code: number | null, signal: NodeJS.Signals | null): string {
  return signal === null ? `exit status ${code}` : `signal: ${SIGNAL_TEXTS[signal] ?? signal}`;
}

const SIGNAL_TEXTS: Partial<Record<NodeJS.Signals, string>> = {
  SIGKILL: 'killed',
  SIGTERM: 'terminated',
  SIGINT: 'interrupt',
  SIGHUP: 'hangup',
  SIGQUIT: 'quit',
  SIGABRT: 'aborted',
};

export function describeSpawnFailure(error: NodeJS.ErrnoException, program: string): string {
  const name = JSON.stringify(program);
  if (error.code === 'ENOENT') return `exec: ${name}: executable file not found in $PATH`;
  return `exec: ${name}: ${error.message}`;
}

function describeSpawnError(error: NodeJS.ErrnoException, options: ScriptOptions): string {
  return `Error starting handler: ${describeSpawnFailure(error, options.command[0] ?? '')}`;
}
