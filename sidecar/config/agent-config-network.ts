/** The parts of an agent's configuration about its network interfaces. */

/** An IP address and port, or a unix socket. */
export type ListenAddress =
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }
  | { readonly kind: 'unix'; readonly path: string };

/** -1 means disabled. */
export interface PortsConfig {
  readonly dns: number;
  readonly http: number;
  readonly https: number;
  readonly grpc: number;
  readonly grpcTLS: number;
  readonly server: number;
  readonly serfLAN: number;
  readonly serfWAN: number;
  readonly proxyMin: number;
  readonly proxyMax: number;
  readonly sidecarMin: number;
  readonly sidecarMax: number;
  readonly exposeMin: number;
  readonly exposeMax: number;
}

/** One pool: LAN within the datacenter, WAN between datacenters. Tuning is memberlist's. */
export interface GossipPoolConfig {
  readonly bindAddress: string;
  readonly advertiseAddress: string;
  readonly port: number;
  /** Addresses, names, or go-discover strings (`provider=...`), as written. */
  readonly retryJoin: readonly string[];
  readonly retryIntervalMs: number;
  /** 0 for no limit. */
  readonly retryMaxAttempts: number;
  /** Empty allows every network. */
  readonly allowedCIDRs: readonly string[];
  readonly reconnectTimeoutMs: number;
  readonly gossipIntervalMs: number;
  readonly gossipNodes: number;
  readonly probeIntervalMs: number;
  readonly probeTimeoutMs: number;
  readonly suspicionMult: number;
  readonly retransmitMult: number;
}

/** The DNS interface (dns_config, domain, recursors). */
export interface DNSConfig {
  /** As written; `consul.` by default. */
  readonly domain: string;
  /** Empty for none. */
  readonly altDomain: string;
  /** Without doubles, in order. */
  readonly recursors: readonly string[];
  readonly recursorStrategy: 'sequential' | 'random';
  readonly recursorTimeoutMs: number;
  readonly allowStale: boolean;
  /** Answers older than this are asked for again, from the datacenter itself. */
  readonly maxStaleMs: number;
  readonly nodeTTLMs: number;
  /** By service name; `prefix*` and `*` match several, the longest prefix wins. */
  readonly serviceTTLMs: Readonly<Record<string, number>>;
  /** Drops instances with warnings too, not only critical ones. */
  readonly onlyPassing: boolean;
  readonly enableTruncate: boolean;
  /** Answers in one plain UDP packet; see also `enableTruncate`. */
  readonly udpAnswerLimit: number;
  /** 0 for no limit. */
  readonly aRecordLimit: number;
  readonly disableCompression: boolean;
  /** Adds the node's metadata as TXT records to SRV and ANY answers. */
  readonly nodeMetaTXT: boolean;
  /** Seconds, as they stand in the record. */
  readonly soa: {
    readonly refresh: number;
    readonly retry: number;
    readonly expire: number;
    readonly minTTL: number;
  };
  readonly useCache: boolean;
  readonly cacheMaxAgeMs: number;
}

/** The HTTP interface (http_config and the query times). */
export interface HTTPConfig {
  readonly responseHeaders: Readonly<Record<string, string>>;
  /** Path prefixes that answer 403. */
  readonly blockEndpoints: readonly string[];
  /** Networks that may write; empty allows every one. */
  readonly allowWriteFrom: readonly string[];
  /** 0 leaves the server's own limit. */
  readonly maxHeaderBytes: number;
  readonly useCache: boolean;
  readonly defaultQueryTimeMs: number;
  readonly maxQueryTimeMs: number;
  /** 0 when `?stale` is not to be implied. */
  readonly discoveryMaxStaleMs: number;
  readonly disableUnprintableCharFilter: boolean;
}

/** The change log of an embedded control plane: what is older, or beyond the size, is forgotten. */
export interface HistoryConfig {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

/** A prefix of keys in another datacenter, copied to a prefix here. */
export interface KVMirrorConfig {
  readonly datacenter: string;
  readonly prefix: string;
  /** Equals `prefix` unless set. */
  readonly destination: string;
  /** Prefixes, as the source spells them, that are left alone. */
  readonly exclude: readonly string[];
}

/** How an embedded control plane judges who lives. */
export interface LivenessConfig {
  /** Part of all nodes that may fail within the window before further ones are held; 0 for no such brake. */
  readonly massFailureShare: number;
  readonly massFailureWindowMs: number;
  /** How often the keepalives of hosts are looked at that no member watches; 0 for never. */
  readonly heartbeatMs: number;
}

/** Bounds (limits). Rates are a second; Infinity means no limit. */
export interface LimitsConfig {
  readonly httpMaxConnectionsPerClient: number;
  readonly httpsHandshakeTimeoutMs: number;
  readonly kvMaxValueBytes: number;
  readonly txnMaxBytes: number;
  /** Requests a second that this agent sends to the datacenter; Infinity for no limit. */
  readonly rpcRate: number;
  readonly rpcMaxBurst: number;
  readonly requestLimits: {
    readonly mode: 'disabled' | 'permissive' | 'enforcing';
    readonly readRate: number;
    readonly writeRate: number;
  };
}
