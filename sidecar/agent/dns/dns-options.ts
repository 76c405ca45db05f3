import type { AgentConfig } from '../../config/agent-config.ts';
import { DEFAULT_DNS_OPTIONS, type DNSOptions } from '../../dns/options.ts';

/** The configuration in the DNS server's own words. */
export function dnsOptionsOf(config: AgentConfig): DNSOptions {
  const { dns } = config;
  const seconds = (ms: number): number => Math.floor(ms / 1000);
  return {
    ...DEFAULT_DNS_OPTIONS,
    domain: dns.domain,
    altDomain: dns.altDomain === '' ? undefined : dns.altDomain,
    datacenter: config.datacenter,
    nodeTTLSeconds: seconds(dns.nodeTTLMs),
    serviceTTLSeconds: Object.fromEntries(
      Object.entries(dns.serviceTTLMs).map(([name, ms]) => [name, seconds(ms)]),
    ),
    onlyPassing: dns.onlyPassing,
    enableTruncate: dns.enableTruncate,
    udpAnswerLimit: dns.udpAnswerLimit,
    aRecordLimit: dns.aRecordLimit,
    nodeMetaTXT: dns.nodeMetaTXT,
    disableCompression: dns.disableCompression,
    soa: {
      refreshSeconds: dns.soa.refresh,
      retrySeconds: dns.soa.retry,
      expireSeconds: dns.soa.expire,
      minTTLSeconds: dns.soa.minTTL,
    },
    recursors: dns.recursors,
    recursorStrategy: dns.recursorStrategy,
    recursorTimeoutMs: dns.recursorTimeoutMs,
    translateWANAddresses: config.translateWANAddresses,
  };
}
