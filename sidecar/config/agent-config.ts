/**
 * The agent's configuration as the running agent reads it: every default filled in, every duration
 * in milliseconds, every address resolved. Nothing in it is ever changed; a reload makes a new one.
 *
 * Groups bear the names of Consul's tables. Definitions of services, checks and watches keep their
 * wire spelling, with Go duration strings, because they are handed on as if they had come through
 * the HTTP API.
 */
import type { CheckDefinition, ServiceDefinition } from '../../protocol/types/agent.ts';
import type { Locality } from '../../protocol/types/catalog.ts';
import type {
  ACLConfig,
  ConnectConfig,
  LogConfig,
  TelemetryConfig,
  TLSConfig,
  UIConfig,
} from './agent-config-security.ts';
import type {
  DNSConfig,
  GossipPoolConfig,
  HistoryConfig,
  LivenessConfig,
  HTTPConfig,
  KVMirrorConfig,
  LimitsConfig,
} from './agent-config-network.ts';
import type { ListenAddress, PortsConfig } from './agent-config-network.ts';

/**
 * A watch of a configuration file. The other parameters are those of its type (`key`, `prefix`,
 * `service`...).
 */
export interface WatchDefinition {
  readonly type: string;
  readonly handler_type: 'script' | 'http';
  readonly [parameter: string]: unknown;
}

/**
 * How the agent reaches its datacenter's control plane: it runs it, it connects to a deployed
 * Worker, or it learns the way from the members that it joins.
 */
export type ControlPlane = 'embedded' | 'edge' | 'joined';

export interface AgentConfig {
  /** Lower case. */
  readonly datacenter: string;
  /** Equals `datacenter` unless set. */
  readonly primaryDatacenter: string;
  readonly nodeName: string;
  /** Empty when the agent is to make (or to remember) one. */
  readonly nodeID: string;
  readonly disableHostNodeID: boolean;
  readonly nodeMeta: Readonly<Record<string, string>>;
  readonly locality: Locality | undefined;
  readonly devMode: boolean;
  readonly server: boolean;
  /** `bootstrap = true` or `bootstrap_expect = 1`. */
  readonly bootstrap: boolean;
  readonly controlPlane: ControlPlane;
  /** Empty unless `controlPlane` is `edge`. */
  readonly edgeURL: string;
  /**
   * The join token; also an agent that learns the URL from its members needs it. Empty for none.
   */
  readonly edgeToken: string;
  /** Absolute; empty only in dev mode, where the agent makes a temporary directory. */
  readonly dataDir: string;
  /** Empty for none. */
  readonly pidFile: string;
  readonly leaveOnTerminate: boolean;
  readonly skipLeaveOnInterrupt: boolean;
  readonly leaveDrainMs: number;
  readonly autoReloadConfig: boolean;

  readonly bindAddress: string;
  readonly advertiseAddress: string;
  readonly advertiseAddressWAN: string;
  /** Always with `lan` and `wan`, and with the `_ipv4` and `_ipv6` forms that are known. */
  readonly taggedAddresses: Readonly<Record<string, string>>;
  readonly translateWANAddresses: boolean;
  readonly clientAddresses: readonly string[];
  readonly ports: PortsConfig;
  /**
   * Where each interface listens; empty means disabled. The control plane's is there in case it is
   * embedded.
   */
  readonly listeners: {
    readonly http: readonly ListenAddress[];
    readonly https: readonly ListenAddress[];
    readonly dns: readonly ListenAddress[];
    readonly grpc: readonly ListenAddress[];
    readonly grpcTLS: readonly ListenAddress[];
    readonly server: ListenAddress;
  };
  /**
   * What a listening unix socket is given after it was made; empty strings leave the system's
   * choice.
   */
  readonly unixSockets: { readonly user: string; readonly group: string; readonly mode: string };

  readonly gossipLAN: GossipPoolConfig;
  /** Undefined when `ports.serf_wan` is disabled. */
  readonly gossipWAN: GossipPoolConfig | undefined;
  readonly encryptKey: string;
  readonly encryptVerifyIncoming: boolean;
  readonly encryptVerifyOutgoing: boolean;
  readonly disableKeyringFile: boolean;
  readonly disableCoordinates: boolean;
  readonly rejoinAfterLeave: boolean;
  /** 0 when not told. */
  readonly advertiseReconnectTimeoutMs: number;

  readonly dns: DNSConfig;
  readonly http: HTTPConfig;
  readonly limits: LimitsConfig;
  readonly acl: ACLConfig;
  readonly connect: ConnectConfig;
  readonly tls: TLSConfig;
  readonly ui: UIConfig;
  readonly telemetry: TelemetryConfig;
  readonly log: LogConfig;
  readonly peeringEnabled: boolean;
  /** Written when the datacenter has no such entry yet; as in the files, not validated here. */
  readonly configEntriesBootstrap: readonly Readonly<Record<string, unknown>>[];
  /** Empty, `allow` or `deny`. */
  readonly defaultIntentionPolicy: '' | 'allow' | 'deny';
  readonly enableCentralServiceConfig: boolean;
  /** Config updates a second that one proxy is sent. */
  readonly xdsUpdatesPerSecond: number;

  readonly services: readonly ServiceDefinition[];
  readonly checks: readonly CheckDefinition[];
  readonly watches: readonly WatchDefinition[];
  readonly checkUpdateIntervalMs: number;
  readonly checkOutputMaxBytes: number;
  readonly discardCheckOutput: boolean;
  /** Script checks registered through the HTTP API. */
  readonly enableRemoteScriptChecks: boolean;
  /** Script checks of configuration files. */
  readonly enableLocalScriptChecks: boolean;
  readonly enableAgentTLSForChecks: boolean;
  readonly disableRemoteExec: boolean;
  readonly sessionTTLMinMs: number;
  readonly history: HistoryConfig;
  readonly liveness: LivenessConfig;
  readonly kvMirrors: readonly KVMirrorConfig[];
}

/** What the agent refuses and what it was told to say. */
export interface LoadedAgentConfig {
  readonly config: AgentConfig;
  /** Files and directories that it was read from, as the flags name them. */
  readonly configPaths: readonly string[];
  /** For the log at start, or for stderr of `lictor validate`. */
  readonly warnings: readonly string[];
}
