/** /v1/catalog/ (Consul: agent/catalog_endpoint.go). */
import { parseDuration } from '../../protocol/duration.ts';
import type { MethodReply } from '../../protocol/methods.ts';
import type {
  DeregisterRequest,
  HealthCheck,
  NodeService,
  RegisterRequest,
  ServiceNode,
} from '../../protocol/types/catalog.ts';
import { type Struct, decodeBody } from '../decode.ts';
import { HTTPError } from '../http-error.ts';
import {
  NODE_FIELDS,
  NODE_SERVICE_FIELDS,
  SERVICE_NODE_FIELDS,
} from '../filter/fields/catalog-fields.ts';
import {
  checkCacheControl,
  parseConsistency,
  parseWriteOptions,
  wantsCached,
} from '../query-options.ts';
import { renderValue } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Handler, Route } from '../route.ts';
import { callJSON } from '../call.ts';
import { DEREGISTER_BODY, REGISTER_BODY } from './catalog-fields.ts';
import {
  filterRows,
  parseFilter,
  parseMerge,
  parseNodeFilter,
  parseTags,
  readCatalog,
  requireName,
} from './catalog-query.ts';
import { describeDurationFault } from './session-duration.ts';
import { DEFINITION_DURATIONS } from './txn-fields.ts';

export const catalogRoutes: Route[] = [
  { path: '/v1/catalog/register', methods: { PUT: register } },
  { path: '/v1/catalog/deregister', methods: { PUT: deregister } },
  { path: '/v1/catalog/datacenters', methods: { GET: listDatacenters } },
  { path: '/v1/catalog/nodes', methods: { GET: listNodes } },
  { path: '/v1/catalog/node/', methods: { GET: describeNode } },
  { path: '/v1/catalog/node-services/', methods: { GET: listNodeServices } },
  { path: '/v1/catalog/services', methods: { GET: listServices } },
  { path: '/v1/catalog/service/', methods: { GET: listInstances(false) } },
  { path: '/v1/catalog/connect/', methods: { GET: listInstances(true) } },
  { path: '/v1/catalog/gateway-services/', methods: { GET: listGatewayServices } },
];

async function register(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const body = await readBody<RegisterRequest>(request, REGISTER_BODY);
  const { Service, Check, Checks, ...rest } = body;
  return write(request, context, 'catalog.register', {
    ...rest,
    ...(Service === undefined ? {} : { Service: tidyService(Service) }),
    ...(Check === undefined ? {} : { Check: tidyCheck(Check) }),
    // A null in the list means nothing.
    ...(Checks === undefined
      ? {}
      : { Checks: Checks.filter((check) => check !== undefined).map(tidyCheck) }),
  });
}

async function deregister(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return write(
    request,
    context,
    'catalog.deregister',
    await readBody<DeregisterRequest>(request, DEREGISTER_BODY),
  );
}

/** `null` is a body without any field. */
async function readBody<T extends object>(request: APIRequest, struct: Struct): Promise<T> {
  return decodeBody<T | undefined>(await request.body(), struct) ?? ({} as T);
}

/** The body alone names a datacenter: Consul does not look at `?dc=` here. */
async function write(
  request: APIRequest,
  context: APIContext,
  method: 'catalog.register' | 'catalog.deregister',
  args: RegisterRequest | DeregisterRequest,
): Promise<APIResponse> {
  const options = parseWriteOptions(request);
  const datacenter = args.Datacenter ?? '';
  return callJSON(request, context.rpc, method, args as RegisterRequest, {
    ...options,
    datacenter,
  });
}

function tidyService(service: Partial<NodeService>): Partial<NodeService> {
  const tidy = { ...service };
  if (tidy.Tags !== undefined) tidy.Tags = textsOf(tidy.Tags);
  return tidy;
}

function tidyCheck(check: Partial<HealthCheck>): Partial<HealthCheck> {
  refuseBadDurations(check.Definition);
  return check.ServiceTags === undefined
    ? check
    : { ...check, ServiceTags: textsOf(check.ServiceTags) };
}

