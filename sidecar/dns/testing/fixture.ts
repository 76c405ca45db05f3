/** A responder over a small catalog that has one of everything. */
import { expect } from 'vitest';
import { Responder } from '../answer/responder.ts';
import type { Forwarder } from '../answer/responder.ts';
import type { Transport } from '../answer/fit.ts';
import { DNSMetrics } from '../metrics.ts';
import { DEFAULT_DNS_OPTIONS } from '../options.ts';
import type { DNSOptions } from '../options.ts';
import { FakeSource, makeInstance, silentLog } from './fake-source.ts';
import { makeQuery, readAnswer } from './packets.ts';
import type { QuerySpec, ReadAnswer } from './packets.ts';

/** The SOA of negative answers, with default options. */
export const SOA = 'consul 0 SOA ns.consul hostmaster.consul 3600 600 86400 0';
export const NO_FORWARDER: Forwarder = {
  forward: () => Promise.reject(new Error('unexpected')),
  resolveName: () => Promise.reject(new Error('unexpected')),
};

export interface Setup {
  readonly source?: FakeSource;
  readonly options?: Partial<DNSOptions>;
  readonly forwarder?: Forwarder;
}

/** `ask` sends one query and reads the answer back. */
export function setUp({ source = catalog(), options = {}, forwarder = NO_FORWARDER }: Setup = {}) {
  const metrics = new DNSMetrics();
  const responder = new Responder(
    { ...DEFAULT_DNS_OPTIONS, ...options },
    { source, forwarder, metrics, log: silentLog },
  );
  const ask = async (
    name: string,
    type = 'A',
    spec: QuerySpec & { transport?: Transport } = {},
  ): Promise<ReadAnswer> => {
    const client = { address: '127.0.0.1', transport: spec.transport ?? 'udp' };
    const packet = makeQuery(name, type, spec);
    const answer = await responder.respond(packet, client);
    expect(answer!.readUInt16BE(0)).toBe(packet.readUInt16BE(0));
    return readAnswer(answer!);
  };
  return { responder, metrics, source, ask };
}

export function catalog(): FakeSource {
  const source = new FakeSource()
    .setService('web', [
      makeInstance('web', 1, { Tags: ['v1', 'Blue'] }),
      makeInstance('web', 2, { Tags: ['v2', 'a.b'], Address: '10.14.0.2' }),
    ])
    .setService('web', [makeInstance('web-proxy', 9)], 'connect')
    .setService('shop', [makeInstance('gateway', 8)], 'ingress')
    .setService('six', [makeInstance('six', 1, { Address: '2001:db8::7' })])
    .setService('ext', [makeInstance('ext', 1, { Address: 'www.example.org' })])
    .setService('inner', [makeInstance('inner', 1, { Address: 'plain.node.consul' })])
    .setService('self', [makeInstance('self', 4, { Address: 'self.service.consul' })])
    .setService(
      'dup',
      [1, 1, 2].map((port) => makeInstance('dup', 5, { Port: port })),
    )
    .setService('consul', [makeInstance('consul', 1), makeInstance('consul', 2)])
    .setNode('plain', '10.11.0.1')
    .setNode('meta', '10.11.0.2', { Meta: { role: 'db', 'rfc1035-note': 'as is', 'a=b': 'c' } })
    .setNode('sixnode', '2001:db8::6')
    .setNode('dotted.name', '10.11.0.3')
    .setNode('host', 'www.example.org')
    .setNode('loop', 'loop.node.consul');
  source.owners.set('10.11.0.1', { kind: 'node', name: 'plain', datacenter: 'dc1' });
  source.owners.set('2001:db8::99', { kind: 'service', name: 'rev6', datacenter: 'dc1' });
  source.virtualIPs.set('web', '240.0.0.1');
  return source;
}
