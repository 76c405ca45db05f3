import { describe, expect, it } from 'vitest';
import {
  type RegisteredProxy,
  configOfRegistration,
  parseHostPort,
  upstreamName,
} from './config.ts';

const registered = (proxy: object, rest: object = {}): RegisteredProxy => ({
  ID: 'web-sidecar-proxy',
  Kind: 'connect-proxy',
  Port: 21000,
  ...rest,
  Proxy: { DestinationServiceName: 'web', LocalServicePort: 80, ...proxy },
});
const listenerOf = (proxy: object, rest?: object) =>
  configOfRegistration(registered(proxy, rest)).publicListener;
const upstreamOf = (upstream: object) =>
  configOfRegistration(registered({ Upstreams: [{ DestinationName: 'db', ...upstream }] }))
    .upstreams[0];

describe('the public listener of a registration', () => {
  it('is at the port of the registration, with the defaults', () => {
    expect(listenerOf({})).toEqual({
      bindAddress: '0.0.0.0',
      bindPort: 21000,
      local: { host: '127.0.0.1', port: 80 },
      localConnectTimeoutMs: 1000,
      handshakeTimeoutMs: 10_000,
      maxConnections: 4096,
    });
  });

  it.each([
    ['its address', {}, { Address: '10.0.0.1' }, { bindAddress: '10.0.0.1' }],
    [
      'bind_address',
      { Config: { bind_address: '127.0.0.1' } },
      { Address: '10.0.0.1' },
      { bindAddress: '127.0.0.1' },
    ],
    ['bind_port', { Config: { bind_port: 9 } }, {}, { bindPort: 9 }],
    ['a number in a string', { Config: { bind_port: '9' } }, {}, { bindPort: 9 }],
    [
      'nonsense',
      { Config: { bind_port: 'x', handshake_timeout_ms: -1 } },
      {},
      { bindPort: 21000, handshakeTimeoutMs: 10_000 },
    ],
    ['a socket', { LocalServiceSocketPath: '/run/web' }, {}, { local: { path: '/run/web' } }],
    [
      'the service elsewhere',
      { LocalServiceAddress: '10.1.1.1' },
      {},
      { local: { host: '10.1.1.1', port: 80 } },
    ],
    [
      'local_service_address',
      { Config: { local_service_address: '[::1]:7' } },
      {},
      { local: { host: '::1', port: 7 } },
    ],
    [
      'local_connect_timeout_ms',
      { Config: { local_connect_timeout_ms: 5 } },
      {},
      { localConnectTimeoutMs: 5 },
    ],
    [
      'max_inbound_connections',
      { Config: { max_inbound_connections: 5 } },
      {},
      { maxConnections: 5 },
    ],
    [
      'more than are taken',
      { Config: { max_inbound_connections: 99_999 } },
      {},
      { maxConnections: 4096 },
    ],
  ])('takes %s', (_what, proxy, rest, expected) => {
    expect(listenerOf(proxy, rest)).toMatchObject(expected);
  });

  it('is none where the service has no port, or the proxy', () => {
    expect(listenerOf({ LocalServicePort: 0 })).toBeUndefined();
    expect(listenerOf({}, { Port: 0 })).toBeUndefined();
  });
});

describe('an upstream of a registration', () => {
  it('has the defaults', () => {
    expect(upstreamOf({ LocalBindPort: 5 })).toEqual({
      type: 'service',
      name: 'db',
      datacenter: '',
      bindAddress: '127.0.0.1',
      bindPort: 5,
      socketPath: '',
      socketMode: undefined,
      connectTimeoutMs: 10_000,
    });
  });

  it.each([
    [{ LocalBindPort: 5, DestinationType: 'prepared_query' }, { type: 'prepared_query' }],
    [{ LocalBindPort: 5, Datacenter: 'dc2' }, { datacenter: 'dc2' }],
    [{ LocalBindPort: 5, LocalBindAddress: '::1' }, { bindAddress: '::1' }],
    [{ LocalBindPort: 5, Config: { connect_timeout_ms: 70 } }, { connectTimeoutMs: 70 }],
    [
      { LocalBindSocketPath: '/s', LocalBindSocketMode: '0600' },
      { socketPath: '/s', socketMode: 0o600 },
    ],
    [{ LocalBindSocketPath: '/s', LocalBindSocketMode: '9' }, { socketMode: undefined }],
  ])('takes %o', (upstream, expected) => {
    expect(upstreamOf(upstream)).toMatchObject(expected);
  });

  it('is left to Envoy where nobody is to listen', () => {
    expect(upstreamOf({ DestinationName: '*', CentrallyConfigured: true })).toBeUndefined();
  });

  it('is called as Consul calls it', () => {
    expect(upstreamName(upstreamOf({ LocalBindPort: 5 })!)).toBe(
      '127.0.0.1:5->service:default/default/db',
    );
    expect(upstreamName(upstreamOf({ LocalBindSocketPath: '/s' })!)).toBe(
      '/s->service:default/default/db',
    );
  });
});

it.each([
  { ID: 'web' },
  { ID: 'gw', Kind: 'mesh-gateway', Proxy: {} },
  { ID: 'p', Kind: 'connect-proxy', Proxy: {} },
])('%o is no proxy', (service) => {
  expect(() => configOfRegistration(service)).toThrow(`service ${service.ID} is no proxy`);
});

it.each([
  ['127.0.0.1:80', { host: '127.0.0.1', port: 80 }],
  [':80', { host: '', port: 80 }],
  ['[::1]:80', { host: '::1', port: 80 }],
])('the address %s', (text, expected) => {
  expect(parseHostPort(text)).toEqual(expected);
});

it.each(['80', 'a:b', 'a:1:2', ''])('%s is no address', (text) => {
  expect(() => parseHostPort(text)).toThrow('missing port in address');
});
