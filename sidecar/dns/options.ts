/**
 * The server's settings, mirroring Consul's `domain`, `alt_domain`, `recursors`, `translate_wan_addrs` and `dns_config`.
 *
 * `allow_stale`, `max_stale`, `use_cache` and `cache_max_age` are not here: how fresh the data must be is the
 * source's decision.
 */

export interface StartOfAuthorityOptions {
  readonly refreshSeconds: number;
  readonly retrySeconds: number;
  readonly expireSeconds: number;
  /** Also the TTL of the SOA record itself, so of every negative answer. */
  readonly minTTLSeconds: number;
}

export interface DNSOptions {
  /** With or without a final dot. */
  readonly domain: string;
  readonly altDomain: string | undefined;
  readonly datacenter: string;
  readonly nodeTTLSeconds: number;
  /** By service name; a key that ends in `*` is a prefix, and the longest prefix wins below an exact name. */
  readonly serviceTTLSeconds: Readonly<Record<string, number>>;
  /** Leaves out instances with a warning check as well. */
  readonly onlyPassing: boolean;
  /** Sets TC on answers that were cut. */
  readonly enableTruncate: boolean;
  /** Answers over UDP without EDNS; Consul caps it at 8. */
  readonly udpAnswerLimit: number;
  /** Instances in one answer to A, AAAA and ANY, over any transport; 0 for no limit. */
  readonly aRecordLimit: number;
  /** Adds node metadata as TXT records beside node and SRV answers. */
  readonly nodeMetaTXT: boolean;
  readonly disableCompression: boolean;
  readonly soa: StartOfAuthorityOptions;
  /** `1.1.1.1`, `1.1.1.1:53`, `2606:4700::1111`, `[2606:4700::1111]:53`. Empty: names of other zones are refused. */
  readonly recursors: readonly string[];
  readonly recursorStrategy: 'sequential' | 'random';
  readonly recursorTimeoutMs: number;
  /** Answers for another datacenter use the `wan` tagged addresses. */
  readonly translateWANAddresses: boolean;
  /**
   * UDP answers a second that one client network (IPv4 /24, IPv6 /56) may get before answers shrink to
   * "ask over TCP"; 0 for no limit. Loopback is never limited. Not a setting of Consul's.
   */
  readonly udpResponsesPerSecond: number;
}

/** Consul's defaults. The rate limit is far above honest use: it exists against reflection with forged senders. */
export const DEFAULT_DNS_OPTIONS: DNSOptions = {
  domain: 'consul.',
  altDomain: undefined,
  datacenter: 'dc1',
  nodeTTLSeconds: 0,
  serviceTTLSeconds: {},
  onlyPassing: false,
  enableTruncate: false,
  udpAnswerLimit: 3,
  aRecordLimit: 0,
  nodeMetaTXT: true,
  disableCompression: false,
  soa: { refreshSeconds: 3600, retrySeconds: 600, expireSeconds: 86_400, minTTLSeconds: 0 },
  recursors: [],
  recursorStrategy: 'sequential',
  recursorTimeoutMs: 2000,
  translateWANAddresses: false,
  udpResponsesPerSecond: 10_000,
};
