/** /v1/config: every kind, with references between entries. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { brokenBody, queryOf, readParams, some, sometimes, spoil } from './words.ts';

export const KINDS = [
  'ingress-gateway',
  'terminating-gateway',
  'api-gateway',
  'http-route',
  'tcp-route',
  'inline-certificate',
  'service-router',
  'service-splitter',
  'service-resolver',
  'service-intentions',
  'exported-services',
  'mesh',
  'jwt-provider',
  'sameness-group',
  'service-defaults',
  'proxy-defaults',
] as const;
const NAMES = ['web', 'db', 'global', 'mesh', 'default', '*', '', 'gw', 'absent'];

export function configEntries(random: Random): Step {
  const kind = random.pick<string>([
    ...KINDS,
    'service-defaults',
    'proxy-defaults',
    'service-resolver',
    'nope',
    '',
    'file-system-certificate',
    'bound-api-gateway',
    'control-plane-request-limit',
  ]);
  const name = encodeURIComponent(random.pick(NAMES));
  switch (random.weighted({ put: 8, get: 4, remove: 2 })) {
    case 'put':
      return {
        method: 'PUT',
        path: `/v1/config${queryOf({ cas: sometimes(random, 6, () => random.pick(['0', '1', ''])), ...readParams(random) })}`,
        body: body(random),
      };
    case 'get':
      return {
        method: 'GET',
        path:
          random.pick([`/v1/config/${kind}`, `/v1/config/${kind}/${name}`, `/v1/config/${kind}/`]) +
          queryOf(readParams(random)),
      };
    case 'remove':
      return {
        method: 'DELETE',
        path: `/v1/config/${kind}/${name}${queryOf({ cas: sometimes(random, 4, () => random.pick(['0', '1', 'x'])), ...readParams(random) })}`,
      };
  }
}

function body(random: Random): unknown {
  const whole = entry(random);
  switch (random.weighted({ whole: 9, spoiled: 3, broken: 0.5 })) {
    case 'whole':
      return whole;
    case 'spoiled':
      return spoil(random, whole);
    case 'broken':
      return brokenBody(random);
  }
}

const service = (random: Random): string => random.pick(['web', 'db', 'web', '*', '']);
const meta = (random: Random): unknown =>
  random.pick<unknown>([{ a: 'b' }, {}, null, { 'bad key': '1' }]);
const seconds = (random: Random): unknown =>
  random.pick<unknown>(['5s', '0s', '-1s', 'x', 1000, '']);

function entry(random: Random): Record<string, unknown> {
  const kind = random.pick([
    ...KINDS,
    'service-defaults',
    'service-defaults',
    'proxy-defaults',
    'service-resolver',
    'service-splitter',
    'service-router',
  ] as const);
  return {
    Kind: random.integer(0, 19) === 0 ? random.pick(['', 'nope', 'Service-Defaults']) : kind,
    ...some(
      random,
      {
        Meta: () => meta(random),
        Namespace: () => random.pick(['default', 'x']),
        Partition: () => 'default',
      },
      9,
    ),
    ...MEMBERS[kind](random),
  };
}

const MEMBERS: Record<(typeof KINDS)[number], (random: Random) => Record<string, unknown>> = {
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
  'service-resolver': (r) => ({
    Name: service(r),
    ...some(
      r,
      {
        DefaultSubset: () => r.pick(['v1', 'absent', '']),
        Subsets: () =>
          r.pick<unknown>([
            { v1: { Filter: 'Service.Meta.version == 1' } },
            { v1: { OnlyPassing: true }, v2: {} },
            { 'x y': {} },
            { v1: { Filter: 'bad ==' } },
            {},
            null,
          ]),
        Redirect: () =>
          r.pick<unknown>([
            { Service: 'db' },
            { Service: 'db', ServiceSubset: 'v1' },
            {},
            { Datacenter: 'dc2' },
            { ServiceSubset: 'v1' },
            { Peer: 'p' },
            { Peer: 'p', Datacenter: 'dc2' },
          ]),
        Failover: () =>
          r.pick<unknown>([
            { '*': { Service: 'db' } },
            { '*': { Datacenters: ['dc2'] } },
            { v1: { Datacenters: [''] } },
            { '*': {} },
            { '*': { Targets: [{ Service: 'db' }] } },
            { absent: { Service: 'db' } },
            { '*': { Targets: [{ Peer: 'p', Datacenter: 'x' }] } },
          ]),
        ConnectTimeout: () => seconds(r),
        RequestTimeout: () => seconds(r),
        LoadBalancer: () =>
          r.pick<unknown>([
            { Policy: 'random' },
            { Policy: 'ring_hash', RingHashConfig: { MinimumRingSize: 3 } },
            { Policy: 'x' },
            { HashPolicies: [{ Field: 'header', FieldValue: 'x' }], Policy: 'maglev' },
            { Policy: 'maglev', HashPolicies: [{ SourceIP: true, Field: 'header' }] },
            { Policy: 'random', RingHashConfig: {} },
            {
              Policy: 'maglev',
              HashPolicies: [
                { Field: 'cookie', FieldValue: 'c', CookieConfig: { Session: true, TTL: '5s' } },
              ],
            },
          ]),
        PrioritizeByLocality: () => ({ Mode: r.pick(['failover', 'x', '']) }),
      },
      3,
    ),
  }),
  'service-splitter': (r) => ({
    Name: service(r),
    ...some(
      r,
      {
        Splits: () =>
          r.pick<unknown>([
            [{ Weight: 100 }],
            [{ Weight: 50, Service: 'db' }, { Weight: 50 }],
            [{ Weight: 99.99, Service: 'db' }, { Weight: 0.01 }],
            [{ Weight: 50 }],
            [{ Weight: 50 }, { Weight: 50 }],
            [],
            [{ Weight: 200 }],
            [{ Weight: -1 }, { Weight: 101, Service: 'db' }],
            [{ Weight: 100, ServiceSubset: 'v1' }],
            [{ Weight: 100, RequestHeaders: { Set: { a: 'b' } } }],
            [
              { Weight: 33.333, Service: 'a' },
              { Weight: 66.667, Service: 'db' },
            ],
          ]),
      },
      1,
    ),
  }),
  'service-router': (r) => ({
    Name: service(r),
    ...some(
      r,
      {
        Routes: () =>
          r.pick<unknown>([
            [],
            [{ Match: { HTTP: { PathPrefix: '/a' } }, Destination: { Service: 'db' } }],
            [{ Match: { HTTP: { PathExact: 'a' } } }],
            [{ Match: { HTTP: { PathExact: '/a', PathPrefix: '/b' } } }],
            [{ Match: { HTTP: { Header: [{ Name: 'x', Exact: 'y', Present: true }] } } }],
            [{ Match: { HTTP: { Header: [{ Present: true }] } } }],
            [
              {
                Match: {
                  HTTP: { QueryParam: [{ Name: 'q', Exact: '1' }], Methods: ['GET', 'get'] },
                },
              },
            ],
            [
              {
                Match: { HTTP: { Methods: ['GET', 'PUT'] } },
                Destination: { PrefixRewrite: '/x', NumRetries: 2, RequestTimeout: '5s' },
              },
            ],
            [
              {
                Match: { HTTP: { PathPrefix: '/a' } },
                Destination: {
                  PrefixRewrite: '/x',
                  RetryOnStatusCodes: [500],
                  RetryOn: ['5xx', 'nope'],
                },
              },
            ],
            [{}],
            [{ Match: { HTTP: { PathRegex: '(' } } }],
            [{ Destination: { ServiceSubset: 'v1' } }],
            [{ Match: { HTTP: { PathPrefix: '/a', CaseInsensitive: true } } }],
          ]),
      },
      1,
    ),
  }),
  'service-intentions': (r) => ({
    Name: service(r),
    Sources: r.pick<unknown>([
      [{ Name: 'web', Action: 'allow' }],
      [{ Name: '*', Action: 'deny' }],
      [],
      [{ Name: 'web' }],
      [{ Name: 'web', Action: 'x' }],
      [{ Name: '', Action: 'allow' }],
      [{ Name: 'w*', Action: 'allow' }],
      [{ Name: 'web', Permissions: [{ Action: 'allow', HTTP: { PathPrefix: '/a' } }] }],
      [
        { Name: 'web', Action: 'allow', Permissions: [] },
        { Name: 'web', Action: 'deny' },
      ],
      [
        { Name: 'web', Action: 'allow', Description: 'd', Precedence: 5 },
        { Name: '*', Action: 'deny' },
      ],
      [{ Name: 'web', Permissions: [{ Action: 'allow', HTTP: {} }] }],
      [{ Name: 'web', Action: 'allow', Type: 'consul' }],
      [{ Name: 'web', Action: 'allow', Type: 'x' }],
      [{ Name: 'web', Action: 'allow', Peer: 'p' }],
    ]),
  }),
  'ingress-gateway': (r) => ({
    Name: r.pick(['gw', '', 'web']),
    ...some(
      r,
      {
        Listeners: () =>
          r.pick<unknown>([
            [],
            [{ Port: 80, Protocol: 'tcp', Services: [{ Name: 'web' }] }],
            [{ Port: 80, Protocol: 'http', Services: [{ Name: '*' }] }],
            [{ Port: 80, Services: [] }],
            [{ Port: 80, Protocol: 'tcp', Services: [{ Name: 'web' }, { Name: 'db' }] }],
            [{ Port: 80, Protocol: 'x', Services: [{ Name: 'web' }] }],
            [
              {
                Port: 80,
                Protocol: 'http',
                Services: [{ Name: 'web', Hosts: ['a.example', '*.b', '**', 'x_y'] }],
              },
            ],
            [{ Port: 0, Protocol: 'tcp', Services: [{ Name: '*' }] }],
            [{ Port: 80, Protocol: 'tcp', Services: [{ Name: 'web', Hosts: ['a'] }] }],
            [
              { Port: 1, Services: [{ Name: 'web' }] },
              { Port: 1, Services: [{ Name: 'db' }] },
            ],
          ]),
        TLS: () =>
          r.pick<unknown>([
            { Enabled: true },
            { TLSMinVersion: 'x' },
            { TLSMinVersion: 'TLSv1_2', TLSMaxVersion: 'TLSv1_1' },
          ]),
      },
      1,
    ),
  }),
  'terminating-gateway': (r) => ({
    Name: r.pick(['gw', 'tgw', '']),
    Services: r.pick<unknown>([
      [],
      [{ Name: 'db' }],
      [{ Name: '*' }],
      [{ Name: '' }],
      [{ Name: 'db' }, { Name: 'db' }],
      [{ Name: 'db', CAFile: '/ca', CertFile: '/c', KeyFile: '/k', SNI: 's' }],
      [{ Name: 'db', CertFile: '/c' }],
      [{ Name: 'db', DisableAutoHostRewrite: true }],
    ]),
  }),
  'api-gateway': (r) => ({
    Name: r.pick(['gw', 'api', '']),
    Listeners: r.pick<unknown>([
      [],
      [{ Name: 'l', Port: 80, Protocol: 'http' }],
      [{ Port: 80, Protocol: 'http' }],
      [{ Name: 'l', Port: 0, Protocol: 'http' }],
      [{ Name: 'l', Port: 80, Protocol: 'x' }],
      [{ Name: 'l', Port: 80, Protocol: 'tcp', Hostname: 'x' }],
      [
        { Name: 'a', Port: 80, Protocol: 'http' },
        { Name: 'a', Port: 81, Protocol: 'tcp' },
      ],
      [
        {
          Name: 'l',
          Port: 80,
          Protocol: 'http',
          TLS: { Certificates: [{ Kind: 'x', Name: 'y' }] },
        },
      ],
    ]),
  }),
  'http-route': (r) => ({
    Name: r.pick(['route', '']),
    Parents: r.pick<unknown>([
      [],
      [{ Kind: 'api-gateway', Name: 'gw', SectionName: 'l' }],
      [{ Kind: 'x', Name: 'gw' }],
      [{ Name: 'gw' }],
      [
        { Kind: 'api-gateway', Name: 'gw' },
        { Kind: 'api-gateway', Name: 'gw' },
      ],
    ]),
    ...some(
      r,
      {
        Rules: () =>
          r.pick<unknown>([
            [],
            [{ Services: [{ Name: 'web' }] }],
            [
              {
                Matches: [{ Path: { Match: 'prefix', Value: '/a' } }],
                Services: [{ Name: 'web', Weight: 5 }],
              },
            ],
            [{ Matches: [{ Path: { Match: 'x', Value: 'a' }, Method: 'nope' }] }],
            [{ Services: [{ Name: '' }] }],
            [
              {
                Filters: { Headers: [{ Set: { a: 'b' } }], URLRewrite: { Path: '/x' } },
                Services: [{ Name: 'web' }],
              },
            ],
          ]),
        Hostnames: () => r.pick([['a.example'], ['*'], ['']]),
      },
      2,
    ),
  }),
  'tcp-route': (r) => ({
    Name: r.pick(['troute', '']),
    ...some(
      r,
      {
        Parents: () =>
          r.pick<unknown>([
            [{ Kind: 'api-gateway', Name: 'gw' }],
            [{ Name: 'gw' }],
            [{ Kind: 'x' }],
          ]),
        Services: () =>
          r.pick<unknown>([
            [{ Name: 'web' }],
            [],
            [{ Name: 'web' }, { Name: 'db' }],
            [{ Name: '' }],
          ]),
      },
      1,
    ),
  }),
  'inline-certificate': (r) => ({
    Name: r.pick(['cert', '']),
    ...some(r, { Certificate: () => 'x', PrivateKey: () => 'y' }),
  }),
  'exported-services': (r) => ({
    Name: r.pick(['default', 'default', 'x', '']),
    Services: r.pick<unknown>([
      [],
      [{ Name: 'web', Consumers: [{ Peer: 'p' }] }],
      [{ Name: '*', Consumers: [{ Peer: 'p' }] }],
      [{ Name: 'web', Consumers: [] }],
      [{ Name: '', Consumers: [{ Peer: 'p' }] }],
      [{ Name: 'web', Consumers: [{ Peer: '*' }] }],
      [{ Name: 'web', Consumers: [{ Partition: 'x' }] }],
      [{ Name: 'web', Consumers: [{}] }],
      [{ Name: 'web' }],
      [{ Name: 'web', Consumers: [{ SamenessGroup: 'sg' }] }],
      [{ Name: 'web', Consumers: [{ Peer: 'p', Partition: 'x' }] }],
    ]),
  }),
  'sameness-group': (r) => ({
    Name: r.pick(['sg', '']),
    Members: r.pick<unknown>([[], [{ Partition: 'default' }, { Peer: 'p' }]]),
  }),
  'jwt-provider': (r) => ({
    Name: r.pick(['okta', '', 'x y']),
    ...some(
      r,
      {
        Issuer: () => 'iss',
        Audiences: () => ['a'],
        JSONWebKeySet: () =>
          r.pick<unknown>([
            { Local: { JWKS: 'e30=' } },
            { Local: { Filename: 'x', JWKS: 'e30=' } },
            { Remote: { URI: 'https://x' } },
            { Remote: { URI: 'x y' } },
            {},
            { Local: {}, Remote: {} },
            {
              Remote: {
                URI: 'https://x',
                RequestTimeoutMs: 5,
                CacheDuration: '5m',
                RetryPolicy: { NumRetries: 2 },
              },
            },
            { Local: { JWKS: '!' } },
          ]),
        Locations: () =>
          r.pick<unknown>([
            [{ Header: { Name: 'x', ValuePrefix: 'Bearer ', Forward: true } }],
            [{ QueryParam: { Name: 'q' } }],
            [{}],
            [{ Header: { Name: 'a' }, Cookie: { Name: 'b' } }],
          ]),
        ClockSkewSeconds: () => r.pick([30, -1]),
        CacheConfig: () => ({ Size: r.pick([5, -1]) }),
        Forwarding: () => r.pick([{ HeaderName: 'x' }, {}]),
      },
      2,
    ),
  }),
};
