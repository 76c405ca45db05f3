/**
 * Messages that wait to be gossiped, each a limited number of times.
 *
 * Whatever was sent least often goes first, and among those the largest that still fits, then the newest
 * (memberlist's TransmitLimitedQueue). Serf keeps three of these besides memberlist's own.
 */
import { retransmitLimit } from '../swim/scaling.ts';

export interface Broadcast {
  readonly message: Uint8Array;
  /** A later broadcast of the same name replaces this one; without a name nothing does. */
  readonly name?: string;
  /** Called once: it was sent often enough, replaced, or pruned. */
  readonly onFinished?: () => void;
}

interface Queued {
  readonly broadcast: Broadcast;
  readonly bytes: number;
  /** Grows: the newer of two messages of equal length is sent first. */
  readonly id: number;
  transmits: number;
}

export interface QueueOptions {
  /** How often a message is sent: this times the decimal logarithm of the number of nodes. */
  readonly retransmitMult: number;
  readonly nodeCount: () => number;
}

const NOTHING: readonly Uint8Array[] = Object.freeze([]);

export class TransmitLimitedQueue {
  readonly #options: QueueOptions;
  /** By number of transmissions so far; each tier sorted: larger first, then newer first. */
  #tiers: Queued[][] = [];
  readonly #byName = new Map<string, Queued>();
  #length = 0;
  #lastID = 0;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get length(): number {
    return this.#length;
  }

  queue(broadcast: Broadcast): void {
    const { name, message } = broadcast;
    const queued: Queued = { broadcast, bytes: message.length, id: ++this.#lastID, transmits: 0 };
    if (name !== undefined) {
      const older = this.#byName.get(name);
      if (older !== undefined) this.#finish(older);
      this.#byName.set(name, queued);
    }
    this.#insert(queued);
  }

  /**
   * Takes messages for one packet.
   *
   * @param overhead bytes that each message costs besides its own length
   * @param limit bytes that all of them, overheads included, may take
   */
  getBroadcasts(overhead: number, limit: number): readonly Uint8Array[] {
    if (this.#length === 0) return NOTHING;
    const transmitLimit = retransmitLimit(this.#options.retransmitMult, this.#options.nodeCount());
    const taken: Queued[] = [];
    let used = 0;
    for (const tier of this.#tiers) {
      for (;;) {
        const free = limit - used - overhead;
        const position = free > 0 ? firstFitting(tier, free) : tier.length;
        const queued = tier[position];
        if (queued === undefined) break;
        tier.splice(position, 1);
        this.#length--;
        taken.push(queued);
        used += overhead + queued.bytes;
      }
    }
    // Put back only now: a message that moved one tier on would otherwise be met again in the same packet.
    for (const queued of taken) this.#afterTransmit(queued, transmitLimit);
    return taken.length === 0 ? NOTHING : taken.map((queued) => queued.broadcast.message);
  }

  /** Drops what was sent most often until at most `maxLength` are left. */
  prune(maxLength: number): void {
    while (this.#length > Math.max(0, maxLength)) {
      const tier = this.#tiers.findLast((candidate) => candidate.length > 0);
      const last = tier?.at(-1);
      if (last === undefined) return;
      this.#finish(last);
    }
  }

  #afterTransmit(queued: Queued, transmitLimit: number): void {
    queued.transmits++;
    if (queued.transmits < transmitLimit) this.#insert(queued);
    else this.#forget(queued);
  }

  #insert(queued: Queued): void {
    while (this.#tiers.length <= queued.transmits) this.#tiers.push([]);
    const tier = this.#tiers[queued.transmits] as Queued[];
    tier.splice(positionOf(tier, queued), 0, queued);
    this.#length++;
  }

  #finish(queued: Queued): void {
    const tier = this.#tiers[queued.transmits] as Queued[];
    tier.splice(positionOf(tier, queued), 1);
    this.#length--;
    this.#forget(queued);
  }

  #forget({ broadcast, id }: Queued): void {
    if (broadcast.name !== undefined && this.#byName.get(broadcast.name)?.id === id) {
      this.#byName.delete(broadcast.name);
    }
    broadcast.onFinished?.();
  }
}

/** Index of the first element that is at most `bytes` long; the tier is sorted by falling length. */
function firstFitting(tier: readonly Queued[], bytes: number): number {
  let low = 0;
  let high = tier.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((tier[middle] as Queued).bytes > bytes) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Where `queued` stands, or would stand. */
function positionOf(tier: readonly Queued[], queued: Queued): number {
  let low = 0;
  let high = tier.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = tier[middle] as Queued;
    const before =
      other.bytes > queued.bytes || (other.bytes === queued.bytes && other.id > queued.id);
    if (before) low = middle + 1;
    else high = middle;
  }
  return low;
}
