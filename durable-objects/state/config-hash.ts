/**
 * The `Hash` of a configuration entry: equal entries have equal hashes, wherever they are.
 *
 * Consul's is a 64-bit number that depends on its structures in memory. This one is 53 bits of FNV-1a over the entry's
 * JSON, so that it survives every program that reads JSON numbers as floats.
 */

const OFFSET_BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const MASK_64 = (1n << 64n) - 1n;
const KEPT_BITS = 53n;

export function hashText(text: string): string {
  let hash = OFFSET_BASIS;
  for (const byte of new TextEncoder().encode(text)) {
    hash = ((hash ^ BigInt(byte)) * PRIME) & MASK_64;
  }
  return String(hash >> (64n - KEPT_BITS));
}
