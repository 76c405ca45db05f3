/** Serf's settings (Config of serf/config.go). Times are milliseconds. */
import type { Member, Tags } from './member.ts';

/** Versions of Serf's own protocol, which memberlist carries as its delegate's. */
export const PROTOCOL_VERSION_MIN = 2;
export const PROTOCOL_VERSION_MAX = 5;

/** Before it, metadata was the bare role. */
export const TAGS_PROTOCOL_VERSION = 3;
/** Before it, there were no queries. */
export const QUERY_PROTOCOL_VERSION = 4;

/** No setting may exceed this for name and payload of a user event: it travels with every push/pull while it is recent. */
export const MAX_USER_EVENT_BYTES = 9 * 1024;

export interface SerfConfig {
  readonly name: string;
  readonly tags: Tags;
  readonly protocolVersion: number;

  /** How long a leave, a tag update or a force-leave waits until its message has gone out. */
  readonly broadcastTimeoutMs: number;
  /** After a leave: staying up to answer probes until the others know, or they would count it as a failure. */
  readonly leavePropagateDelayMs: number;

  /** Member events are gathered for at most `coalescePeriodMs`, or until none came for `quiescentPeriodMs`. 0: at once. */
  readonly coalescePeriodMs: number;
  readonly quiescentPeriodMs: number;
  readonly userCoalescePeriodMs: number;
  readonly userQuiescentPeriodMs: number;

  readonly reapIntervalMs: number;
  readonly reconnectIntervalMs: number;
  /** A failed member is erased after this time. */
  readonly reconnectTimeoutMs: number;
  /** A member that left is remembered for this time, so that everybody learns of its leave. */
  readonly tombstoneTimeoutMs: number;
  /** Replaces `reconnectTimeoutMs` and `tombstoneTimeoutMs` for one member. */
  readonly reconnectTimeoutOverride?: (member: Member, timeoutMs: number) => number;
  /** A member back within this time after it failed counts as one that flaps. */
  readonly flapTimeoutMs: number;
  /** How long an intent waits for the member that it is about. */
  readonly recentIntentTimeoutMs: number;

  readonly queueCheckIntervalMs: number;
  readonly queueDepthWarning: number;
  readonly maxQueueDepth: number;
  /** When above 0, the bound is twice the number of members instead, but never below this. */
  readonly minQueueDepth: number;

  /** How many Lamport times of events and queries are remembered so that each is delivered once. */
  readonly eventBuffer: number;
  readonly queryBuffer: number;
  /** A query's default timeout is the gossip interval, times this, times log10 of the number of members. */
  readonly queryTimeoutMult: number;
  readonly querySizeLimit: number;
  readonly queryResponseSizeLimit: number;
  readonly userEventSizeLimit: number;

  /** Whether a node whose name another claims asks the others, and stops when most of them know the other. */
  readonly resolveNameConflicts: boolean;
  readonly coordinates: boolean;
  readonly rejoinAfterLeave: boolean;
  /** Whether names may hold only letters, digits, `-` and `.`, at most 128 of them. */
  readonly validateNames: boolean;
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** Those of `serf agent`. Consul's differ: `consul/pool-defaults.ts`. */
export const DEFAULT_SERF_CONFIG: Omit<SerfConfig, 'name'> = {
  tags: {},
  protocolVersion: PROTOCOL_VERSION_MAX,
  broadcastTimeoutMs: 5 * SECOND_MS,
  leavePropagateDelayMs: SECOND_MS,
  coalescePeriodMs: 0,
  quiescentPeriodMs: 0,
  userCoalescePeriodMs: 0,
  userQuiescentPeriodMs: 0,
  reapIntervalMs: 15 * SECOND_MS,
  reconnectIntervalMs: 30 * SECOND_MS,
  reconnectTimeoutMs: DAY_MS,
  tombstoneTimeoutMs: DAY_MS,
  flapTimeoutMs: MINUTE_MS,
  recentIntentTimeoutMs: 5 * MINUTE_MS,
  queueCheckIntervalMs: 30 * SECOND_MS,
  queueDepthWarning: 128,
  maxQueueDepth: 4096,
  minQueueDepth: 0,
  eventBuffer: 512,
  queryBuffer: 512,
  queryTimeoutMult: 16,
  querySizeLimit: 1024,
  queryResponseSizeLimit: 1024,
  userEventSizeLimit: 512,
  resolveNameConflicts: true,
  coordinates: true,
  rejoinAfterLeave: false,
  validateNames: false,
};
