import { describe, expect, it } from 'vitest';
import { SampleBook } from '../lib/samples.ts';
import { NO_FORWARDER, setUp } from './testing/fixture.ts';
import { makeQuery } from './testing/packets.ts';
import { DNSTimings } from './timings.ts';

function measured(recursors: string[] = []) {
  const book = new SampleBook();
  const forward = async () => Buffer.alloc(12);
  const all = setUp({ options: { recursors }, forwarder: { ...NO_FORWARDER, forward } });
  all.metrics.timings = new DNSTimings(book, 'n1');
  const counts = () =>
    Object.fromEntries(
      book.summaries().map(({ name, labels, count }) => {
        const { node, ...others } = labels;
        expect(node).toBe('n1');
        return [[name.replace('consul.dns.', ''), ...Object.values(others)].join(' '), count];
      }),
    );
  return { ...all, book, counts };
}

const client = { address: '127.0.0.1', transport: 'udp' as const };

describe('DNS timings', () => {
  it('measure answers by type, those from the cache too', async () => {
    const { responder, ask, counts, book } = measured();
    const packet = makeQuery('web.service.consul');
    await responder.respond(packet, client);
    expect(responder.fromCache(packet, 'udp')).toBeDefined();
    await ask('web.service.consul', 'SRV');
    await ask('nosuch.service.consul', 'AAAA');
    expect(counts()).toEqual({ 'query A': 2, 'query SRV': 1, 'query AAAA': 1, domain_query: 4 });
    for (const { sum } of book.summaries()) expect(sum).toBeGreaterThan(0);
  });

  it('tell reverse questions from the others', async () => {
    const { ask, counts } = measured();
    await ask('1.0.0.10.in-addr.arpa', 'PTR');
    expect(counts()).toEqual({ 'query PTR': 1, ptr_query: 1 });
  });

  it.each([
    ['foreign names, refused', [], 'www.example.org', 'A', {}],
    ['foreign names, forwarded', ['127.0.0.1:1'], 'www.example.org', 'A', {}],
    [
      'reverse names that only a recursor knows',
      ['127.0.0.1:1'],
      '9.9.9.9.in-addr.arpa',
      'PTR',
      { 'query PTR': 1, ptr_query: 1 },
    ],
  ])('%s', async (_, recursors, name, type, expected) => {
    const { responder, counts } = measured(recursors);
    await responder.respond(makeQuery(name, type), client);
    expect(counts()).toEqual(expected);
  });

  it('make no series for each type that somebody makes up', async () => {
    const { ask, counts } = measured();
    for (let type = 40_000; type < 40_010; type++) await ask('web.service.consul', `TYPE${type}`);
    expect(counts()).toEqual({ 'query other': 10, domain_query: 10 });
  });

  it('count as stale what is answered long after the last contact', async () => {
    const { responder, source, metrics } = measured();
    const packet = makeQuery('web.service.consul');
    source.lastContactMs = 5000;
    await responder.respond(packet, client);
    expect(metrics.stale).toBe(0);
    source.lastContactMs = 5001;
    responder.fromCache(packet, 'udp');
    await responder.respond(makeQuery('web.service.consul', 'SRV'), client);
    expect(metrics.stale).toBe(2);
  });
});
