/** A real shell on a terminal (of `script`), at which somebody types. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';

/** Of a shell's start, and of each answer to a key. */
const ANSWER_LIMIT_MS = 20_000;
const POLL_MS = 20;

export class TypedShell {
  readonly #child: ChildProcess;
  #said = '';

  /** @param command with its arguments, in one line */
  constructor(command: string, env: NodeJS.ProcessEnv, cwd: string) {
    this.#child = spawn(requireProgram(PROGRAMS.script), ['-qfec', command, '/dev/null'], {
      stdio: ['pipe', 'pipe', 'ignore'],
      env,
      cwd,
    });
    this.#child.stdout!.setEncoding('utf8').on('data', (text: string) => (this.#said += text));
  }

  /** Everything on the screen so far, without colours and movements. */
  get screen(): string {
    return stripVTControlCharacters(this.#said);
  }

  /** @returns what the screen got from these keys on, once `pattern` is in it. @throws Error when it does not come */
  async type(keys: string, pattern: RegExp): Promise<string> {
    const before = this.screen.length;
    this.#child.stdin!.write(keys);
    const deadline = performance.now() + ANSWER_LIMIT_MS;
    while (performance.now() < deadline) {
      const answer = this.screen.slice(before);
      if (pattern.test(answer)) return answer;
      await sleep(POLL_MS);
    }
    throw new Error(`no ${pattern} after ${JSON.stringify(keys)}: ${JSON.stringify(this.screen)}`);
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    // `script` takes its terminal away, by which the shell ends as well.
    this.#child.kill('SIGTERM');
    await ended;
  }
}
