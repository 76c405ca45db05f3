import { expect, it } from 'vitest';
import { DNSMetrics } from '../../dns/metrics.ts';
import { countDNS } from './count-dns.ts';

it('tells what the DNS server counts, and nothing without one', () => {
  expect(countDNS(null)).toEqual([]);
  const metrics = new DNSMetrics();
  metrics.stale = 3;
  metrics.udpQueries = 9;
  metrics.responses[3] = 4;
  const totals = countDNS(metrics);
  expect(totals).toContainEqual({ name: 'consul.dns.stale_queries', value: 3, labels: {} });
  expect(totals).toContainEqual({
    name: 'lictor.dns.queries',
    value: 9,
    labels: { transport: 'udp' },
  });
  const rcode = 'NXDOMAIN';
  expect(totals).toContainEqual({ name: 'lictor.dns.answers', value: 4, labels: { rcode } });
  const keys = totals.map(({ name, labels }) => `${name} ${JSON.stringify(labels)}`);
  expect(new Set(keys).size).toBe(keys.length);
});
