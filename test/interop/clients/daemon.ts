/** A program of somebody else that runs until it is stopped, and may say anything meanwhile. */
import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 50;
const READY_LIMIT_MS = 30_000;
const STOP_LIMIT_MS = 5_000;

export class Daemon {
  readonly #child: ChildProcess;
  #words = '';

  constructor(program: string, args: readonly string[], cwd: string) {
    this.#child = spawn(program, [...args], { cwd, stdio: ['ignore', 'pipe', 'pipe'] });
    const keep = (text: string): void => {
      this.#words += text;
    };
    this.#child.stdout?.setEncoding('utf8').on('data', keep);
    this.#child.stderr?.setEncoding('utf8').on('data', keep);
    this.#child.on('error', (error) => keep(String(error)));
  }

  /** All that it has said so far. */
  get words(): string {
    return this.#words;
  }

  /** Tries until `attempt` gives something. @throws with the daemon's words when nothing comes in time */
  async until<T>(attempt: () => Promise<T | undefined>): Promise<T> {
    const deadline = Date.now() + READY_LIMIT_MS;
    let failure: unknown;
    while (Date.now() < deadline) {
      const found = await attempt().catch((error: unknown) => {
        failure = error;
        return undefined;
      });
      if (found !== undefined) return found;
      await sleep(POLL_MS);
    }
    throw new Error(`it did not come to that\n${this.#words}`, { cause: failure });
  }

  async stop(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const closed = new Promise((resolve) => this.#child.once('close', resolve));
    this.#child.kill('SIGTERM');
    const killer = setTimeout(() => this.#child.kill('SIGKILL'), STOP_LIMIT_MS);
    await closed;
    clearTimeout(killer);
  }
}
