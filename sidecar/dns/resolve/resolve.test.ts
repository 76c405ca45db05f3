import { describe, expect, it } from 'vitest';
import { makeInstance } from '../testing/fake-source.ts';
import { RecordType } from '../wire/codes.ts';
import { weightOf } from './instances.ts';
import { randomSelection } from './resolution.ts';
import { parseRoute } from './route.ts';
import { ServiceTTLs } from './service-ttl.ts';
import { AddressTranslator } from './translate-address.ts';
import { parseReverseName } from './zone-answer.ts';
import { Zones } from './zones.ts';

const { A, AAAA, SRV, ANY } = RecordType;

describe('parseRoute', () => {
  const service = { kind: 'service', lookup: 'service', tag: '', datacenter: 'dc1' };

  it.each<[string, number, object | undefined]>([
    ['web.service', A, { ...service, service: 'web' }],
    ['web.service.dc2', A, { ...service, service: 'web', datacenter: 'dc2' }],
    ['web.service.dc2.dc', A, { ...service, service: 'web', datacenter: 'dc2' }],
    ['x.y.web.service', A, { ...service, service: 'web', tag: 'x.y' }],
    ['_web._tcp.service', SRV, { ...service, service: 'web' }],
    ['_web._v1.service', A, { ...service, service: 'web', tag: 'v1' }],
    ['_web._v1', SRV, { ...service, service: 'web', tag: 'v1' }],
    ['_web._v1.dc2', SRV, { ...service, service: 'web', tag: 'v1', datacenter: 'dc2' }],
    ['_web._v1', A, undefined],
    ['_web', SRV, { ...service, service: '_web' }],
    ['_x._web._v1.service', SRV, { ...service, service: '_v1', tag: '_x._web' }],
    ['x.web.connect', A, { ...service, lookup: 'connect', service: 'web' }],
    ['web.ingress', A, { ...service, lookup: 'ingress', service: 'web' }],
    ['web.virtual', A, { kind: 'virtual', service: 'web', peer: '' }],
    ['web.virtual.p', A, { kind: 'virtual', service: 'web', peer: 'p' }],
    ['web.virtual.p.peer', A, { kind: 'virtual', service: 'web', peer: 'p' }],
    ['web.virtual.dc1.dc', A, { kind: 'virtual', service: 'web', peer: '' }],
    ['a.b.node', A, { kind: 'node', node: 'a.b', datacenter: 'dc1' }],
    ['a.node.dc2', A, { kind: 'node', node: 'a', datacenter: 'dc2' }],
    ['a.node.p.peer', A, { kind: 'node', node: 'a', datacenter: null }],
    ['my.query.query', A, { kind: 'query', nameOrID: 'my.query', datacenter: 'dc1' }],
    ['_my.q._tcp.query.dc2', SRV, { kind: 'query', nameOrID: 'my.q', datacenter: 'dc2' }],
    ['0a000001.addr.any.thing.at.all', A, { kind: 'address', hex: '0a000001' }],
    ['x.0a000001.addr', A, undefined],
    ['service.service', A, { ...service, service: 'service' }],
    ['web.service.dc1.peer', A, undefined],
    ['web.connect.p.peer', A, { ...service, lookup: 'connect', service: 'web' }],
    ['web.ingress.p.peer', A, { ...service, lookup: 'ingress', service: 'web' }],
    ['web.ingress.dc1.dc.p.peer', A, undefined],
    ['_._tcp', SRV, { ...service, service: '' }],
    ['web.service.a.dc.b.peer', A, undefined],
    ['web.service.a.b', A, undefined],
    ['web.service.a.b.c', A, undefined],
    ['x.query.a.dc', A, undefined],
    ['service', A, undefined],
    ['rubbish', A, undefined],
    ['', A, undefined],
  ])('%s (type %i)', (name, type, expected) => {
    expect(parseRoute(name === '' ? [] : name.split('.'), type, 'dc1')).toEqual(expected);
  });
});

describe('Zones', () => {
  const zones = new Zones('Consul', 'alt.consul.');
  const match = (name: string) => {
    const labels = name.toLowerCase().split('.').slice(0, -1);
    return zones.match({ name, labels, type: A, class: 1, bytes: new Uint8Array() });
  };

  it.each<[string, object]>([
    ['web.service.CONSUL.', { kind: 'domain', labels: ['web', 'service'], domain: 'CONSUL.' }],
    ['x.Alt.consul.', { kind: 'domain', labels: ['x'], domain: 'Alt.consul.' }],
    ['consul.', { kind: 'domain', labels: [], domain: 'consul.' }],
    ['1.in-addr.ARPA.', { kind: 'reverse' }],
    ['notconsul.', { kind: 'foreign' }],
    ['consul.org.', { kind: 'foreign' }],
  ])('%s', (name, expected) => expect(match(name)).toEqual(expected));

  it.each([
    ['a.consul.', true],
    ['A.ALT.Consul.', true],
    ['consul.', false],
    ['aconsul.', false],
  ])('contains %s: %s', (name, expected) => expect(zones.contains(name)).toBe(expected));
});

