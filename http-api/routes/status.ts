/**
 * /v1/status/ (Consul: agent/status_endpoint.go).
 *
 * A datacenter is one object, so it is its own leader and only peer. Clients ask here whether a leader exists before
 * they write; the address is for people to read.
 */
import { parseQueryOptions } from '../query-options.ts';
import { renderValue } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { serverAddressOf } from '../server-identity.ts';

export const statusRoutes: Route[] = [
  { path: '/v1/status/leader', methods: { GET: getLeader } },
  { path: '/v1/status/peers', methods: { GET: getPeers } },
];

async function getLeader(request: APIRequest, context: APIContext): Promise<APIResponse> {
  await requireDatacenter(request, context);
  return renderValue(request, await serverAddressOf(request, context));
}

async function getPeers(request: APIRequest, context: APIContext): Promise<APIResponse> {
  await requireDatacenter(request, context);
  return renderValue(request, [await serverAddressOf(request, context)]);
}

/** A foreign `?dc=` is answered, or refused, by whoever knows that datacenter: any read tells. */
async function requireDatacenter(request: APIRequest, context: APIContext): Promise<void> {
  const options = parseQueryOptions(request, context);
  const { datacenter } = options;
  if (datacenter === '' || datacenter === context.datacenter) return;
  await context.rpc.call('session.get', { id: '' }, options);
}
