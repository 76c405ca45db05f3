/** One shell for all examples, so that variables, functions and the directory last from one to the next. */
import { type ChildProcess, spawn } from 'node:child_process';

/** What no command prints by chance. */
const END = '@@end-of-command@@';
const STOP_LIMIT_MS = 5_000;

export class Shell {
  readonly #child: ChildProcess;
  #output = '';
  #wake = (): void => {};

  constructor(cwd: string, env: NodeJS.ProcessEnv) {
    // A group of its own, so that what the examples left in the background can be ended with it.
    this.#child = spawn('/bin/sh', [], {
      cwd,
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      detached: true,
    });
    this.#child.stdout?.setEncoding('utf8').on('data', (text: string) => {
      this.#output += text;
      this.#wake();
    });
    this.#child.stdin?.on('error', () => {});
    // One stream, as on a terminal: two would come in any order.
    this.#child.stdin?.write('exec 2>&1\n');
  }

  /** @returns everything that it printed, on both streams. @throws when it outlives `limitMs` */
  async run(command: string, limitMs: number): Promise<string> {
    this.#output = '';
    this.#child.stdin?.write(`{ ${command}\n} </dev/null\necho; echo '${END}'\n`);
    const deadline = Date.now() + limitMs;
    for (;;) {
      const end = this.#output.indexOf(END);
      if (end !== -1) return this.#output.slice(0, end).replace(/\n$/, '');
      const leftMs = deadline - Date.now();
      if (leftMs <= 0)
        throw new Error(`still runs after ${limitMs} ms: ${command}\n${this.#output}`);
      await this.#moreOutput(leftMs);
    }
  }

  async stop(): Promise<void> {
    const { pid } = this.#child;
    if (pid === undefined || this.#child.exitCode !== null || this.#child.signalCode !== null)
      return;
    const ended = new Promise<void>((resolve) => this.#child.once('exit', () => resolve()));
    const killer = setTimeout(() => process.kill(-pid, 'SIGKILL'), STOP_LIMIT_MS);
    process.kill(-pid, 'SIGTERM');
    await ended;
    clearTimeout(killer);
  }

  #moreOutput(limitMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#wake = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }
}
