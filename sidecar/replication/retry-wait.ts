const FIRST_RETRY_MS = 500;
/** Doublings, so that no count of failures makes the number overflow. */
const MAX_DOUBLINGS = 10;

/**
 * How long a follower waits before it tries again: doubling, spread over the upper half of its range.
 *
 * @param failures in a row, from 1. @param maxMs the range's end
 * @param random in [0, 1)
 */
export function retryWaitMs(failures: number, maxMs: number, random: number): number {
  const rangeMs = Math.min(maxMs, FIRST_RETRY_MS * 2 ** Math.min(failures, MAX_DOUBLINGS));
  return rangeMs * (0.5 + random / 2);
}
