/** Members of the entries that set defaults, and the mesh. */
import { type Members, service } from './config-words.ts';
import { some } from './words.ts';

export const DEFAULTS: Record<'service-defaults' | 'proxy-defaults' | 'mesh', Members> = {
  'service-defaults': (r) => ({
    Name: service(r),
    ...some(
      r,
      {
        Protocol: () => r.pick(['http', 'tcp', 'grpc', 'http2', 'HTTP', 'nope', '']),
        Mode: () => r.pick(['', 'direct', 'transparent', 'x']),
        MeshGateway: () => r.pick<unknown>([{ Mode: 'local' }, { Mode: 'x' }, {}]),
        Expose: () => ({ Checks: true }),
        ExternalSNI: () => 'sni',
        UpstreamConfig: () =>
          r.pick<unknown>([
            { Defaults: { Protocol: 'http' } },
            { Overrides: [{ Name: 'db', ConnectTimeoutMs: 5 }] },
            { Overrides: [{ Name: '' }] },
            { Defaults: { Name: 'x' } },
            {
              Defaults: {
                Limits: { MaxConnections: 3 },
                PassiveHealthCheck: { Interval: '5s', MaxFailures: 2 },
              },
            },
            { Overrides: [{ Name: 'db' }, { Name: 'db' }] },
          ]),
        Destination: () =>
          r.pick<unknown>([
            { Addresses: ['x.example'], Port: 80 },
            { Addresses: [], Port: 80 },
            { Addresses: ['1.2.3.4'], Port: 0 },
            { Addresses: ['*'], Port: 1 },
          ]),
        MaxInboundConnections: () => r.pick([5, -1, 0]),
        LocalConnectTimeoutMs: () => 5,
        BalanceInboundConnections: () => r.pick(['', 'exact_balance', 'x']),
        MutualTLSMode: () => r.pick(['', 'strict', 'permissive', 'x']),
        RateLimits: () => ({ InstanceLevel: { RequestsPerSecond: 5, RequestsMaxBurst: 10 } }),
        EnvoyExtensions: () =>
          r.pick<unknown>([
            [],
            [{ Name: 'builtin/lua', Arguments: { Script: 'x', ProxyType: 'connect-proxy' } }],
            [{ Name: 'nope' }],
            [{}],
          ]),
        TransparentProxy: () => r.pick([{ OutboundListenerPort: 5 }, { DialedDirectly: true }]),
      },
      5,
    ),
  }),
  'proxy-defaults': (r) => ({
    Name: r.pick(['global', 'global', 'global', 'x', '']),
    ...some(
      r,
      {
        Config: () =>
          r.pick<unknown>([
            { protocol: 'http' },
            {},
            { a: { b: [1] } },
            { local_connect_timeout_ms: 5 },
            null,
          ]),
        MeshGateway: () => ({ Mode: r.pick(['local', 'x', 'remote']) }),
        Mode: () => r.pick(['direct', 'x']),
        Expose: () => ({ Paths: [{ Path: '/x', ListenerPort: 5, LocalPathPort: 6 }] }),
        AccessLogs: () =>
          r.pick<unknown>([
            { Enabled: true },
            { Type: 'file' },
            { Type: 'file', Path: '/x' },
            { JSONFormat: 'x', TextFormat: 'y' },
            { JSONFormat: '{' },
          ]),
        PrioritizeByLocality: () => r.pick([{ Mode: 'failover' }, { Mode: 'x' }]),
        FailoverPolicy: () =>
          r.pick([{ Mode: 'sequential' }, { Mode: 'order-by-locality' }, { Mode: 'x' }]),
        MutualTLSMode: () => r.pick(['permissive', 'strict', 'x']),
      },
      4,
    ),
  }),
  mesh: (r) =>
    some(
      r,
      {
        Name: () => r.pick(['mesh', 'x']),
        TransparentProxy: () => ({ MeshDestinationsOnly: true }),
        AllowEnablingPermissiveMutualTLS: () => true,
        TLS: () => ({
          Incoming: {
            TLSMinVersion: r.pick(['TLSv1_2', 'x', 'TLSv1_3']),
            CipherSuites: r.pick([[], ['x']]),
          },
        }),
        HTTP: () => ({ SanitizeXForwardedClientCert: true }),
        Peering: () => ({ PeerThroughMeshGateways: true }),
        ValidateClusters: () => true,
      },
      3,
    ),
};
