/**
 * How the protocol's times and counts grow with the number of nodes (memberlist's util.go). All are pure.
 */

/** Below this many nodes the push/pull interval does not grow; each doubling beyond adds one interval. */
const PUSH_PULL_SCALE_THRESHOLD = 32;

/** How often one node sends one message: `mult * ceil(log10(nodes + 1))`. */
export function retransmitLimit(mult: number, nodes: number): number {
  return mult * Math.ceil(Math.log10(nodes + 1));
}

/** How long a suspect may take to refute when enough others confirm the suspicion: `mult * max(1, log10(nodes)) * interval`. */
export function suspicionTimeoutMs(mult: number, nodes: number, probeIntervalMs: number): number {
  const scale = Math.max(1, Math.log10(Math.max(1, nodes)));
  return (mult * Math.floor(scale * 1000) * probeIntervalMs) / 1000;
}

export function pushPullScaleMs(intervalMs: number, nodes: number): number {
  if (nodes <= PUSH_PULL_SCALE_THRESHOLD) return intervalMs;
  const doublings = Math.ceil(Math.log2(nodes) - Math.log2(PUSH_PULL_SCALE_THRESHOLD));
  return intervalMs * (doublings + 1);
}

/**
 * What is left of a suspicion after `confirmations` of the `wanted` independent ones: it falls from `maxMs` to `minMs`
 * logarithmically, so that the first confirmations count most (Lifeguard, section IV-B). May be negative: over already.
 */
export function remainingSuspicionMs(
  confirmations: number,
  wanted: number,
  elapsedMs: number,
  { minMs, maxMs }: { readonly minMs: number; readonly maxMs: number },
): number {
  const fraction = Math.log(confirmations + 1) / Math.log(wanted + 1);
  const timeoutMs = Math.floor(maxMs - fraction * (maxMs - minMs));
  return Math.max(minMs, timeoutMs) - elapsedMs;
}
