/**
 * A writer in a thread of its own.
 *
 * The main thread reads thousands of answers when the write wakes them; an acknowledgement read there would wait in that queue and
 * be timed too late.
 */
import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

export interface WriteOrder {
  readonly url: string;
  readonly value: string;
}

/** Times of the system's monotonic clock (`process.hrtime`), which all threads share. */
export interface WriteTimes {
  readonly startedNs: bigint;
  readonly acknowledgedNs: bigint;
  /** 0: the connection failed. */
  readonly status: number;
}

export class TimedWriter {
  readonly #worker = new Worker(new URL('./timed-write-worker.ts', import.meta.url));

  /** @throws when the write is not acknowledged with 200. One at a time. */
  async put(url: string, value: string): Promise<WriteTimes> {
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
    this.#worker.postMessage({ url, value } satisfies WriteOrder);
    const [times] = (await once(this.#worker, 'message')) as [WriteTimes];
    if (times.status !== 200) throw new Error(`PUT ${url} gave ${times.status}`);
    return times;
  }

  async stop(): Promise<void> {
    await this.#worker.terminate();
  }
}
