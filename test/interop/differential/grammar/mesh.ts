/** The mesh as a whole: gateways, proxies, defaults and intentions, and the reads that bring them together. */
import type { Random } from '../../../linearizability/random.ts';
import type { Step } from '../step.ts';
import { filterFor } from './filters.ts';
import { queryOf, sometimes, some } from './words.ts';

const SERVICES = ['web', 'db', 'api', 'WEB', 'absent', 'gw', 'tgw', 'igw', 'mgw', 'web-proxy'];
const STATUSES = ['passing', 'passing', 'warning', 'critical'];

export function mesh(random: Random): Step {
  switch (random.weighted({ register: 6, end: 1, entry: 5, drop: 1, intention: 2, read: 9 })) {
    case 'register':
      return put('/v1/catalog/register', registration(random));
    case 'end':
      return put('/v1/catalog/deregister', {
        Node: random.pick(['m1', 'm2']),
        ...some(random, { ServiceID: () => random.pick(['web', 'web-proxy', 'tgw', 'igw']) }, 1),
      });
    case 'entry':
      return put('/v1/config', entry(random));
    case 'drop':
      return {
        method: 'DELETE',
        path: `/v1/config/${random.pick(['terminating-gateway/tgw', 'ingress-gateway/igw', 'service-defaults/web', 'service-resolver/web', 'proxy-defaults/global', 'api-gateway/gw', 'http-route/r'])}`,
      };
    case 'intention':
      return {
        method: random.pick(['PUT', 'PUT', 'DELETE'] as const),
        path: `/v1/connect/intentions/exact?source=${random.pick(['web', 'api', '*'])}&destination=${random.pick(['db', 'web', '*'])}`,
        body: { Action: random.pick(['allow', 'deny']) },
      };
    case 'read':
      return { method: 'GET', path: readPath(random), unordered: true };
  }
}

function put(path: string, body: unknown): Step {
  return { method: 'PUT', path, body };
}

function registration(random: Random): Record<string, unknown> {
  const service = random.pick<() => Record<string, unknown>>([
    () => ({ Service: 'web', Port: 80, ...plain(random) }),
    () => ({ Service: 'db', Port: 90, ...plain(random) }),
    () => ({ Service: 'api', Port: 70, Connect: { Native: true } }),
    () => proxyOf(random, 'web'),
    () => proxyOf(random, 'db'),
    () => ({ Kind: 'terminating-gateway', Service: 'tgw', Port: 8443, ...plain(random) }),
    () => ({ Kind: 'ingress-gateway', Service: 'igw', Port: 8080, ...plain(random) }),
    () => ({ Kind: 'mesh-gateway', Service: 'mgw', Port: 8444, ...plain(random) }),
    () => ({ Kind: 'api-gateway', Service: 'gw', Port: 8088 }),
  ])();
  const id = String(service['ID'] ?? service['Service']);
  return {
    Node: random.pick(['m1', 'm2']),
    Address: '10.0.0.1',
    Service: service,
    ...some(random, {
      Check: () => ({
        CheckID: `c-${id}`,
        Name: 'c',
        Status: random.pick(STATUSES),
        ServiceID: id,
      }),
    }),
    ...some(random, { NodeMeta: () => ({ zone: 'a' }) }, 4),
  };
}

function plain(random: Random): Record<string, unknown> {
  return some(
    random,
    {
      ID: () => random.pick(['web', 'x1', 'x2']),
      Tags: () => random.pick([['v1'], ['v1', 'v2']]),
      Meta: () => ({ version: '1', 'external-source': random.pick(['kubernetes', 'nomad']) }),
      Address: () => '10.1.1.1',
      TaggedAddresses: () => ({ wan: { Address: '1.2.3.4', Port: 5 } }),
    },
    4,
  );
}

function proxyOf(random: Random, service: string): Record<string, unknown> {
  return {
    Kind: 'connect-proxy',
    Service: `${service}-proxy`,
    Port: 21000,
    Proxy: {
      DestinationServiceName: service,
      ...some(
        random,
        {
          DestinationServiceID: () => random.pick(['web', 'x1']),
          Mode: () => random.pick(['transparent', 'direct']),
          Config: () => ({ protocol: 'http', a: 1 }),
          Upstreams: () => [
            {
              DestinationName: random.pick(['db', 'api', 'absent']),
              LocalBindPort: 9000,
              ...some(random, { Config: () => ({ connect_timeout_ms: 5 }) }, 3),
            },
          ],
          MeshGateway: () => ({ Mode: random.pick(['local', 'none']) }),
          Expose: () => ({ Checks: true }),
        },
        3,
      ),
    },
  };
}

