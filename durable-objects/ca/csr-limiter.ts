/**
 * How many certificates are signed a second: a rotation makes every host ask at once, and signing must not starve the rest.
 *
 * Consul lets requests wait up to half a second for their turn. An object that waits keeps everybody waiting, so here as many
 * may go at once as would have had their turn by then, and the others are told to come again.
 */
const WAIT_SECONDS = 0.5;

export class CSRLimiter {
  #tokens = 0;
  #filledAtMs = Number.NEGATIVE_INFINITY;

  /** @param perSecond 0 or less for no limit. @returns false when it is not the caller's turn */
  take(perSecond: number, nowMs: number): boolean {
    if (perSecond <= 0) return true;
    const burst = 1 + perSecond * WAIT_SECONDS;
    const grown = (Math.max(0, nowMs - this.#filledAtMs) / 1000) * perSecond;
    this.#tokens = Math.min(burst, this.#tokens + grown);
    this.#filledAtMs = nowMs;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }
}