/** They are read with the body, so they are refused before anything else is looked at. */
function refuseBadDurations(definition: HealthCheck['Definition'] | undefined): void {
  for (const name of DEFINITION_DURATIONS) {
    const value = definition?.[name];
    if (typeof value === 'string' && value !== '' && parseDuration(value) === null)
      throw new HTTPError(400, `Request decode failed: ${describeDurationFault(value)}`);
  }
}

/** Go reads a null in a list of strings as the empty string. */
function textsOf(list: readonly (string | undefined)[]): string[] {
  return list.map((item) => item ?? '');
}

/** The one answer of the catalog that has no index: nobody can wait for a datacenter. */
async function listDatacenters(request: APIRequest, context: APIContext): Promise<APIResponse> {
  // Its consistency and cache control are read, though they mean nothing; its other parameters are not.
  parseConsistency(request);
  checkCacheControl(request.header('cache-control'));
  const others = (await context.otherDatacenters?.()) ?? [];
  const headers: Record<string, string> = wantsCached(request.query, context)
    ? { 'X-Cache': 'MISS' }
    : {};
  return renderValue(request, [context.datacenter, ...others], headers);
}

function listNodes(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return readCatalog(request, context, {
    method: 'catalog.nodes',
    args: parseNodeFilter(request, context),
    transform: () => filterRows(request, NODE_FIELDS),
  });
}

function describeNode(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return readCatalog(request, context, {
    method: 'catalog.node',
    args: { node: requireName(request, context, 'node name') },
    absent: 'null',
    transform() {
      const matches = parseFilter(request, NODE_SERVICE_FIELDS);
      if (matches === undefined) return undefined;
      return (value) => {
        if (value === null) return null;
        const kept = Object.entries(value.Services).filter(([, service]) => matches(service));
        return { Node: value.Node, Services: Object.fromEntries(kept) };
      };
    },
  });
}

function listNodeServices(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return readCatalog(request, context, {
    method: 'catalog.node-services',
    args: { node: requireName(request, context, 'node name'), ...parseMerge(request.query) },
    transform() {
      const matches = parseFilter(request, NODE_SERVICE_FIELDS);
      if (matches === undefined) return undefined;
      return ({ Node, Services }) => ({
        Node,
        // What has no services has null, unless a filter has looked.
        Services: (Services ?? []).filter((service) => matches(service)),
      });
    },
  });
}

function listServices(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const args = parseNodeFilter(request, context);
  if (request.query.get('filter') === '') {
    return readCatalog(request, context, { method: 'catalog.services', args, absent: '{}' });
  }
  // The filter speaks of instances, so it needs all of them; the names and tags of those that stay
  // are the answer.
  return readCatalog(request, context, {
    method: 'catalog.service',
    args: { ...args, service: '' },
    transform() {
      const keep = filterRows<ServiceNode>(request, SERVICE_NODE_FIELDS);
      return (rows) => tagsByName(keep?.(rows) ?? rows);
    },
  });
}

function tagsByName(rows: readonly ServiceNode[]): MethodReply<'catalog.services'> {
  const tags = new Map<string, Set<string>>();
  for (const row of rows) {
    const known = tags.get(row.ServiceName) ?? new Set<string>();
    for (const tag of row.ServiceTags) known.add(tag);
    tags.set(row.ServiceName, known);
  }
  const entries = [...tags].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([name, set]) => [name, [...set].toSorted()]));
}

function listInstances(connect: boolean): Handler {
  return (request, context) =>
    readCatalog(request, context, {
      method: 'catalog.service',
      args: {
        service: requireName(request, context, 'service name'),
        ...(connect ? { connect } : {}),
        // Tags tell instances of one service apart; proxies of a service are not told apart by
        // them.
        ...(connect ? {} : parseTags(request.query)),
        ...parseNodeFilter(request, context),
        ...parseMerge(request.query),
      },
      transform: () => filterRows(request, SERVICE_NODE_FIELDS),
    });
}

function listGatewayServices(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return readCatalog(request, context, {
    method: 'catalog.gateway-services',
    args: { gateway: requireName(request, context, 'gateway name') },
  });
}
