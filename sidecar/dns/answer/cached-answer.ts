/**
 * One encoded answer, ready to be sent again to whoever sends the same bytes.
 *
 * A shuffled answer is kept in several permutations, given out in turn; one of them is made anew every few hits, so
 * that in the long run every instance of a large service comes up although one datagram holds three.
 */
import type { EncodedMessage } from '../wire/message.ts';
import type { StillHolds } from '../resolve/tracked-source.ts';
import type { AnswerTiming } from '../timings.ts';

/** Permutations of a small answer; a client that asks this often in a row sees the first one again. */
const MAX_VARIANTS = 8;
/** Larger answers (TCP, many instances) are kept once: memory counts more than the cost of a shuffle. */
const SMALL_ANSWER_BYTES = 1232;
/** Hits between two fresh permutations: encoding costs some 5 us, a hit well below one. */
const HITS_PER_SHUFFLE = 16;
const ENTRY_OVERHEAD_BYTES = 500;

export interface CachedAnswerParts {
  readonly encode: () => EncodedMessage;
  readonly checks: readonly StillHolds[];
  /** How many records `encode` chooses from; with one there is nothing to shuffle. */
  readonly records: number;
  /** What `encode` keeps alive. */
  readonly keptBytes?: number;
  /** Where hits are measured. */
  readonly timing?: AnswerTiming | null;
}

export class CachedAnswer {
  /** What this entry costs in memory, roughly. */
  readonly weightBytes: number;
  readonly timing: AnswerTiming | null;
  readonly #encode: () => EncodedMessage;
  readonly #checks: readonly StillHolds[];
  readonly #variants: EncodedMessage[] = [];
  readonly #maxVariants: number;
  #hits = 0;

  constructor(
    first: EncodedMessage,
    { encode, checks, records, keptBytes = 0, timing = null }: CachedAnswerParts,
  ) {
    this.timing = timing;
    this.#encode = encode;
    this.#checks = checks;
    this.#variants.push(first);
    const small = first.bytes.length <= SMALL_ANSWER_BYTES;
    this.#maxVariants = records <= 1 ? 0 : small ? MAX_VARIANTS : 1;
    const bytes = first.bytes.length * Math.max(1, this.#maxVariants);
    this.weightBytes = ENTRY_OVERHEAD_BYTES + bytes + keptBytes;
  }

  stillHolds(): boolean {
    for (const check of this.#checks) if (!check()) return false;
    return true;
  }

  /** The caller must not modify what it gets. */
  next(): EncodedMessage {
    const count = this.#variants.length;
    if (this.#maxVariants === 0) return this.#variants[0]!;
    const hit = this.#hits++;
    if (count < this.#maxVariants) {
      const fresh = this.#encode();
      this.#variants.push(fresh);
      return fresh;
    }
    const slot = hit % count;
    if (hit % HITS_PER_SHUFFLE !== 0) return this.#variants[slot]!;
    // Which slot is replaced must not follow `hit`: 16 is a multiple of 8, so it would always be the same one.
    return (this.#variants[Math.floor(Math.random() * count)] = this.#encode());
  }
}

/** A copy with the query's id and the current time as SOA serials: encoded answers are shared, so never sent as is. */
export function stampAnswer(
  { bytes, serialOffsets }: EncodedMessage,
  idHigh: number,
  idLow: number,
): Buffer {
  const copy = Buffer.allocUnsafe(bytes.length);
  copy.set(bytes);
  copy[0] = idHigh;
  copy[1] = idLow;
  if (serialOffsets.length > 0) {
    const seconds = Math.floor(Date.now() / 1000) >>> 0;
    for (const offset of serialOffsets) copy.writeUInt32BE(seconds, offset);
  }
  return copy;
}
