import { beforeEach, describe, expect, it } from 'vitest';
import type { ConnectProxyConfig, ServiceKind } from '../../protocol/types/catalog.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

let dc: DatacenterFixture;

beforeEach(() => {
  dc = new DatacenterFixture();
});

const proxyDefaults = (rest: object): boolean =>
  dc.write('config.apply', { entry: { Kind: 'proxy-defaults', Name: 'global', ...rest } });
const serviceDefaults = (Name: string, rest: object): boolean =>
  dc.write('config.apply', { entry: { Kind: 'service-defaults', Name, ...rest } });

const register = (Proxy: ConnectProxyConfig, Kind: ServiceKind = 'connect-proxy'): boolean =>
  dc.write('catalog.register', {
    Node: 'n1',
    Address: '10.0.0.1',
    Service: {
      ID: 'p',
      Service: 'web-proxy',
      Port: 1,
      Kind,
      Proxy: Kind === 'connect-proxy' ? { DestinationServiceName: 'web', ...Proxy } : Proxy,
    },
  });

const merged = (mergeCentralConfig = true): ConnectProxyConfig =>
  dc.read('health.service', { service: 'web-proxy', mergeCentralConfig })![0]!.Service.Proxy;
const upstreams = (): (readonly [unknown, unknown, unknown])[] =>
  (merged().Upstreams ?? []).map(
    (upstream) => [upstream.DestinationName, upstream.Config, upstream.MeshGateway] as const,
  );

const LUA = (Script: string) => ({
  Name: 'builtin/lua',
  Arguments: { ProxyType: 'connect-proxy', Listener: 'inbound', Script },
});

describe('a proxy with central configuration', () => {
  it('is what was registered when there is none, and when none is asked for', () => {
    register({ Config: { a: 1 } });
    const registered = {
      DestinationServiceName: 'web',
      Mode: '',
      Config: { a: 1 },
      MeshGateway: {},
      Expose: {},
    };
    expect(merged()).toEqual(registered);
    proxyDefaults({ Mode: 'transparent', Config: { b: 2 } });
    expect(merged(false)).toEqual(registered);
  });

  it('takes from proxy-defaults what its registration leaves empty', () => {
    proxyDefaults({
      Mode: 'direct',
      Config: { a: 1, map: { x: 1, y: 2 }, list: [1, 2] },
      MeshGateway: { Mode: 'local' },
      Expose: { Checks: true, Paths: [{ Path: '/all', ListenerPort: 1 }] },
      AccessLogs: { Enabled: true, Type: 'file', Path: '/log' },
      TransparentProxy: { DialedDirectly: true },
    });
    register({
      Config: { a: 0, map: { y: 3, z: 4 }, list: [] },
      Expose: { Paths: [{ Path: '/own', ListenerPort: 2 }] },
      AccessLogs: { Type: 'stdout' },
    });
    expect(merged()).toEqual({
      DestinationServiceName: 'web',
      Mode: 'direct',
      Config: { a: 1, map: { x: 1, y: 3, z: 4 }, list: [1, 2] },
      MeshGateway: { Mode: 'local' },
      Expose: { Checks: true, Paths: [{ Path: '/own', ListenerPort: 2 }] },
      AccessLogs: { Enabled: true, Type: 'stdout', Path: '/log' },
      TransparentProxy: { DialedDirectly: true },
    });
  });

  it("takes the service's defaults before those of all proxies, and both one's extensions", () => {
    proxyDefaults({
      Mode: 'transparent',
      Config: { protocol: 'tcp', kept: true },
      EnvoyExtensions: [LUA('first')],
    });
    serviceDefaults('web', {
      Mode: 'direct',
      Protocol: 'http',
      MaxInboundConnections: 4,
      LocalConnectTimeoutMs: 5,
      LocalRequestTimeoutMs: 6,
      BalanceInboundConnections: 'exact_balance',
      EnvoyExtensions: [LUA('second')],
    });
    register({});
    const { Mode, Config, EnvoyExtensions } = merged();
    expect(Mode).toBe('direct');
    expect(Config).toEqual({
      protocol: 'http',
      kept: true,
      max_inbound_connections: 4,
      local_connect_timeout_ms: 5,
      local_request_timeout_ms: 6,
      balance_inbound_connections: 'exact_balance',
    });
    const scripts = (EnvoyExtensions as ReturnType<typeof LUA>[]).map(
      ({ Arguments }) => Arguments.Script,
    );
    expect(scripts).toEqual(['first', 'second']);
  });

  it('applies to gateways by their own name, and not to plain services', () => {
    serviceDefaults('web-proxy', { Protocol: 'http' });
    register({}, 'mesh-gateway');
    expect(merged().Config).toEqual({ protocol: 'http' });
    register({}, '');
    expect(merged().Config).toBeUndefined();
  });

  it('is the same in each of the reads', () => {
    proxyDefaults({ Config: { a: 1 } });
    register({});
    const mergeCentralConfig = true;
    const instance = dc.read('catalog.service', {
      service: 'web',
      connect: true,
      mergeCentralConfig,
    });
    const { Services } = dc.read('catalog.node-services', { node: 'n1', mergeCentralConfig })!;
    expect(instance![0]!.ServiceProxy).toEqual(merged());
    expect(Services![0]!.Proxy).toEqual(merged());
  });

  it('wakes readers of the merged form only', () => {
    register({});
    const plain = dc.watch('health.service', { service: 'web-proxy' });
    const whole = dc.watch('health.service', { service: 'web-proxy', mergeCentralConfig: true });
    proxyDefaults({ Config: { a: 1 } });
    serviceDefaults('web', { Protocol: 'http' });
    expect(plain.take()).toHaveLength(0);
    expect(whole.take()).toHaveLength(2);
  });
});

