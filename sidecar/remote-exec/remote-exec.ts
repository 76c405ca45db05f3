/**
 * Runs the jobs that `exec` fires at this host (Consul: agent/remote_exec.go).
 *
 * What it may run is anything that the agent's user may: `disable_remote_exec` is true unless the configuration says
 * otherwise, and then this class is never made.
 */
import {
  EXIT_NOT_STARTED,
  type RemoteExecPlace,
  ackKey,
  exitKey,
  jobKey,
  outputKey,
} from '../../protocol/remote-exec.ts';
import type { Logger } from '../lib/log.ts';
import { type Job, JobError, parseJob, parsePlace } from './job.ts';
import { OutputPieces } from './output-pieces.ts';
import { type RunningProgram, runProgram } from './program-run.ts';

/** What a job needs of the KV store. Both methods may reject when the datacenter is away. */
export interface JobStore {
  /** @returns null when there is no such key */
  read(key: string): Promise<Buffer | null>;
  /** Writes a key that `session` holds. @returns false when the session has ended */
  write(key: string, value: Buffer, session: string): Promise<boolean>;
}

export interface RemoteExecOptions {
  readonly node: string;
  readonly store: JobStore;
  readonly log: Logger;
}

/** Jobs at once; a storm of events must not become a storm of processes. */
export const MAX_RUNNING_JOBS = 16;

export class RemoteExec {
  readonly #options: RemoteExecOptions;
  readonly #running = new Set<RunningProgram>();
  readonly #jobs = new Set<Promise<void>>();
  #isStopped = false;

  constructor(options: RemoteExecOptions) {
    this.#options = options;
  }

  /** Takes an event; what becomes of it stands in the log. */
  handle(event: { readonly ID: string; readonly Payload: string | null }): void {
    if (this.#isStopped) return;
    const { log } = this.#options;
    log.debug(`received remote exec event: id=${event.ID}`);
    const job = this.#perform(event.Payload).catch((error: Error) =>
      log.error(`remote exec failed: id=${event.ID} error=${JSON.stringify(error.message)}`),
    );
    this.#jobs.add(job);
    void job.finally(() => this.#jobs.delete(job));
  }

  /** Ends what runs; resolves once nothing does. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const program of this.#running) program.kill();
    await Promise.all(this.#jobs);
  }

  async #perform(payload: string | null): Promise<void> {
    const { node, store, log } = this.#options;
    const place = parsePlace(payload);
    const text = await store.read(jobKey(place));
    if (text === null) throw new JobError('there is no job');
    const job = parseJob(text.toString('utf8'));
    const write = (key: string, value: Buffer): Promise<boolean> =>
      store.write(key, value, place.session);
    if (!(await write(ackKey(place, node), Buffer.alloc(0)))) return;
    if (this.#isStopped) return;
    let code = EXIT_NOT_STARTED;
    if (this.#running.size >= MAX_RUNNING_JOBS) {
      log.warn(`remote exec refused: ${MAX_RUNNING_JOBS} jobs run already`);
    } else {
      log.info(`remote exec: ${describe(job)}`);
      code = await this.#run(job, place);
    }
    await write(exitKey(place, node), Buffer.from(String(code)));
  }

  async #run(job: Job, place: RemoteExecPlace): Promise<number> {
    const { node, store, log } = this.#options;
    let sequence = 0;
    let program: RunningProgram | undefined;
    const pieces = new OutputPieces({
      heartbeatMs: job.heartbeatMs,
      send: async (piece) => {
        try {
          return await store.write(outputKey(place, node, sequence++), piece, place.session);
        } catch (error) {
          log.warn(`remote exec cannot send output: ${(error as Error).message}`);
          return false;
        }
      },
      onRefused: () => program?.kill(),
    });
    program = runProgram(job.program, (chunk) => pieces.push(chunk));
    this.#running.add(program);
    try {
      return await program.ended;
    } finally {
      this.#running.delete(program);
      await pieces.end();
    }
  }
}

function describe({ program }: Job): string {
  if (program.kind === 'command') return `script=${JSON.stringify(program.text)}`;
  if (program.kind === 'arguments') return `command=${JSON.stringify(program.args.join(' '))}`;
  return `a script of ${program.bytes.length} bytes`;
}
