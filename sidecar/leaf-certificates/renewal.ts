/** When certificates are renewed, and how long to wait after a failure (Consul: agent/leafcert, renew between 60 and 90 %). */

const EARLIEST_SHARE = 0.6;
const WINDOW_SHARE = 0.3;

/** @param random between 0 and 1: hosts that got their certificates together are not to come back together */
export function renewalTime(validAfterMs: number, validBeforeMs: number, random: number): number {
  const lifeMs = validBeforeMs - validAfterMs;
  return validAfterMs + lifeMs * (EARLIEST_SHARE + WINDOW_SHARE * random);
}

const RETRY_MIN_MS = 1000;
/** A certificate has at least six minutes left when its renewal begins, as the shortest life is an hour. */
const RETRY_MAX_MS = 60_000;

/** @param failures in a row, at least one. @returns half to all of a wait that doubles */
export function retryWait(failures: number, random: number): number {
  const waitMs = Math.min(RETRY_MIN_MS * 2 ** (failures - 1), RETRY_MAX_MS);
  return waitMs * (0.5 + random / 2);
}
