/** What the endpoints need of the agent as a whole. sidecar/agent.ts implements it. */
import type { AgentMember } from '../../protocol/types/agent.ts';
import type { IntentionAction } from '../../protocol/types/intention.ts';
import type { LogHub } from '../lib/log.ts';

/** GET /v1/agent/self, in Consul's shape; every part is shown as it is. */
export interface SelfInfo {
  readonly Config: Readonly<Record<string, unknown>>;
  readonly DebugConfig: Readonly<Record<string, unknown>>;
  readonly Coord: unknown;
  readonly Member: AgentMember;
  readonly Stats: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly Meta: Readonly<Record<string, string>>;
  readonly xDS?: unknown;
}

/**
 * GET /v1/agent/version. HumanVersion is what clients compare with the Consul versions they know.
 */
export interface VersionInfo {
  readonly SHA: string;
  readonly BuildDate: string;
  readonly HumanVersion: string;
  readonly FIPS: string;
}

/** One interval of numbers, in the shape that Consul (go-metrics) gives them. */
export interface MetricsSummary {
  readonly Timestamp: string;
  readonly Gauges: readonly MetricGauge[];
  readonly Points: readonly unknown[];
  readonly Counters: readonly MetricSample[];
  readonly Samples: readonly MetricSample[];
}

/** A value that stands until it is set again. Names carry the configured prefix. */
export interface MetricGauge {
  readonly Name: string;
  readonly Value: number;
  readonly Labels: Readonly<Record<string, string>>;
}

/** Numbers of one interval (ten seconds in Consul); Rate is Sum divided by its seconds. */
export interface MetricSample {
  readonly Name: string;
  readonly Count: number;
  readonly Rate: number;
  readonly Sum: number;
  readonly Min: number;
  readonly Max: number;
  readonly Mean: number;
  readonly Stddev: number;
  readonly Labels: Readonly<Record<string, string>>;
}

export interface Metrics {
  /** Brings figures up to date that are only asked for when somebody reads them; never fails. */
  refresh(): Promise<void>;
  summary(): MetricsSummary;
  /**
   * The text format of Prometheus; null while telemetry.prometheus_retention_time is not
   * positive.
   */
  prometheus(): string | null;
  /** Tells of each interval when it ends; answers the function that ends this. */
  listen(listener: (summary: MetricsSummary) => void): () => void;
}

/** Tokens that can be set while the agent runs; the names are Consul's. */
export type AgentTokenKind =
  | 'default'
  | 'agent'
  | 'agent_recovery'
  | 'replication'
  | 'config_file_service_registration'
  | 'dns';

export type KeyChange = 'install' | 'use' | 'remove';

/** What the members of one pool answered about their keys. Keys are base64. */
export interface PoolKeys {
  readonly pool: 'lan' | 'wan';
  readonly datacenter: string;
  readonly result: {
    /** By node: why it failed, or a remark. */
    readonly messages: Readonly<Record<string, string>>;
    readonly nodes: number;
    /** By how many nodes each key is held, and is used to encrypt. */
    readonly keys: Readonly<Record<string, number>>;
    readonly primaryKeys: Readonly<Record<string, number>>;
    /** Why this is no success. */
    readonly error?: string;
  };
}

/** Everything may be called at any time between the agent's start and stop. */
export interface Agent {
  readonly datacenter: string;
  /** What holds for connections about which no intention says anything. */
  readonly intentionDefault: IntentionAction;
  self(): SelfInfo | Promise<SelfInfo>;
  version(): VersionInfo;
  /** Null where this agent is in no such pool. */
  members(pool: 'lan' | 'wan'): readonly AgentMember[] | null;
  /** @throws Error that says why the member cannot be joined */
  join(address: string, pool: 'lan' | 'wan'): Promise<void>;
  /** Leaves the cluster. The agent stops after the answer was sent, not before. */
  leave(): Promise<void>;
  /** @throws Error when no member has that name */
  forceLeave(node: string, prune: boolean, pool: 'lan' | 'wan'): Promise<void>;
  /** @throws Error that says what is wrong with the configuration; then nothing has changed */
  reload(): Promise<void>;
  /** @param localOnly leaves out the WAN pool */
  listKeys(relayFactor: number, localOnly: boolean): Promise<PoolKeys[]>;
  /** @param key base64, judged by whoever carries it out */
  changeKey(verb: KeyChange, key: string, relayFactor: number): Promise<PoolKeys[]>;
  /** Null while ACLs are disabled. */
  readonly setToken: ((kind: AgentTokenKind, secret: string) => Promise<void>) | null;
  readonly metrics: Metrics;
  readonly logs: LogHub;
}
