import { beforeEach, describe, expect, it } from 'vitest';
import type { RegisterRequest } from '../../protocol/types/catalog.ts';
import { CatalogFixture } from '../testing/catalog-fixture.ts';

let catalog: CatalogFixture;

beforeEach(() => {
  catalog = new CatalogFixture();
});

const uuid = (n: number) => `3a1b7c11-0000-4000-8000-${String(n).padStart(12, '0')}`;

describe('refusals', () => {
  const base = { Node: 'n', Address: '1' };
  const proxy = { Service: 'p', Kind: 'connect-proxy', Port: 1 } as const;
  it.each<[string, RegisterRequest]>([
    ['Must provide node', { Node: '', Address: '1' }],
    ['Must provide address if SkipNodeUpdate is not set', { Node: 'n' }],
    ['Bad node ID: uuid string is wrong length', { ...base, ID: 'x' }],
    ['Bad node ID: uuid is improperly formatted', { ...base, ID: uuid(1).replaceAll('-', '_') }],
    ['Bad node ID: encoding/hex: invalid byte', { ...base, ID: uuid(1).replace('3a', 'zz') }],
    ['Must provide service name', { ...base, Service: { ID: 'x' } }],
    [
      'Port or SocketPath must be set for a Connect native service',
      { ...base, Service: { ID: 'x', Connect: { Native: true } } },
    ],
    ['Invalid service address', { ...base, Service: { Service: 'x', Address: '0.0.0.0' } }],
    ["Unknown service ID 'x' for check ID 'c'", { ...base, Check: { Name: 'c', ServiceID: 'x' } }],
    [
      "Node 'm' for check 'c' doesn't match register request node 'n'",
      { ...base, Check: { Name: 'c', Node: 'm' } },
    ],
    [
      'failed inserting check on node "n": failed health check lookup: index error',
      { ...base, Check: { Status: 'passing' } },
    ],
    ['cannot register requests with PeerName in them', { ...base, PeerName: 'p' }],
    ['No path to datacenter', { ...base, Datacenter: 'dc9' }],
    [
      'time: invalid duration "x"',
      { ...base, Check: { Name: 'c', Definition: { Interval: 'x' } } },
    ],
    ['\t* Proxy.DestinationServiceName must be non-empty', { ...base, Service: proxy }],
    [
      '\t* Port or SocketPath must be set',
      { ...base, Service: { Service: 'x', Connect: { Native: true } } },
    ],
    [
      '\t* zone cannot be set without region',
      { ...base, Service: { Service: 'x', Locality: { Zone: 'z' } } },
    ],
    [
      "('a b', 'v'): Key contains invalid characters",
      { ...base, Service: { Service: 'x', Meta: { 'a b': 'v' } } },
    ],
  ])('%s', (text, request) => {
    expect(() => catalog.register(request)).toThrow(text);
    expect(catalog.read('catalog.nodes', {})).toEqual([]);
    expect(catalog.takeTopics()).toEqual([]);
  });

  it.each([
    [{ DestinationName: '' }, 'upstream destination name cannot be empty'],
    [{ DestinationName: '*', LocalBindPort: 1 }, 'upstream destination name cannot be a wildcard'],
    [{ DestinationName: 'a' }, 'upstream local bind port or local socket path must be defined'],
    [
      { DestinationName: 'a', LocalBindPort: 1, DestinationType: 'z' },
      'unknown upstream destination type: "z"',
    ],
    [
      { DestinationName: 'a', LocalBindPort: 1, LocalBindSocketPath: '/s' },
      'only one of upstream local bind port',
    ],
    [
      { DestinationName: 'a', LocalBindPort: 7001 },
      'by local bind address and port or unix path; "127.0.0.1:7001"',
    ],
    [
      { DestinationName: 'first', LocalBindPort: 1 },
      'upstreams cannot contain duplicates of [type="", name="first"',
    ],
  ])('of the upstream %j', (upstream, text) => {
    const Upstreams = [{ DestinationName: 'first', LocalBindPort: 7001 }, upstream];
    const Service = { ...proxy, Proxy: { DestinationServiceName: 'web', Upstreams } };
    expect(() => catalog.register({ ...base, Service })).toThrow(text);
  });
});
