/**
 * The loop of a watch: read, tell of a change, wait for the next.
 *
 * The handler is told of the first reading and of each that differs from the last one told; never twice at once. What
 * changes while it runs is folded into the next reading: a watch tells states, not histories.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { ConsulClient } from '../http-client.ts';
import { renderJSON } from '../json.ts';
import type { WatchPosition, WatchSource } from './watch-source.ts';

export interface WatchRunnerOptions {
  readonly client: ConsulClient;
  readonly source: WatchSource;
  /** Tells of nothing until something differs from the first reading. */
  readonly skipInitial?: boolean;
  /** Its rejection ends the watch and becomes the rejection of `run`. */
  onChange(value: unknown, position: WatchPosition): Promise<void> | void;
  /** Told of each reading that failed, with the pause before the next attempt. */
  onError(error: Error, retryMs: number): void;
  /** Waits; replaced in tests. */
  pause?(ms: number, signal: AbortSignal): Promise<void>;
}

/** The pause grows with the square of the failures in a row, as Consul's watches do. */
const RETRY_MS = 5000;
const MAX_RETRY_MS = 180_000;

export class WatchRunner {
  readonly #options: WatchRunnerOptions;
  #told: string | undefined;

  constructor(options: WatchRunnerOptions) {
    this.#options = options;
  }

  /** Runs until the signal ends it (then it resolves) or the handler fails (then it rejects). */
  async run(signal: AbortSignal): Promise<void> {
    const { client, source } = this.#options;
    let position: WatchPosition | undefined;
    let failures = 0;
    while (!signal.aborted) {
      let reading;
      try {
        reading = await source.read(client, position, signal);
      } catch (error) {
        if (signal.aborted) return;
        failures++;
        await this.#pauseAfter(error as Error, failures, signal);
        continue;
      }
      failures = 0;
      const changed = reading.position !== position;
      position = nextPosition(position, reading.position);
      if (changed) await this.#tell(reading.value, reading.position);
    }
  }

  async #tell(value: unknown, position: WatchPosition): Promise<void> {
    const text = renderJSON(value);
    if (text === this.#told) return;
    const isFirst = this.#told === undefined;
    this.#told = text;
    if (isFirst && this.#options.skipInitial === true) return;
    await this.#options.onChange(value, position);
  }

  async #pauseAfter(error: Error, failures: number, signal: AbortSignal): Promise<void> {
    const retryMs = Math.min(MAX_RETRY_MS, RETRY_MS * failures ** 2);
    this.#options.onError(error, retryMs);
    const pause = this.#options.pause ?? defaultPause;
    await pause(retryMs, signal);
  }
}

async function defaultPause(ms: number, signal: AbortSignal): Promise<void> {
  // An abort ends the pause early; the loop sees the signal itself.
  await sleep(ms, undefined, { signal }).catch(() => {});
}

/**
 * An index that went backwards (a restored snapshot) starts over, as does 0, which would not block. Hashes, and the
 * event lists' 64-bit numbers, are compared for equality only.
 */
function nextPosition(
  held: WatchPosition | undefined,
  answered: WatchPosition,
): WatchPosition | undefined {
  if (answered === '' || answered === '0') return undefined;
  const isIndex = /^\d{1,15}$/.test(answered) && /^\d{1,15}$/.test(held ?? '');
  return isIndex && Number(answered) < Number(held) ? undefined : answered;
}
