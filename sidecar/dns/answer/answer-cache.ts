/**
 * Encoded answers by the query's bytes without its id: name in its letter case, type, class, flags, EDNS.
 *
 * A least-recently-used cache in two generations: entries are added to the young one; when it is full, it becomes the
 * old one and the former old one is dropped; a hit in the old one moves the entry. This costs nothing on most hits,
 * whereas a linked list would be rewritten by each.
 */
import type { CachedAnswer } from './cached-answer.ts';

/** Longer queries (many EDNS options) are rare and would make the keys large. */
const MAX_KEY_BYTES = 512;

export interface CacheLimits {
  /** Entries of one generation; there are two. */
  readonly maxEntries: number;
  /** Estimated bytes of one generation. */
  readonly maxWeightBytes: number;
}

/** 8,000 names in four forms each (A and AAAA, with and without EDNS) fit one generation. */
export const DEFAULT_CACHE_LIMITS: CacheLimits = { maxEntries: 32_000, maxWeightBytes: 32 << 20 };

export class AnswerCache {
  readonly #limits: CacheLimits;
  #young = new Map<string, CachedAnswer>();
  #old = new Map<string, CachedAnswer>();
  #youngWeightBytes = 0;

  constructor(limits: CacheLimits = DEFAULT_CACHE_LIMITS) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  /** Undefined for a packet that cannot be cached. */
  static keyOf(packet: Buffer): string | undefined {
    return packet.length <= MAX_KEY_BYTES ? packet.toString('latin1', 2) : undefined;
  }

  /** Only answers whose lookups would give the same now; a stale one is dropped. */
  get(key: string): CachedAnswer | undefined {
    const young = this.#young.get(key);
    if (young) {
      if (young.stillHolds()) return young;
      this.#young.delete(key);
      return undefined;
    }
    const old = this.#old.get(key);
    if (!old) return undefined;
    this.#old.delete(key);
    if (!old.stillHolds()) return undefined;
    this.set(key, old);
    return old;
  }

  set(key: string, answer: CachedAnswer): void {
    const isFull =
      this.#young.size >= this.#limits.maxEntries ||
      this.#youngWeightBytes + answer.weightBytes > this.#limits.maxWeightBytes;
    if (isFull) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngWeightBytes = 0;
    }
    this.#young.set(key, answer);
    this.#youngWeightBytes += answer.weightBytes;
  }
}