describe('upstreams with central configuration', () => {
  const DB = { DestinationName: 'db', LocalBindPort: 5 };

  it('the later of all those who have a say wins', () => {
    register({ Upstreams: [DB] });
    proxyDefaults({ Config: { protocol: 'http' }, MeshGateway: { Mode: 'local' } });
    expect(upstreams()).toEqual([['db', { protocol: 'http' }, { Mode: 'local' }]]);
    serviceDefaults('db', { Protocol: 'grpc' });
    serviceDefaults('web', {
      Protocol: 'http',
      MeshGateway: { Mode: 'remote' },
      UpstreamConfig: { Defaults: { ConnectTimeoutMs: 7, Limits: { MaxConnections: 1 } } },
    });
    const defaults = { connect_timeout_ms: 7, limits: { MaxConnections: 1 } };
    expect(upstreams()).toEqual([['db', { protocol: 'grpc', ...defaults }, { Mode: 'remote' }]]);
    register({ MeshGateway: { Mode: 'local' }, Upstreams: [DB] });
    expect(upstreams()[0]![2]).toEqual({ Mode: 'local' });
    serviceDefaults('web', {
      UpstreamConfig: {
        Overrides: [{ Name: 'db', Protocol: 'http2', MeshGateway: { Mode: 'none' } }],
      },
    });
    expect(upstreams()).toEqual([['db', { protocol: 'http2' }, { Mode: 'none' }]]);
    const own = { Config: { protocol: 'tcp' }, MeshGateway: { Mode: 'remote' } };
    register({ Upstreams: [{ ...DB, ...own }] });
    expect(upstreams()).toEqual([['db', { protocol: 'tcp' }, { Mode: 'remote' }]]);
  });

  it("leaves prepared queries alone, and the protocol of a peer's services", () => {
    proxyDefaults({ Config: { protocol: 'http' }, MeshGateway: { Mode: 'local' } });
    register({
      Upstreams: [
        { DestinationType: 'prepared_query', DestinationName: 'q', LocalBindPort: 6 },
        { ...DB, DestinationPeer: 'east' },
      ],
    });
    expect(upstreams()).toEqual([
      ['q', undefined, {}],
      ['db', undefined, { Mode: 'local' }],
    ]);
  });

  it('a transparent proxy is told of what its registration does not name', () => {
    serviceDefaults('web', {
      UpstreamConfig: {
        Defaults: { PassiveHealthCheck: { Interval: '5s', MaxFailures: 3 } },
        Overrides: [
          { Name: 'other', ConnectTimeoutMs: 9 },
          { Name: 'far', Peer: 'east' },
        ],
      },
    });
    register({ Upstreams: [DB] });
    expect(upstreams().map(([name]) => name)).toEqual(['db']);
    register({ Mode: 'transparent', Upstreams: [DB] });
    const passive_health_check = { Interval: 5_000_000_000, MaxFailures: 3 };
    expect(upstreams()).toEqual([
      ['db', { passive_health_check }, {}],
      ['*', { passive_health_check }, {}],
      ['far', { passive_health_check }, {}],
      ['other', { passive_health_check, connect_timeout_ms: 9 }, {}],
    ]);
    expect(merged().Upstreams![2]).toMatchObject({
      DestinationNamespace: 'default',
      DestinationPartition: 'default',
      DestinationPeer: 'east',
      CentrallyConfigured: true,
    });
  });
});
