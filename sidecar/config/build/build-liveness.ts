import { HEARTBEAT_CHECK_MS } from '../../../protocol/limits.ts';
import { renderDuration } from '../../../protocol/duration.ts';
import type { LivenessConfig } from '../agent-config-network.ts';
import type { BuildContext } from './build-context.ts';

/** A partition shows within the time that gossip takes to declare its other side dead. */
const WINDOW = '60s';
/** Shorter than gossip takes to find two hosts dead that died together. */
const MIN_WINDOW_MS = 1_000;
/** Each look wakes the datacenter. */
const MIN_HEARTBEAT_MS = 1_000;

/** Of an embedded control plane: the brake on mass failures, off unless a share is set; looks at hosts that nobody watches. */
export function buildLiveness(context: BuildContext): LivenessConfig {
  const raw = context.raw.liveness ?? {};
  const { mass_failure_share: share = 0 } = raw;
  if (share < 0 || share >= 1) {
    context.fail('liveness.mass_failure_share', 'must be between 0 (off) and 1');
  }
  const windowMs = context.ms(raw.mass_failure_window, WINDOW);
  if (windowMs < MIN_WINDOW_MS) {
    context.fail('liveness.mass_failure_window', 'must be at least 1s');
  }
  const heartbeatMs = context.ms(raw.heartbeat_check_interval, renderDuration(HEARTBEAT_CHECK_MS));
  if (heartbeatMs !== 0 && heartbeatMs < MIN_HEARTBEAT_MS) {
    context.fail('liveness.heartbeat_check_interval', 'must be at least 1s, or 0s for never');
  }
  return { massFailureShare: share, massFailureWindowMs: windowMs, heartbeatMs };
}
