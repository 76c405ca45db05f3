/** /v1/discovery-chain over entries that mostly compile. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { bodyOf, queryOf, readParams, some, sometimes } from './words.ts';

/** Few names, so that entries meet one another. */
const service = (r: Random): string => r.pick(['a', 'b', 'c', 'd', 'a', 'b']);

export function chains(r: Random): Step {
  switch (r.weighted({ write: 10, remove: 2, get: 8, post: 3 })) {
    case 'write':
      return { method: 'PUT', path: '/v1/config', body: entry(r) };
    case 'remove': {
      const kind = r.pick([
        'service-router',
        'service-splitter',
        'service-resolver',
        'service-defaults',
      ]);
      const path = r.integer(0, 7) === 0 ? 'proxy-defaults/global' : `${kind}/${service(r)}`;
      return { method: 'DELETE', path: `/v1/config/${path}` };
    }
    case 'get':
      return {
        method: 'GET',
        path: `/v1/discovery-chain/${r.pick(['', service(r), service(r), service(r), service(r)])}${queryOf({ 'compile-dc': sometimes(r, 8, () => r.pick(['dc9', ''])), ...sometimes(r, 5, () => readParams(r)) })}`,
      };
    case 'post':
      return {
        method: 'POST',
        path: `/v1/discovery-chain/${service(r)}`,
        body: bodyOf(r, overrides(r), { whole: 9, spoiled: 2, broken: 1 }),
      };
  }
}

function overrides(r: Random): Record<string, unknown> {
  return some(r, {
    OverrideProtocol: () => r.pick(['tcp', 'http', 'grpc', 'HTTP', '']),
    OverrideConnectTimeout: () => r.pick<unknown>(['5s', '33s', 7e9, '-1s', '1m', 'x']),
    OverrideMeshGateway: () =>
      r.pick<unknown>([{ Mode: 'local' }, { mode: 'remote' }, {}, { Mode: 'x' }]),
    override_protocol: () => 'http2',
  });
}

function entry(r: Random): Record<string, unknown> {
  const Name = service(r);
  switch (r.weighted({ defaults: 6, resolver: 6, splitter: 4, router: 3, all: 1 })) {
    case 'defaults':
      return { Kind: 'service-defaults', Name, ...defaults(r) };
    case 'resolver':
      return { Kind: 'service-resolver', Name, ...resolver(r) };
    case 'splitter':
      return { Kind: 'service-splitter', Name, Splits: splits(r) };
    case 'router':
      return { Kind: 'service-router', Name, Routes: [route(r), route(r)].slice(r.integer(0, 1)) };
    case 'all':
      return { Kind: 'proxy-defaults', Name: 'global', ...ofAll(r) };
  }
}

function defaults(r: Random): Record<string, unknown> {
  return {
    Protocol: r.pick(['http', 'http', 'http', 'tcp', 'grpc', '']),
    ...some(
      r,
      {
        MeshGateway: () => ({ Mode: r.pick(['local', 'remote', 'none', '']) }),
        TransparentProxy: () => ({ DialedDirectly: true }),
        ExternalSNI: () => 'x.sni',
        Meta: () => ({ m: '1' }),
        EnvoyExtensions: () => extensions('web'),
      },
      5,
    ),
  };
}

function ofAll(r: Random): Record<string, unknown> {
  return some(r, {
    Config: () => ({ protocol: r.pick(['http', 'tcp', 'HTTP']) }),
    MeshGateway: () => ({ Mode: r.pick(['local', 'remote']) }),
    TransparentProxy: () => ({ DialedDirectly: true }),
    EnvoyExtensions: () => extensions('all'),
    FailoverPolicy: () => ({ Mode: 'order-by-locality' }),
  });
}

const extensions = (Script: string): unknown => [
  { Name: 'builtin/lua', Arguments: { ProxyType: 'connect-proxy', Listener: 'inbound', Script } },
];

const where = (r: Random): Record<string, unknown> =>
  some(r, {
    Service: () => service(r),
    ServiceSubset: () => r.pick(['v1', 'v2', '']),
    Datacenter: () => r.pick(['dc2', 'dc1']),
  });

function resolver(r: Random): Record<string, unknown> {
  return some(
    r,
    {
      DefaultSubset: () => r.pick(['v1', 'v2', '']),
      Subsets: () =>
        r.pick<unknown>([
          { v1: { Filter: 'Service.Meta.v == 1' }, v2: { OnlyPassing: true } },
          { v1: {} },
        ]),
      Redirect: () => (r.integer(0, 5) === 0 ? { Service: service(r), Peer: 'east' } : where(r)),
      Failover: () => ({ [r.pick(['*', 'v1', '*'])]: failover(r) }),
      ConnectTimeout: () => r.pick(['3s', '1500ms', '0s']),
      RequestTimeout: () => '9s',
      LoadBalancer: () =>
        r.pick<unknown>([
          { Policy: 'least_request', LeastRequestConfig: { ChoiceCount: 3 } },
          { Policy: 'maglev', HashPolicies: [{ SourceIP: true }] },
        ]),
    },
    3,
  );
}

function failover(r: Random): unknown {
  return r.pick<() => unknown>([
    () => ({ Service: service(r) }),
    () => ({ ServiceSubset: 'v2' }),
    () => ({ Datacenters: ['dc2', 'dc3', 'dc1'], ...some(r, { Service: () => service(r) }) }),
    () => ({ Targets: [{ Service: service(r) }, { Datacenter: 'dc2' }, { Peer: 'east' }] }),
    () => ({ Targets: [{ Peer: 'east', Service: service(r) }, { ServiceSubset: 'v1' }] }),
  ])();
}

function splits(r: Random): unknown[] {
  const [first, second] = r.pick([
    [100, undefined],
    [50, 50],
    [99.9, 0.1],
    [33.33, 66.67],
    [0, 100],
    [50, 40],
  ] as const);
  const share = (Weight: number): unknown => ({
    Weight,
    ...some(r, { Service: () => service(r) }, 2),
    ...some(r, { ServiceSubset: () => r.pick(['v1', 'v2']) }, 5),
    ...some(r, { RequestHeaders: () => headers(r), ResponseHeaders: () => headers(r) }, 5),
  });
  return second === undefined ? [share(first)] : [share(first), share(second)];
}

/** Always all three: Consul's server panics where one splitter below another adds headers and only the lower says so. */
const headers = (r: Random): unknown => ({
  Add: { [r.pick(['x', 'y'])]: r.pick(['1', '2']) },
  Set: { [r.pick(['x', 'y'])]: r.pick(['1', '2']) },
  Remove: r.pick([['p'], ['p', 'q'], ['q']]),
});

function route(r: Random): unknown {
  return {
    Match: {
      HTTP: r.pick<unknown>([{ PathPrefix: '/a' }, { PathExact: '/b' }, { PathRegex: '.*' }]),
    },
    ...some(r, {
      Destination: () => ({
        ...some(r, {
          Service: () => service(r),
          PrefixRewrite: () => '/',
          RequestTimeout: () => '3s',
          NumRetries: () => 2,
        }),
        ...some(r, { ServiceSubset: () => r.pick(['v1', 'v2']) }, 4),
      }),
    }),
  };
}