function entry(random: Random): Record<string, unknown> {
  return random.pick<() => Record<string, unknown>>([
    () => ({
      Kind: 'terminating-gateway',
      Name: 'tgw',
      Services: random.pick<unknown>([
        [{ Name: 'db' }],
        [{ Name: '*' }],
        [{ Name: 'db', CAFile: '/ca', SNI: 's' }, { Name: '*' }],
        [{ Name: 'absent' }],
        [],
      ]),
    }),
    () => {
      const Protocol = random.pick(['tcp', 'http']);
      const Services = random.pick<unknown>([
        [{ Name: 'web' }],
        ...(Protocol === 'http' ? [[{ Name: '*' }], [{ Name: 'web', Hosts: ['a.example'] }]] : []),
      ]);
      return {
        Kind: 'ingress-gateway',
        Name: 'igw',
        Listeners: [{ Port: random.pick([8080, 8081]), Protocol, Services }],
      };
    },
    () => ({
      Kind: 'service-defaults',
      Name: random.pick(['web', 'db', 'api', 'web-proxy']),
      ...some(
        random,
        {
          Protocol: () => random.pick(['http', 'tcp', 'grpc']),
          MeshGateway: () => ({ Mode: 'remote' }),
          TransparentProxy: () => ({ OutboundListenerPort: 15001 }),
          Mode: () => 'transparent',
          Expose: () => ({ Checks: true }),
          UpstreamConfig: () => ({
            Defaults: { ConnectTimeoutMs: 7, Limits: { MaxConnections: 3 } },
            Overrides: [{ Name: 'db', Protocol: 'http' }],
          }),
          MutualTLSMode: () => 'strict',
          MaxInboundConnections: () => 5,
          Destination: () => ({ Addresses: ['a.example'], Port: 443 }),
        },
        4,
      ),
    }),
    () => ({
      Kind: 'proxy-defaults',
      Name: 'global',
      ...some(
        random,
        {
          Config: () => ({ protocol: random.pick(['http', 'tcp']), b: { c: 1 } }),
          MeshGateway: () => ({ Mode: 'local' }),
          Mode: () => 'transparent',
          TransparentProxy: () => ({ DialedDirectly: true }),
          Expose: () => ({ Paths: [{ Path: '/h', ListenerPort: 1, LocalPathPort: 2 }] }),
          AccessLogs: () => ({ Enabled: true }),
        },
        3,
      ),
    }),
    () => ({
      Kind: 'service-resolver',
      Name: random.pick(['web', 'virtual']),
      ...some(random, { Redirect: () => ({ Service: 'db' }) }, 1),
    }),
    () => ({
      Kind: 'api-gateway',
      Name: 'gw',
      Listeners: [{ Name: 'l', Port: 8088, Protocol: random.pick(['http', 'tcp']) }],
    }),
    () => ({
      Kind: 'http-route',
      Name: 'r',
      Parents: [{ Kind: 'api-gateway', Name: 'gw' }],
      Rules: [{ Services: [{ Name: random.pick(['web', 'db']) }] }],
    }),
    () => ({
      Kind: 'exported-services',
      Name: 'default',
      Services: [{ Name: random.pick(['web', '*']), Consumers: [{ Peer: 'east' }] }],
    }),
  ])();
}

function readPath(random: Random): string {
  const name = random.pick(SERVICES);
  const kind = random.pick(['', '', 'ingress-gateway', 'terminating-gateway', 'x']);
  const path = random.pick([
    '/v1/internal/ui/services',
    '/v1/internal/ui/services',
    '/v1/internal/ui/nodes',
    `/v1/internal/ui/node/${random.pick(['m1', 'M2', 'absent', ''])}`,
    `/v1/internal/ui/service-topology/${name}`,
    `/v1/internal/ui/service-topology/${name}`,
    `/v1/internal/ui/gateway-services-nodes/${name}`,
    `/v1/internal/ui/gateway-intentions/${name}`,
    `/v1/catalog/gateway-services/${name}`,
    `/v1/catalog/connect/${name}`,
    `/v1/catalog/service/${name}`,
    `/v1/catalog/node-services/${random.pick(['m1', 'm2'])}`,
    `/v1/health/connect/${name}`,
    `/v1/health/ingress/${name}`,
    `/v1/health/service/${name}`,
    '/v1/exported-services',
    '/v1/catalog/services',
    '/v1/config/bound-api-gateway/gw',
    '/v1/operator/usage?global',
  ]);
  const separator = path.includes('?') ? '&' : '?';
  const query = queryOf({
    'merge-central-config': sometimes(random, 4, () => null),
    kind: path.includes('topology') ? sometimes(random, 1, () => kindFor(name, kind)) : undefined,
    passing: sometimes(random, 8, () => null),
    filter: path.includes('topology')
      ? undefined
      : sometimes(random, 8, () => filterFor(random, path)),
    dc: sometimes(random, 20, () => 'dc1'),
  });
  return path + query.replace('?', separator);
}

/** What is no ingress gateway is not asked for as one. */
function kindFor(name: string, kind: string): string {
  return kind === 'ingress-gateway' && name !== 'igw' ? '' : kind;
}
