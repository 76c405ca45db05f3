/** The parts of an agent's configuration about access, certificates, the UI, metrics and logs. */

export interface ACLConfig {
  readonly enabled: boolean;
  readonly defaultPolicy: 'allow' | 'deny';
  readonly downPolicy: 'allow' | 'deny' | 'extend-cache' | 'async-cache';
  readonly policyTTLMs: number;
  readonly roleTTLMs: number;
  readonly tokenTTLMs: number;
  readonly enableKeyListPolicy: boolean;
  readonly enableTokenReplication: boolean;
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

export interface ConnectConfig {
  readonly enabled: boolean;
  /** Empty means `consul`, the built-in authority. */
  readonly caProvider: string;
  /** Keys in the spelling of the HTTP API (`LeafCertTTL`). */
  readonly caConfig: Readonly<Record<string, unknown>>;
}

export type TLSVersion = 'TLS_AUTO' | 'TLSv1_0' | 'TLSv1_1' | 'TLSv1_2' | 'TLSv1_3';

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

export interface UIConfig {
  readonly enabled: boolean;
  /** Serve this directory and not the built-in UI; empty for none. */
  readonly dir: string;
  /** Begins and ends with a slash. */
  readonly contentPath: string;
  readonly metricsProvider: string;
  readonly metricsProviderFiles: readonly string[];
  readonly metricsProviderOptionsJSON: string;
  readonly metricsProxy: {
    readonly baseURL: string;
    readonly addHeaders: readonly { readonly name: string; readonly value: string }[];
    readonly pathAllowlist: readonly string[];
  };
  readonly dashboardURLTemplates: Readonly<Record<string, string>>;
}

export interface TelemetryConfig {
  readonly metricsPrefix: string;
  readonly disableHostname: boolean;
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
  readonly syslog: boolean;
  readonly syslogFacility: string;
  /** Profiling endpoints. */
  readonly enableDebug: boolean;
}
