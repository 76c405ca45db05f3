import { expect, it } from 'vitest';
import { contentHash } from './content-hash.ts';

const plain = (ID: string, more: object = {}) => ({
  ID,
  Service: ID,
  Tags: [],
  Meta: {},
  Port: 0,
  Address: '',
  Weights: { Passing: 1, Warning: 1 },
  EnableTagOverride: false,
  Datacenter: 'dc1',
  ...more,
});
const PROXY = {
  DestinationServiceName: 'web',
  DestinationServiceID: 'w',
  LocalServicePort: 5,
  Config: { a: 1, b: 'x', c: [1, true], d: { e: 1.5 } },
  Upstreams: [
    {
      DestinationType: 'service',
      DestinationName: 'db',
      LocalBindPort: 9,
      Config: { z: 1 },
      MeshGateway: { Mode: 'local' },
    },
  ],
  MeshGateway: { Mode: 'local' },
  Expose: {
    Checks: true,
    Paths: [
      { ListenerPort: 3, Path: '/x', LocalPathPort: 4, Protocol: 'http', ParsedFromCheck: false },
    ],
  },
};

/** What Consul 1.21.0 answered for these definitions. */
it.each([
  ['tags and a port', plain('foo', { Tags: ['bar', 'baz'], Port: 8000 }), '3e352f348d44f7eb'],
  ['beyond ASCII', plain('\u00fc'), 'fc3fc47af4bf948'],
  [
    'a gateway',
    plain('mg', { Kind: 'mesh-gateway', Port: 7, Proxy: { MeshGateway: {}, Expose: {} } }),
    'ed191bfe03e25a26',
  ],
  ['a proxy', plain('px', { Kind: 'connect-proxy', Port: 7, Proxy: PROXY }), '7f0a2aa2c08be211'],
])('%s', (_what, view, hash) => {
  expect(contentHash(view)).toBe(hash);
});

it('counts neither the order of members nor what is not part of the definition', () => {
  const hash = contentHash(plain('a', { Meta: { x: '1', y: '2' } }));
  expect(contentHash(plain('a', { Meta: { y: '2', x: '1' }, Datacenter: 'dc2' }))).toBe(hash);
  expect(contentHash(plain('a', { Locality: { Region: 'r' }, Meta: { x: '1', y: '2' } }))).toBe(
    hash,
  );
  expect(contentHash(plain('a', { Meta: { x: '2', y: '1' } }))).not.toBe(hash);
});
