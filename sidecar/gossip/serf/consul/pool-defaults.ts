/** Where Consul's Serf settings differ from Serf's own (internal/gossip/libserf, agent/consul/config.go). */
import { parseDuration } from '../../../../protocol/duration.ts';
import type { SerfConfig } from '../config.ts';
import type { Member } from '../member.ts';
import { RECONNECT_TIMEOUT_TAG } from './member-tags.ts';

const SECOND_MS = 1000;
const DAY_MS = 24 * 60 * 60 * SECOND_MS;

export const CONSUL_SERF_CONFIG = {
  /** What Consul's protocol versions 1 to 3 all speak. */
  protocolVersion: 4,
  /** Long enough for a leave to reach a pool of 100,000. */
  leavePropagateDelayMs: 3 * SECOND_MS,
  /** In effect: no warnings. */
  queueDepthWarning: 1_000_000,
  minQueueDepth: 4096,
  reconnectTimeoutMs: 3 * DAY_MS,
  reconnectTimeoutOverride,
  /** An agent that stopped by itself would be worse than two of one name. */
  resolveNameConflicts: false,
} satisfies Partial<SerfConfig>;

/** A member may say itself how long others are to wait for it; what is no duration, or 0, says nothing. */
function reconnectTimeoutOverride({ tags }: Member, timeoutMs: number): number {
  return parseDuration(tags[RECONNECT_TIMEOUT_TAG] ?? '') || timeoutMs;
}
