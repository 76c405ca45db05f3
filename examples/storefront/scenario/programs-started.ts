/** Owns every process of the example: each has a log file, and all of them end, the last one started first. */
import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export interface StartOptions {
  /** Names the log file. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  /** HAProxy ends at once on SIGTERM, and waits for its clients on SIGUSR1. */
  readonly stopSignal?: NodeJS.Signals;
}

const STOP_LIMIT_MS = 10_000;
const LOG_TAIL_CHARACTERS = 2_000;

export class StartedPrograms {
  readonly #directory: string;
  readonly #started: { child: ChildProcess; options: StartOptions }[] = [];

  constructor(directory: string) {
    this.#directory = directory;
  }

  start(options: StartOptions): ChildProcess {
    const log = openSync(this.#logFile(options.name), 'a');
    const child = spawn(options.program, [...options.args], {
      stdio: ['ignore', log, log],
      cwd: this.#directory,
      // A group of its own: Ctrl-C reaches this script only, which then stops all in order.
      detached: true,
    });
    closeSync(log);
    child.once('error', (error) => console.error(`${options.name}: ${error.message}`));
    this.#started.push({ child, options });
    return child;
  }

  /** Ends one at once, as a crash would. */
  async kill(child: ChildProcess): Promise<void> {
    const ended = exited(child);
    child.kill('SIGKILL');
    await ended;
  }

  async stop(): Promise<void> {
    for (const { child, options } of this.#started.toReversed()) {
      if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) continue;
      const ended = exited(child);
      child.kill(options.stopSignal ?? 'SIGTERM');
      await Promise.race([ended, sleep(STOP_LIMIT_MS, undefined, { ref: false })]);
      if (child.exitCode === null && child.signalCode === null) process.kill(-child.pid, 'SIGKILL');
    }
  }

  /** @returns the end of each program's log, for a person who looks for the cause of a failure. */
  logTails(): string {
    const names = [...new Set(this.#started.map(({ options }) => options.name))];
    return names
      .map(
        (name) =>
          `--- ${name}\n${readFileSync(this.#logFile(name), 'utf8').slice(-LOG_TAIL_CHARACTERS)}`,
      )
      .join('\n');
  }

  #logFile(name: string): string {
    return path.join(this.#directory, `${name}.log`);
  }
}

function exited(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return Promise.resolve();
  return new Promise((resolve) => child.once('exit', () => resolve()));
}
