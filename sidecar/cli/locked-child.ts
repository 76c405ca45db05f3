/** The program that runs under a lock: ended when the lock is lost, or when the user ends the command. */
import type { ChildProcess } from 'node:child_process';
import {
  describeExit,
  describeSpawnFailure,
  spawnCommand,
} from '../client/watch/script-handler.ts';
import { aborted } from '../lib/aborted.ts';

export interface LockedChildOptions {
  readonly command: readonly string[];
  readonly shell: boolean;
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly cwd: string;
  readonly passStdin: boolean;
  say(text: string): void;
}

/** Between SIGTERM and SIGKILL, as Consul's command grants. */
const GRACE_MS = 5000;

export class LockedChild {
  readonly #options: LockedChildOptions;

  constructor(options: LockedChildOptions) {
    this.#options = options;
  }

  /**
   * Runs the program to its end.
   *
   * @param lost ends it with SIGTERM when it settles
   * @param signal is passed on with its own name
   * @returns how it failed, worded for the user; undefined when it ended well
   */
  async run(lost: Promise<void>, signal: AbortSignal): Promise<string | undefined> {
    const { command, shell, environment, cwd, passStdin, say } = this.#options;
    const child = spawnCommand(command, shell, {
      env: { ...environment },
      cwd,
      stdio: [passStdin ? 'inherit' : 'ignore', 'inherit', 'inherit'],
    });
    const ended = this.#end(child);
    let running = true;
    const reasons: Promise<'ended' | 'lost' | 'signal'>[] = [
      ended.then(() => 'ended' as const),
      lost.then(() => 'lost' as const),
      aborted(signal).then(() => 'signal' as const),
    ];
    const reason = await Promise.race(reasons);
    if (reason === 'lost') say('Lock lost, killing child');
    if (reason === 'signal') say('Shutdown triggered, killing child');
    if (reason === 'ended') say('Child terminated, releasing lock');
    else {
      const first = reason === 'signal' ? (signal.reason as NodeJS.Signals) : 'SIGTERM';
      say(`Terminating child pid ${child.pid}`);
      child.kill(first);
      // The user's signal need not be one that ends the program; SIGTERM says what is meant.
      if (first !== 'SIGTERM') child.kill('SIGTERM');
      const timer = setTimeout(() => running && child.kill('SIGKILL'), GRACE_MS);
      await ended;
      running = false;
      clearTimeout(timer);
      say('Child terminated');
    }
    return ended;
  }

  #end(child: ChildProcess): Promise<string | undefined> {
    return new Promise((resolve) => {
      child.once('error', (error) => {
        const reason = describeSpawnFailure(error, this.#options.command[0] ?? '');
        resolve(`Error starting handler: ${reason}`);
      });
      child.once('exit', (code, signal) =>
        resolve(code === 0 ? undefined : `Error running handler: ${describeExit(code, signal)}`),
      );
    });
  }
}
