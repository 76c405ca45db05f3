/** How options, health, EDNS, prepared queries and recursors change answers. */
import { describe, expect, it } from 'vitest';
import { FakeSource, makeInstance, makeInstances } from '../testing/fake-source.ts';
import { NO_FORWARDER, setUp } from '../testing/fixture.ts';
import { makeQuery } from '../testing/packets.ts';

describe('health', () => {
  const source = new FakeSource().setService('h', [
    makeInstance('h', 1, { Weights: { Passing: 10, Warning: 2 } }),
    makeInstance('h', 2, { Weights: { Passing: 20, Warning: 3 }, status: 'warning' }),
    makeInstance('h', 3, { status: 'critical' }),
    makeInstance('h', 4, { nodeStatus: 'critical' }),
  ]);

  it('drops critical instances and weighs the others', async () => {
    const { answer } = await setUp({ source }).ask('h.service.consul', 'SRV');
    expect(answer).toEqual([
      'h.service.consul 0 SRV 1 10 8001 n1.node.dc1.consul',
      'h.service.consul 0 SRV 1 3 8002 n2.node.dc1.consul',
    ]);
  });

  it('only_passing drops warnings too', async () => {
    const { ask } = setUp({ source, options: { onlyPassing: true } });
    expect((await ask('h.service.consul')).answer).toEqual(['h.service.consul 0 A 10.0.0.1']);
  });

  it('a service without fit instances is NXDOMAIN', async () => {
    const gone = new FakeSource().setService('h', [makeInstance('h', 3, { status: 'critical' })]);
    expect((await setUp({ source: gone }).ask('h.service.consul')).rcode).toBe('NXDOMAIN');
  });
});

describe('options', () => {
  const soa = { refreshSeconds: 1, retrySeconds: 2, expireSeconds: 3, minTTLSeconds: 4 };
  const options = { domain: 'lictor', altDomain: 'alt.example.', soa, nodeTTLSeconds: 5 };

  it.each([
    ['nosuch.service.lictor', 'lictor 4 SOA ns.lictor hostmaster.lictor 1 2 3 4'],
    [
      'nosuch.service.alt.example',
      'alt.example 4 SOA ns.alt.example hostmaster.alt.example 1 2 3 4',
    ],
  ])('%s names its own zone', async (name, authority) => {
    expect((await setUp({ options }).ask(name)).authority).toEqual([authority]);
  });

  it('the alternative domain answers in its own name, reverse names in the first', async () => {
    const { ask } = setUp({ options });
    expect((await ask('v1.web.service.alt.example', 'SRV')).additional).toEqual([
      'n1.node.dc1.alt.example 0 A 10.0.0.1',
    ]);
    expect((await ask('1.0.11.10.in-addr.arpa', 'PTR')).answer[0]).toContain(
      'plain.node.dc1.lictor',
    );
    expect((await ask('plain.node.consul')).rcode).toBe('REFUSED');
    expect((await ask('plain.node.lictor')).answer).toEqual(['plain.node.lictor 5 A 10.11.0.1']);
  });

  it('service TTLs go to all records of an answer', async () => {
    const { ask } = setUp({ options: { serviceTTLSeconds: { web: 11 } } });
    const { answer, additional } = await ask('web.service.consul', 'SRV');
    expect([...answer, ...additional].every((line) => line.split(' ')[1] === '11')).toBe(true);
  });

  it('node metadata beside the address can be left out', async () => {
    const { ask } = setUp({ options: { nodeMetaTXT: false } });
    expect((await ask('meta.node.consul')).additional).toEqual([]);
    expect((await ask('meta.node.consul', 'TXT')).answer).toHaveLength(3);
  });

  it.each([
    [true, '198.51.100.1', 91],
    [false, '10.0.0.1', 8001],
  ])('translate_wan_addrs %s', async (translateWANAddresses, address, port) => {
    const wan = { Address: '198.51.100.1', Port: 91 };
    const source = new FakeSource().setService('far', [
      makeInstance('far', 1, { node: { Datacenter: 'dc2' }, TaggedAddresses: { wan } }),
    ]);
    source.datacenters.add('dc2');
    const { ask } = setUp({ source, options: { translateWANAddresses } });
    expect((await ask('far.service.dc2.consul')).answer[0]).toContain(address);
    expect((await ask('far.service.dc2.consul', 'SRV')).answer[0]).toContain(` ${port} `);
  });

  it('a_record_limit bounds addresses over TCP, not SRV', async () => {
    const source = new FakeSource().setService('many', makeInstances('many', 10));
    const { ask } = setUp({ source, options: { aRecordLimit: 4 } });
    expect((await ask('many.service.consul', 'A', { transport: 'tcp' })).answer).toHaveLength(4);
    expect((await ask('many.service.consul', 'SRV', { transport: 'tcp' })).answer).toHaveLength(10);
  });
});

