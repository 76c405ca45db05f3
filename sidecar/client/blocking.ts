/** Blocking queries: reads that wait until the index that the caller holds is passed. */
import type { QueryParameters } from './http-client.ts';

export interface BlockingOptions {
  /** Wait until the answer's index differs from this one; absent or 0 answers at once. */
  readonly index?: bigint | undefined;
  /** How long to wait at most, as a Go duration string. */
  readonly wait?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly query?: QueryParameters;
  /** Told how many bytes of the answer have come so far. */
  readonly onBytes?: ((bytes: number) => void) | undefined;
}

export interface Indexed<Value> {
  readonly value: Value;
  /** X-Consul-Index; 0 when the answer has none. Event lists use the whole 64 bits. */
  readonly index: bigint;
}

export function readIndex(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): bigint {
  const text = headers['x-consul-index'];
  return typeof text === 'string' && /^\d+$/.test(text) ? BigInt(text) : 0n;
}

/**
 * The index to wait for next (the documented contract of blocking queries): one that went backwards starts over, and
 * one below 1 would never block.
 */
export function nextIndex(held: bigint, answered: bigint): bigint {
  return answered < held ? 0n : answered;
}
