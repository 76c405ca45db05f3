/** The parts of an agent's configuration about access, certificates, the UI, metrics and logs. */

/** How this agent resolves tokens. The rules themselves live in the datacenter. */
export interface ACLConfig {
  readonly enabled: boolean;
  readonly defaultPolicy: 'allow' | 'deny';
  /** What counts while the datacenter cannot be asked about a token. */
  readonly downPolicy: 'allow' | 'deny' | 'extend-cache' | 'async-cache';
  /** How long answers about a policy, role or token may be reused. */
  readonly policyTTLMs: number;
  readonly roleTTLMs: number;
  readonly tokenTTLMs: number;
  readonly enableKeyListPolicy: boolean;
  readonly enableTokenReplication: boolean;
  /** Tokens set through the HTTP API survive a restart, in `dataDir`. */
  readonly enableTokenPersistence: boolean;
  /** Empty strings where none is set. */
  readonly tokens: {
    readonly initialManagement: string;
    readonly default: string;
    readonly agent: string;
    readonly agentRecovery: string;
    readonly replication: string;
    readonly configFileServiceRegistration: string;
    readonly dns: string;
  };
}

/** The mesh's certificate authority; read by the control plane, sent along by its agent. */
export interface ConnectConfig {
  readonly enabled: boolean;
  /** Empty means `consul`, the built-in authority. */
  readonly caProvider: string;
  /** Keys in the spelling of the HTTP API (`LeafCertTTL`). */
  readonly caConfig: Readonly<Record<string, unknown>>;
}

export type TLSVersion = 'TLS_AUTO' | 'TLSv1_0' | 'TLSv1_1' | 'TLSv1_2' | 'TLSv1_3';

/** One listener, with what it took over from `tls.defaults`. Empty strings name no file. */
export interface TLSProtocolConfig {
  readonly caFile: string;
  readonly caPath: string;
  readonly certFile: string;
  readonly keyFile: string;
  readonly minVersion: TLSVersion;
  /** IANA names; empty leaves the choice to the library. */
  readonly cipherSuites: readonly string[];
  readonly verifyIncoming: boolean;
  readonly verifyOutgoing: boolean;
}

/** Files are named here and read by whoever listens. */
export interface TLSConfig {
  readonly internalRPC: TLSProtocolConfig & { readonly verifyServerHostname: boolean };
  readonly https: TLSProtocolConfig;
  readonly grpc: TLSProtocolConfig & { readonly useAutoCert: boolean };
  readonly serverName: string;
}

/** The web UI and where it gets metrics from. */
export interface UIConfig {
  readonly enabled: boolean;
  /** Serve this directory and not the built-in UI; empty for none. */
  readonly dir: string;
  /** Begins and ends with a slash. */
  readonly contentPath: string;
  readonly metricsProvider: string;
  readonly metricsProviderFiles: readonly string[];
  /** Empty, or a JSON object: it is handed to the page as it is. */
  readonly metricsProviderOptionsJSON: string;
  readonly metricsProxy: {
    /** Empty disables the proxy. */
    readonly baseURL: string;
    readonly addHeaders: readonly { readonly name: string; readonly value: string }[];
    readonly pathAllowlist: readonly string[];
  };
  readonly dashboardURLTemplates: Readonly<Record<string, string>>;
}

/** Where metrics go. Empty addresses send nothing. */
export interface TelemetryConfig {
  readonly metricsPrefix: string;
  readonly disableHostname: boolean;
  /** Whether metrics that no prefix speaks of are let through. */
  readonly filterDefault: boolean;
  readonly allowedPrefixes: readonly string[];
  readonly blockedPrefixes: readonly string[];
  /** 0 disables /v1/agent/metrics?format=prometheus, as in Consul. */
  readonly prometheusRetentionMs: number;
  readonly statsdAddress: string;
  readonly statsiteAddress: string;
  readonly dogstatsdAddress: string;
  readonly dogstatsdTags: readonly string[];
  readonly retryFailedConnection: boolean;
  readonly enableHostMetrics: boolean;
  readonly disablePerTenancyUsageMetrics: boolean;
}

/** The agent's own log; it goes to standard output in any case. */
/** Where the log goes besides standard output and its file. */
export interface SyslogConfig {
  /** In capitals, e.g. `LOCAL0`. */
  readonly facility: string;
  /** Undefined for the host's own daemon. */
  readonly collector: { readonly host: string; readonly port: number } | undefined;
}

export interface LogConfig {
  readonly level: 'trace' | 'debug' | 'info' | 'warn' | 'error';
  readonly json: boolean;
  /** Empty for none. */
  readonly file: string;
  readonly rotateMs: number;
  /** 0 for no limit. */
  readonly rotateBytes: number;
  /** 0 keeps all, -1 none. */
  readonly rotateMaxFiles: number;
  readonly syslog: SyslogConfig | undefined;
  /** Profiling endpoints. */
  readonly enableDebug: boolean;
}
