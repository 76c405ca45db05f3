/** How often the whole state is compared (agent/ae/ae.go). */

/** Consul's full synchronisation in a small cluster. */
export const SYNC_INTERVAL_MS = 60_000;
/** Up to this many nodes the interval stays; each doubling beyond lengthens it by one. */
const SCALE_THRESHOLD_NODES = 128;
/**
 * Share of the interval over which hosts are spread, so that they do not all ask in the same
 * second.
 */
const SPREAD = 0.5;

/**
 * At least 1. Keeps the datacenter's load of comparisons in bounds while it grows (agent/ae
 * scaleFactor).
 */
export function scaleFactor(nodes: number): number {
  if (nodes <= SCALE_THRESHOLD_NODES) return 1;
  return Math.ceil(Math.log2(nodes) - Math.log2(SCALE_THRESHOLD_NODES)) + 1;
}

/** @param random uniform in [0, 1) */
export function nextSyncDelayMs(nodes: number, random: number): number {
  return SYNC_INTERVAL_MS * scaleFactor(nodes) * (1 - SPREAD / 2 + SPREAD * random);
}

const RETRY_BASE_MS = 1000;
/**
 * Long enough to leave a struggling datacenter alone, short enough to be noticed once it is well.
 */
const RETRY_MAX_MS = 30_000;

/** Doubling delays with full jitter in their upper half; `attempt` counts from 0. */
export function retryDelayMs(attempt: number, random: number): number {
  const delayMs = Math.min(RETRY_MAX_MS, RETRY_BASE_MS * 2 ** Math.min(attempt, 16));
  return delayMs * (0.5 + random / 2);
}
