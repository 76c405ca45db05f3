/**
 * Endpoints of Consul 1.21 that exist in no other table here: they answer 501 with a sentence, so that nobody takes a
 * gap for a misspelt path. A method that Consul does not take there is 405, as on every endpoint.
 *
 * Whoever builds one moves its line from here into a table of its own. /v1/agent/ belongs to the sidecar.
 */
import { HTTPError } from '../http-error.ts';
import type { APIRequest, Handler, Method, Route } from '../route.ts';

type Line = readonly [path: string, methods: string];

const NOT_BUILT: readonly Line[] = [
  ['/v1/internal/federation-state/', 'GET'],
  ['/v1/internal/federation-states', 'GET'],
  ['/v1/internal/federation-states/mesh-gateways', 'GET'],
  ['/v1/peering/', 'GET DELETE'],
  ['/v1/peering/establish', 'POST'],
  ['/v1/peering/token', 'POST'],
  ['/v1/peerings', 'GET'],
];

export const notBuiltRoutes: Route[] = NOT_BUILT.map(([path, methods]) =>
  toRoute(path, methods, refuseNotBuilt),
);

function toRoute(path: string, methods: string, handler: Handler): Route {
  const entries = methods.split(' ').map((method) => [method as Method, handler]);
  return { path, methods: Object.fromEntries(entries) as Route['methods'] };
}

function refuseNotBuilt({ method }: APIRequest): never {
  throw new HTTPError(
    501,
    `${method} on this endpoint of Consul's API is not built in Lictor yet.`,
  );
}
