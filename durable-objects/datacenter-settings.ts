/** What a deployment sets by variables. A value that says nothing sensible counts as absent: the default holds. */
import { parseDuration } from '../protocol/duration.ts';
import { HEARTBEAT_CHECK_MS } from '../protocol/limits.ts';
import { type ACLEnv, type ACLSettings, readACLSettings } from './acl-settings.ts';
import { type ConnectEnv, type ConnectSettings, readConnectSettings } from './connect-settings.ts';
import type { IntentionAction } from '../protocol/types/intention.ts';
import type { Retention } from './state/log-trim.ts';
import type { LinkState, LivenessSettings } from './state/node-health.ts';

/** What a deployment may change. */
export interface DatacenterSettings {
  /** Consul's session_ttl_min; its default is 10 s. */
  readonly sessionTTLMinMs?: number | undefined;
  /** Consul's default_intention_policy; `allow` without it. */
  readonly intentionDefault?: IntentionAction | undefined;
  /** Consul's limits.kv_max_value_size; its default is 512 KB. */
  readonly kvMaxValueBytes?: number | undefined;
  /** The links that there are; without it there are none. */
  readonly linkOf?: (node: string) => LinkState;
  readonly liveness?: Partial<LivenessSettings> | undefined;
  readonly acl?: ACLSettings | undefined;
  readonly connect?: ConnectSettings | undefined;
  /** How much of the change log is kept. */
  readonly retention?: Partial<Retention> | undefined;
}

export interface SettingsEnv extends ACLEnv, ConnectEnv {
  /** Go duration: the shortest TTL that a session may have. */
  readonly SESSION_TTL_MIN?: string;
  /** `allow` or `deny`: what holds for connections about which no intention says anything. */
  readonly DEFAULT_INTENTION_POLICY?: string;
  /** Bytes: the largest value of a key. */
  readonly KV_MAX_VALUE_SIZE?: string;
  /** Go duration: changes older than this leave the log. */
  readonly HISTORY_MAX_AGE?: string;
  /** The size beyond which the oldest changes leave the log. */
  readonly HISTORY_MAX_BYTES?: string;
  /** Part of all nodes, between 0 and 1, that may fail within the window; beyond it nodes are held. No brake without it. */
  readonly MASS_FAILURE_SHARE?: string;
  /** Go duration. */
  readonly MASS_FAILURE_WINDOW?: string;
  /** Go duration: how often keepalives of hosts are looked at that no member watches; `0s` for never. */
  readonly HEARTBEAT_CHECK_INTERVAL?: string;
}

/** A partition shows within the time that gossip takes to declare its other side dead. */
const MASS_FAILURE_WINDOW_MS = 60_000;

export function readSettings(env: SettingsEnv): DatacenterSettings {
  return {
    sessionTTLMinMs: duration(env.SESSION_TTL_MIN),
    intentionDefault: parseAction(env.DEFAULT_INTENTION_POLICY),
    kvMaxValueBytes: parseSize(env.KV_MAX_VALUE_SIZE),
    acl: readACLSettings(env),
    connect: readConnectSettings(env),
    retention: {
      maxAgeMs: duration(env.HISTORY_MAX_AGE),
      maxBytes: parseSize(env.HISTORY_MAX_BYTES),
    },
    liveness: readLiveness(env),
  };
}

function readLiveness(env: SettingsEnv): LivenessSettings {
  const share = Number(env.MASS_FAILURE_SHARE ?? '');
  const windowMs = duration(env.MASS_FAILURE_WINDOW) ?? MASS_FAILURE_WINDOW_MS;
  const heartbeatMs = duration(env.HEARTBEAT_CHECK_INTERVAL) ?? HEARTBEAT_CHECK_MS;
  return {
    massFailure: share > 0 && share < 1 && windowMs > 0 ? { share, windowMs } : null,
    heartbeatMs: heartbeatMs > 0 ? heartbeatMs : null,
  };
}

function parseAction(text: string | undefined): IntentionAction | undefined {
  return text === 'allow' || text === 'deny' ? text : undefined;
}

function duration(text: string | undefined): number | undefined {
  return parseDuration(text ?? '') ?? undefined;
}

function parseSize(text: string | undefined): number | undefined {
  return text !== undefined && /^\d+$/.test(text) ? Number(text) : undefined;
}