describe('EDNS', () => {
  it('the payload size is repeated', async () => {
    const { ask } = setUp();
    expect((await ask('plain.node.consul', 'A', { edns: 1232 })).additional).toEqual(['OPT 1232']);
    expect((await ask('nosuch.node.consul', 'A', { edns: 4096 })).additional).toEqual(['OPT 4096']);
  });

  it.each([
    ['web.service.consul', 0],
    ['mine.query.consul', 24],
    ['nosuch.query.consul', 0],
  ])('client subnet: %s has scope /%i', async (name, scope) => {
    const { responder, source } = setUp();
    const Nodes = [makeInstance('web', 1)];
    source.queries.set('mine', { Service: 'web', Nodes, DNS: { TTL: '90s' }, Datacenter: 'dc1' });
    const packet = makeQuery(name, 'A', { edns: 1232, ednsOptions: '00080007000118000a0102' });
    const answer = await responder.respond(packet, { address: '192.0.2.1', transport: 'udp' });
    const option = Buffer.from([0, 8, 0, 7, 0, 1, 24, scope, 10, 1, 2]);
    expect(answer!.subarray(-option.length)).toEqual(option);
    if (name.includes('query')) expect(source.clients).toEqual(['10.1.2.0']);
  });
});

describe('prepared queries', () => {
  it.each<[string, string, number]>([
    ['90s', 'one.query.consul', 90],
    ['', '_one._tcp.query.dc1.consul', 15],
  ])('TTL %s', async (TTL, name, seconds) => {
    const source = new FakeSource();
    const Nodes = [makeInstance('app', 1), makeInstance('app', 2)];
    source.queries.set('one', { Service: 'app', Nodes, DNS: { TTL }, Datacenter: 'dc1' });
    const { ask } = setUp({ source, options: { serviceTTLSeconds: { '*': 15 } } });
    expect((await ask(name, 'SRV')).answer).toEqual([
      `${name} ${seconds} SRV 1 1 8001 n1.node.dc1.consul`,
      `${name} ${seconds} SRV 1 1 8002 n2.node.dc1.consul`,
    ]);
    expect(source.clients).toEqual(['127.0.0.1']);
  });

  it('the order is kept and every client is asked for anew', async () => {
    const source = new FakeSource();
    const Nodes = makeInstances('app', 20).toReversed();
    source.queries.set('near', { Service: 'app', Nodes, DNS: { TTL: '' }, Datacenter: 'dc1' });
    const { ask } = setUp({ source });
    for (let round = 0; round < 5; round++) {
      const { answer } = await ask('near.query.consul');
      expect(answer.map((line) => line.split(' ')[3])).toEqual([
        '10.0.0.18',
        '10.0.0.19',
        '10.0.0.20',
      ]);
    }
    expect(source.clients).toHaveLength(5);
  });
});

describe('lookups', () => {
  it('one that waits is answered, one that fails is SERVFAIL', async () => {
    const { ask, source, metrics } = setUp();
    source.slow.add('plain');
    source.broken.add('web');
    expect((await ask('plain.node.consul')).answer).toHaveLength(1);
    expect(await ask('web.service.consul')).toMatchObject({ rcode: 'SERVFAIL', answer: [] });
    expect(metrics.failedLookups).toBe(1);
  });
});

const address = (last: number) => ({
  type: 1 as const,
  name: 'www.example.org.',
  ttl: 300,
  address: Uint8Array.of(192, 0, 2, last),
});

describe('recursors', () => {
  const options = { recursors: ['192.0.2.53'] };
  const reply = makeQuery('example.org', 'A', { flags: 0x8180 });

  it.each(['example.org', '200.0.12.10.in-addr.arpa'])('%s is forwarded', async (name) => {
    const forwarder = { ...NO_FORWARDER, forward: () => Promise.resolve(reply) };
    expect((await setUp({ options, forwarder }).ask(name)).flags).toBe('rd ra');
  });

  it('our own names are answered with RA', async () => {
    expect((await setUp({ options }).ask('plain.node.consul')).flags).toBe('aa rd ra');
  });

  it('SERVFAIL when none answers', async () => {
    const forwarder = { ...NO_FORWARDER, forward: () => Promise.resolve(undefined) };
    const { ask, metrics } = setUp({ options, forwarder });
    // No authority for a name of others, even where it could not be asked for.
    expect(await ask('example.org')).toMatchObject({ rcode: 'SERVFAIL', flags: 'rd ra' });
    expect(metrics).toMatchObject({ recursions: 1, failedRecursions: 1 });
  });

  it('aliases out of the zone are followed, at most five records without EDNS', async () => {
    const records = [1, 2, 3, 4, 5, 6].map(address);
    const forwarder = { ...NO_FORWARDER, resolveName: () => Promise.resolve(records) };
    const { ask } = setUp({ options: { ...options, udpAnswerLimit: 8 }, forwarder });
    expect((await ask('ext.service.consul')).answer).toHaveLength(6);
    expect((await ask('ext.service.consul', 'A', { edns: 1232 })).answer).toHaveLength(7);
    expect((await ask('ext.service.consul', 'SRV')).additional[0]).toBe(
      'www.example.org 0 A 192.0.2.1',
    );
  });
});
