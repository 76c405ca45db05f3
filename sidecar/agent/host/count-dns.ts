/** What the DNS server counts: one figure under Consul's name, the others under Lictor's. */
import type { DNSMetrics } from '../../dns/metrics.ts';
import { ResponseCode } from '../../dns/wire/codes.ts';
import type { Total } from '../cluster/gossip-metrics.ts';

const RESPONSE_NAMES: ReadonlyMap<number, string> = new Map(
  Object.entries(ResponseCode).map(([name, code]) => [code, name]),
);

/** @param metrics null while no DNS server runs */
export function countDNS(metrics: DNSMetrics | null): Total[] {
  if (metrics === null) return [];
  const values: Readonly<Record<string, number>> = {
    'consul.dns.stale_queries': metrics.stale,
    'lictor.dns.cache_hits': metrics.cacheHits,
    'lictor.dns.ignored': metrics.ignored,
    'lictor.dns.rate_limited': metrics.rateLimited,
    'lictor.dns.truncated': metrics.truncated,
    'lictor.dns.failed_lookups': metrics.failedLookups,
    'lictor.dns.overloaded': metrics.overloaded,
    'lictor.dns.recursions': metrics.recursions,
    'lictor.dns.failed_recursions': metrics.failedRecursions,
    'lictor.dns.send_errors': metrics.sendErrors,
    'lictor.dns.tcp_connections': metrics.tcpConnections,
    'lictor.dns.refused_connections': metrics.refusedConnections,
  };
  const transports: Readonly<Record<string, number>> = {
    udp: metrics.udpQueries,
    tcp: metrics.tcpQueries,
  };
  return [
    ...Object.entries(values).map(([name, value]) => ({ name, value, labels: {} })),
    ...Object.entries(transports).map(([transport, value]) => ({
      name: 'lictor.dns.queries',
      value,
      labels: { transport },
    })),
    ...metrics.responses.flatMap((value, code) => {
      const rcode = RESPONSE_NAMES.get(code);
      return rcode === undefined ? [] : [{ name: 'lictor.dns.answers', value, labels: { rcode } }];
    }),
  ];
}