it.each([
  ['web', 11],
  ['db-a', 12],
  ['db-special', 13],
  ['db-long-x', 14],
  ['db', 15],
])('TTL of %s is %i', (name, seconds) => {
  const table = { web: 11.9, 'db-*': 12, 'db-special': 13, 'db-long*': 14, '*': 15 };
  expect(new ServiceTTLs(table).secondsFor(name)).toBe(seconds);
});

it('without a match the TTL is zero', () => {
  expect(new ServiceTTLs({ 'a*': 5 }).secondsFor('b')).toBe(0);
});

it.each<[string, string | undefined]>([
  ['4.3.2.1.in-addr.arpa', '1.2.3.4'],
  ['277.3.2.1.in-addr.arpa', undefined],
  ['3.2.1.in-addr.arpa', undefined],
  ['4.3.2.1.addressplz.arpa', undefined],
  [
    'b.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa',
    '2001:db8::567:89ab',
  ],
  ['x.a.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa', undefined],
  ['ab.9.8.7.6.5.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.0.8.b.d.0.1.0.0.2.ip6.arpa', undefined],
])('reverse name %s', (name, address) => expect(parseReverseName(name.split('.'))).toBe(address));

const address = (Address: string) => ({ Address, Port: 7 });

describe('AddressTranslator', () => {
  const tags = {
    lan_ipv4: address('10.0.0.4'),
    lan_ipv6: address('2001:db8::4'),
    wan: address('198.51.100.1'),
    wan_ipv4: address('198.51.100.4'),
  };
  const instance = makeInstance('web', 1, { Address: '10.0.0.9', Port: 80, TaggedAddresses: tags });

  it.each([
    [false, 'dc2', A, '10.0.0.4', 80],
    [false, 'dc2', AAAA, '2001:db8::4', 80],
    [false, 'dc2', ANY, '2001:db8::4', 80],
    [true, 'dc1', A, '10.0.0.4', 80],
    [true, 'dc2', A, '198.51.100.4', 7],
    [true, 'dc2', SRV, '2001:db8::4', 7],
  ])(
    'translate %s, datacenter %s, type %i',
    (translateWANAddresses, datacenter, type, ip, port) => {
      const translator = new AddressTranslator({ datacenter: 'dc1', translateWANAddresses });
      expect(translator.serviceAddress(instance, datacenter, type)).toBe(ip);
      expect(translator.servicePort(instance, datacenter)).toBe(port);
    },
  );

  it('nodes follow the datacenter that they are in', () => {
    const translator = new AddressTranslator({ datacenter: 'dc1', translateWANAddresses: true });
    const { Node } = makeInstance('web', 1, {
      node: {
        Datacenter: 'dc2',
        TaggedAddresses: { wan: '198.51.100.2', lan_ipv6: '2001:db8::2' },
      },
    });
    expect(translator.nodeAddress(Node, A)).toBe('198.51.100.2');
    expect(translator.nodeAddress({ ...Node, Datacenter: 'dc1' }, A)).toBe('10.0.0.1');
    expect(translator.nodeAddress(Node, AAAA)).toBe('2001:db8::2');
  });
});

describe('weightOf', () => {
  const Weights = { Passing: 70_000, Warning: 3 };

  it.each([
    ['passing', 'passing', 65_535],
    ['warning', 'passing', 3],
    ['passing', 'warning', 3],
    ['critical', 'passing', 0],
  ] as const)('own check %s, node check %s', (status, nodeStatus, weight) => {
    expect(weightOf(makeInstance('web', 1, { Weights, status, nodeStatus }))).toBe(weight);
  });
});

describe('randomSelection', () => {
  it('every place is equally likely for every item', () => {
    const counts = new Map<string, number>();
    for (let round = 0; round < 6000; round++) {
      const picked = randomSelection(['a', 'b', 'c', 'd'], 2);
      expect(new Set(picked).size).toBe(2);
      for (const item of picked) counts.set(item, (counts.get(item) ?? 0) + 1);
    }
    // 3,000 expected; six standard deviations are 232.
    for (const count of counts.values()) expect(Math.abs(count - 3000)).toBeLessThan(232);
  });

  it('takes no more than there is', () => {
    expect(randomSelection([1, 2], Number.POSITIVE_INFINITY).toSorted()).toEqual([1, 2]);
    expect(randomSelection([], 3)).toEqual([]);
  });
});
