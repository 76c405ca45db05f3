/**
 * Namespaces and partitions: Consul's community edition refuses them by name rather than answer for another tenant
 * (agent/http_ce.go), on every endpoint but those that have no notion of them.
 */
import { HTTPError } from './http-error.ts';
import type { APIRequest } from './route.ts';

const NAMESPACE = { parameter: 'ns', header: 'X-Consul-Namespace', feature: 'Namespaces' };
const PARTITION = { parameter: 'partition', header: 'X-Consul-Partition', feature: 'Partitions' };

/** What an endpoint refuses. */
export type Tenancy = 'both' | 'partition' | 'none';

/**
 * Paths, and beginnings of paths that end in `/`, of endpoints that take no part in it, or look at it themselves because something
 * else comes first; the others refuse both.
 */
const TENANCY: readonly (readonly [path: string, tenancy: Tenancy])[] = [
  // That they are disabled is what they say first; they look at it themselves.
  ['/v1/acl/', 'none'],
  // These look at what else they were given first, and at tenants themselves.
  ['/v1/agent/check/update/', 'none'],
  ['/v1/agent/health/service/', 'none'],
  ['/v1/agent/service/maintenance/', 'none'],
  ['/v1/agent/connect/ca/roots', 'none'],
  ['/v1/agent/force-leave/', 'partition'],
  ['/v1/agent/host', 'none'],
  ['/v1/agent/join/', 'partition'],
  ['/v1/agent/leave', 'none'],
  ['/v1/agent/maintenance', 'none'],
  ['/v1/agent/members', 'partition'],
  ['/v1/agent/metrics', 'none'],
  ['/v1/agent/metrics/stream', 'none'],
  ['/v1/agent/monitor', 'none'],
  ['/v1/agent/reload', 'none'],
  ['/v1/agent/self', 'none'],
  ['/v1/agent/token/', 'none'],
  ['/v1/agent/version', 'none'],
  ['/v1/catalog/datacenters', 'none'],
  ['/v1/catalog/nodes', 'partition'],
  ['/v1/config', 'none'],
  ['/v1/config/', 'none'],
  ['/v1/connect/ca/', 'none'],
  ['/v1/connect/intentions/check', 'both'],
  ['/v1/connect/intentions/exact', 'both'],
  ['/v1/connect/intentions/match', 'both'],
  ['/v1/connect/intentions/', 'none'],
  ['/v1/coordinate/datacenters', 'none'],
  ['/v1/coordinate/node/', 'partition'],
  ['/v1/coordinate/nodes', 'partition'],
  ['/v1/coordinate/update', 'none'],
  ['/v1/discovery-chain/', 'none'],
  ['/v1/event/', 'none'],
  ['/v1/exported-services', 'partition'],
  ['/v1/internal/acl/', 'none'],
  ['/v1/internal/federation-state/', 'none'],
  ['/v1/internal/federation-states', 'none'],
  ['/v1/internal/federation-states/', 'none'],
  ['/v1/internal/ui/catalog-overview', 'none'],
  ['/v1/internal/ui/metrics-proxy/', 'none'],
  ['/v1/kv/', 'none'],
  ['/v1/operator/autopilot/', 'none'],
  ['/v1/operator/keyring', 'none'],
  ['/v1/operator/raft/', 'none'],
  ['/v1/peering/', 'partition'],
  ['/v1/peerings', 'partition'],
  ['/v1/query', 'none'],
  ['/v1/query/', 'none'],
  ['/v1/snapshot', 'none'],
  ['/v1/status/', 'none'],
  ['/v1/txn', 'none'],
];

/** @param path of a route */
export function tenancyOf(path: string): Tenancy {
  const found = TENANCY.find(
    ([known]) => known === path || (known.endsWith('/') && path.startsWith(known)),
  );
  return found?.[1] ?? 'both';
}

/** Endpoints that read the parameters of a query before they look for a tenant, whose faults therefore come first. */
const AFTER_OPTIONS: readonly string[] = [
  '/v1/connect/intentions',
  '/v1/connect/intentions/check',
  '/v1/connect/intentions/match',
  '/v1/coordinate/node/',
  '/v1/coordinate/nodes',
  '/v1/internal/ui/exported-services',
  '/v1/internal/ui/gateway-intentions/',
  '/v1/internal/ui/node/',
  '/v1/internal/ui/nodes',
  '/v1/internal/ui/service-topology/',
  '/v1/internal/ui/services',
  '/v1/session/info/',
  '/v1/session/list',
  '/v1/session/node/',
  '/v1/session/renew/',
];

/** @param path of a route */
export function readsOptionsFirst(path: string, method: string): boolean {
  return AFTER_OPTIONS.includes(path) && method !== 'POST';
}

/** An empty name is the default tenant, which is the only one. @throws HTTPError 400 */
export function refuseTenancy(request: APIRequest, tenancy: Tenancy = 'both'): void {
  const fault = tenancyFault(request, tenancy);
  if (fault !== undefined) throw fault;
}

export function tenancyFault(request: APIRequest, tenancy: Tenancy): HTTPError | undefined {
  if (tenancy === 'none') return undefined;
  return (
    (tenancy === 'both' ? faultOf(request, NAMESPACE) : undefined) ?? faultOf(request, PARTITION)
  );
}

function faultOf(
  request: APIRequest,
  { parameter, header, feature }: typeof NAMESPACE,
): HTTPError | undefined {
  const given =
    request.query.get(parameter) !== ''
      ? `query parameter: "${parameter}"`
      : request.header(header.toLowerCase())
        ? `header: "${header}"`
        : undefined;
  if (given === undefined) return undefined;
  return new HTTPError(400, `Invalid ${given} - ${feature} are a Consul Enterprise feature`);
}
