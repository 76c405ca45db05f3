import type { LamportTime } from './lamport-clock.ts';

interface Slot<T> {
  readonly lTime: LamportTime;
  readonly items: T[];
}

export type BufferVerdict = 'new' | 'seen' | 'too_old' | 'full';

export interface RecentBufferOptions<T> {
  /** How many Lamport times are remembered. */
  readonly times: number;
  readonly maxItemsPerTime: number;
  /** Of all items together, as `sizeOf` counts them. */
  readonly maxBytes: number;
  readonly sizeOf: (item: T) => number;
  readonly equal: (a: T, b: T) => boolean;
}

/**
 * What was seen lately, by Lamport time, so that what gossip brings many times is delivered once.
 *
 * A ring: a time takes the place of the one that many times ago. What is older than the ring is refused, for nobody can tell
 * any more whether it was seen.
 */
export class RecentBuffer<T> {
  readonly #options: RecentBufferOptions<T>;
  readonly #slots = new Map<number, Slot<T>>();
  #minTime: LamportTime;
  #bytes = 0;

  constructor(options: RecentBufferOptions<T>, minTime: LamportTime = 0) {
    this.#options = options;
    this.#minTime = minTime;
  }

  /** What is older counts as seen. It only rises. */
  raiseMinTime(minTime: LamportTime): void {
    this.#minTime = Math.max(this.#minTime, minTime);
  }

  /** @param now the clock's time after it witnessed `lTime` */
  add(lTime: LamportTime, item: T, now: LamportTime): BufferVerdict {
    const { times, maxItemsPerTime, sizeOf, equal } = this.#options;
    if (lTime < this.#minTime || (now > times && lTime < now - times)) return 'too_old';
    const known = this.#slots.get(lTime % times);
    const slot = known?.lTime === lTime ? known : this.#replace(lTime);
    if (slot.items.some((seen) => equal(seen, item))) return 'seen';
    if (slot.items.length >= maxItemsPerTime) return 'full';
    slot.items.push(item);
    this.#bytes += sizeOf(item);
    this.#shrink(lTime);
    return 'new';
  }

  /** By Lamport time, in no order. The arrays must not be kept. */
  entries(): readonly { readonly lTime: LamportTime; readonly items: readonly T[] }[] {
    return [...this.#slots.values()];
  }

  #replace(lTime: LamportTime): Slot<T> {
    const place = lTime % this.#options.times;
    this.#drop(place);
    const slot: Slot<T> = { lTime, items: [] };
    this.#slots.set(place, slot);
    return slot;
  }

  #drop(place: number): void {
    for (const item of this.#slots.get(place)?.items ?? []) {
      this.#bytes -= this.#options.sizeOf(item);
    }
    this.#slots.delete(place);
  }

  /** Frees the oldest times until the bound holds; they count as seen from then on, else they could come again. */
  #shrink(keep: LamportTime): void {
    if (this.#bytes <= this.#options.maxBytes) return;
    const oldestFirst = [...this.#slots.entries()].toSorted(([, a], [, b]) => a.lTime - b.lTime);
    for (const [place, slot] of oldestFirst) {
      if (this.#bytes <= this.#options.maxBytes || slot.lTime === keep) return;
      this.#drop(place);
      this.raiseMinTime(slot.lTime + 1);
    }
  }
}
