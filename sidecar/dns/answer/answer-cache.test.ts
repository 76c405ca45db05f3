import { describe, expect, it } from 'vitest';
import { FakeSource, makeInstance, makeInstances } from '../testing/fake-source.ts';
import { setUp } from '../testing/fixture.ts';
import { makeQuery, readAnswer } from '../testing/packets.ts';
import { AnswerCache } from './answer-cache.ts';
import { CachedAnswer } from './cached-answer.ts';
import type { Transport } from './fit.ts';

const client = { address: '127.0.0.1', transport: 'udp' as Transport };

describe('answers from the cache', () => {
  it('are given once the first query was answered, with the new id', async () => {
    const { responder } = setUp();
    const packet = makeQuery('web.service.consul');
    expect(responder.fromCache(packet, 'udp')).toBeUndefined();
    await responder.respond(packet, client);
    const again = responder.fromCache(makeQuery('web.service.consul', 'A', { id: 0xbeef }), 'udp')!;
    expect(again.readUInt16BE(0)).toBe(0xbeef);
    expect(readAnswer(again).answer).toHaveLength(2);
  });

  it.each<[string, Buffer, Transport]>([
    ['letter case', makeQuery('WEB.service.consul'), 'udp'],
    ['type', makeQuery('web.service.consul', 'SRV'), 'udp'],
    ['flags', makeQuery('web.service.consul', 'A', { flags: 0 }), 'udp'],
    ['EDNS', makeQuery('web.service.consul', 'A', { edns: 1232 }), 'udp'],
    ['transport', makeQuery('web.service.consul'), 'tcp'],
  ])('differ by %s', async (_, packet, transport) => {
    const { responder } = setUp();
    await responder.respond(makeQuery('web.service.consul'), client);
    expect(responder.fromCache(packet, transport)).toBeUndefined();
  });

  it.each<[name: string, change: (source: FakeSource) => void]>([
    ['web.service.consul', (source) => source.setService('web', [makeInstance('web', 7)])],
    ['web.service.consul', (source) => source.deleteService('web')],
    ['web.service.consul', (source) => source.broken.add('web')],
    ['nosuch.service.consul', (source) => source.setService('nosuch', [makeInstance('x', 7)])],
    ['nosuch.node.consul', (source) => source.setNode('nosuch', '10.0.0.7')],
    ['web.service.dc9.consul', (source) => source.datacenters.add('dc9')],
    ['inner.service.consul', (source) => source.setNode('plain', '10.0.0.7')],
    ['consul', (source) => source.setService('consul', [makeInstance('consul', 7)])],
  ])('%s: end when the catalog changes', async (name, change) => {
    const { responder, source } = setUp();
    const packet = makeQuery(name, name === 'consul' ? 'NS' : 'A');
    await responder.respond(packet, client);
    expect(responder.fromCache(packet, 'udp')).toBeDefined();
    change(source);
    expect(responder.fromCache(packet, 'udp')).toBeUndefined();
  });

  it('survive changes elsewhere', async () => {
    const { responder, source } = setUp();
    await responder.respond(makeQuery('web.service.consul'), client);
    source.setService('other', [makeInstance('other', 1)]);
    expect(responder.fromCache(makeQuery('web.service.consul'), 'udp')).toBeDefined();
  });

  it('a prepared query is never cached', async () => {
    const { responder, source } = setUp();
    const Nodes = [makeInstance('app', 1)];
    source.queries.set('one', { Service: 'app', Nodes, DNS: { TTL: '' }, Datacenter: 'dc1' });
    await responder.respond(makeQuery('one.query.consul'), client);
    expect(responder.fromCache(makeQuery('one.query.consul'), 'udp')).toBeUndefined();
  });

  it('the SOA serial is the time of each answer', async () => {
    const { responder } = setUp();
    const packet = makeQuery('nosuch.service.consul');
    await responder.respond(packet, client);
    const cached = responder.fromCache(packet, 'udp')!;
    const now = Math.floor(Date.now() / 1000);
    expect(Math.abs(cached.readUInt32BE(cached.length - 20) - now)).toBeLessThan(5);
  });

  it('every instance of a large service comes up, three at a time', async () => {
    const source = new FakeSource().setService('lots', makeInstances('lots', 40));
    const { responder } = setUp({ source });
    const packet = makeQuery('lots.service.consul');
    await responder.respond(packet, client);
    const seen = new Set<string>();
    for (let hit = 0; hit < 5000; hit++) {
      for (const line of readAnswer(responder.fromCache(packet, 'udp')!).answer) seen.add(line);
    }
    expect(seen.size).toBe(40);
  });

  it('a source that throws is no hit', async () => {
    const { responder, source, ask } = setUp();
    const packet = makeQuery('plain.node.consul');
    await responder.respond(packet, client);
    source.node = () => {
      throw new Error('broken replica');
    };
    expect(responder.fromCache(packet, 'udp')).toBeUndefined();
    expect((await ask('plain.node.consul')).rcode).toBe('SERVFAIL');
  });

  it('answers given out cannot spoil those to come', async () => {
    const { responder } = setUp();
    const packet = makeQuery('plain.node.consul');
    await responder.respond(packet, client);
    responder.fromCache(packet, 'udp')!.fill(0xff);
    expect(readAnswer(responder.fromCache(packet, 'udp')!).answer).toHaveLength(1);
  });
});

const entry = (holds = true): CachedAnswer => {
  const encoded = { bytes: Buffer.alloc(100), serialOffsets: [] };
  return new CachedAnswer(encoded, { encode: () => encoded, checks: [() => holds], records: 1 });
};

describe('AnswerCache', () => {
  it('keeps what is in use and forgets the rest', () => {
    const cache = new AnswerCache({ maxEntries: 10, maxWeightBytes: 1 << 20 });
    for (let index = 0; index < 1000; index++) {
      cache.set(`flood${index}`, entry());
      if (index === 0) cache.set('hot', entry());
      expect(cache.get('hot')).toBeDefined();
      expect(cache.size).toBeLessThanOrEqual(20);
    }
    expect(cache.get('flood0')).toBeUndefined();
  });

  it('is bounded by weight as well', () => {
    const maxWeightBytes = entry().weightBytes * 3;
    const cache = new AnswerCache({ maxEntries: 1000, maxWeightBytes });
    for (let index = 0; index < 100; index++) cache.set(String(index), entry());
    expect(cache.size).toBeLessThanOrEqual(6);
  });

  it('drops an entry that holds no more', () => {
    const cache = new AnswerCache();
    cache.set('a', entry(false));
    expect(cache.get('a')).toBeUndefined();
    expect(cache.size).toBe(0);
  });

  it('a long packet has no key', () => {
    expect(AnswerCache.keyOf(Buffer.alloc(513))).toBeUndefined();
    expect(AnswerCache.keyOf(Buffer.alloc(512))).toHaveLength(510);
  });
});
