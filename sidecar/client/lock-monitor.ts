/** Watches that a lock is still held. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { BlockingOptions, Indexed } from './blocking.ts';
import { StatusError } from './errors.ts';

export interface MonitorOptions {
  /** Whether it is still held, by a blocking read. */
  read(options: BlockingOptions): Promise<Indexed<boolean>>;
  /** How many 5xx answers in a row are borne before the lock counts as lost. */
  readonly retries: number;
  readonly retryMs: number;
  /** Ends the watch: the lock is given back on purpose. */
  readonly signal: AbortSignal;
}

/** A holder that the agent cannot vouch for longer than this is none. */
const MONITOR_WAIT = '5m';

/** Settles when the lock is lost or the signal ends the watch; never rejects. */
export async function monitorHolding(options: MonitorOptions): Promise<void> {
  let retriesLeft = options.retries;
  let index = 0n;
  while (!options.signal.aborted) {
    try {
      const held = await options.read({ index, wait: MONITOR_WAIT, signal: options.signal });
      if (!held.value) return;
      index = held.index;
      retriesLeft = options.retries;
    } catch (error) {
      // Only an answering agent may be waited for: without one, somebody else may hold the lock already.
      if (!(error instanceof StatusError) || error.status < 500 || retriesLeft <= 0) return;
      retriesLeft--;
      index = 0n;
      await sleep(options.retryMs, undefined, { signal: options.signal }).catch(() => {});
    }
  }
}
