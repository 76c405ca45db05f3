/** /v1/health/ (Consul: agent/health_endpoint.go). */
import type { CheckServiceNode } from '../../protocol/types/catalog.ts';
import { CHECK_SERVICE_NODE_FIELDS, HEALTH_CHECK_FIELDS } from '../filter/fields/catalog-fields.ts';
import { FilterError } from '../filter/filter-error.ts';
import { HTTPError } from '../http-error.ts';
import { parseBool } from '../parse-bool.ts';
import { parseQueryOptions, wantsCached } from '../query-options.ts';
import type { Query } from '../query.ts';
import type { APIContext, APIRequest, APIResponse, Handler, Route } from '../route.ts';
import {
  type RowFilter,
  parseFilter,
  filterRows,
  parseMerge,
  parseNodeFilter,
  parseTags,
  readCatalog,
  requireName,
} from './catalog-query.ts';

export const healthRoutes: Route[] = [
  { path: '/v1/health/node/', methods: { GET: listChecksOfNode } },
  { path: '/v1/health/checks/', methods: { GET: listChecksOfService } },
  { path: '/v1/health/state/', methods: { GET: listChecksInState } },
  { path: '/v1/health/service/', methods: { GET: listInstances({}) } },
  { path: '/v1/health/connect/', methods: { GET: listInstances({ connect: true }) } },
  { path: '/v1/health/ingress/', methods: { GET: listInstances({ ingress: true }) } },
  { path: '/v1/health/why/', methods: { GET: explainInstances } },
];

function listChecksOfNode(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return readCatalog(request, context, {
    method: 'health.node',
    args: { node: requireName(request, context, 'node name') },
    transform: () => filterRows(request, HEALTH_CHECK_FIELDS),
  });
}

function listChecksOfService(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return readCatalog(request, context, {
    method: 'health.checks',
    args: {
      service: requireName(request, context, 'service name'),
      ...parseNodeFilter(request, context),
    },
    transform: () => filterRows(request, HEALTH_CHECK_FIELDS),
  });
}

function listChecksInState(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return readCatalog(request, context, {
    method: 'health.state',
    args: {
      state: requireName(request, context, 'check state'),
      ...parseNodeFilter(request, context),
    },
    transform: () => filterRows(request, HEALTH_CHECK_FIELDS),
  });
}

/** Consul has no such endpoint. */
function explainInstances(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return readCatalog(request, context, {
    method: 'health.why',
    args: { service: requireName(request, context, 'service name') },
  });
}

function listInstances(kind: { connect?: true; ingress?: true }): Handler {
  return async (request, context) => {
    const service = requireName(request, context, 'service name');
    const passing = parsePassing(request, context);
    const response = await readCatalog(request, context, {
      method: 'health.service',
      args: {
        service,
        ...kind,
        ...parseTags(request.query),
        ...parseNodeFilter(request, context),
        ...parseMerge(request.query),
      },
      plainErrors: true,
      transform() {
        const matches = parseInstanceFilter(request, context, kind.ingress === true);
        if (request.query.get('sg') !== '')
          throw new HTTPError(500, 'sameness groups are not supported in consul CE');
        if (!passing && matches === undefined) return undefined;
        return (entries) =>
          entries.filter((entry) => (!passing || isPassing(entry)) && (matches?.(entry) ?? true));
      },
    });
    if (isStreamed(request.query, context, kind.ingress === true))
      Object.assign(response.headers, STREAM_HEADERS);
    return response;
  };
}

/** Where Consul answers from its stream, the fault of a filter stands there bare. @throws HTTPError 500 */
function parseInstanceFilter(
  request: APIRequest,
  context: APIContext,
  ingress: boolean,
): RowFilter {
  try {
    return parseFilter(request, CHECK_SERVICE_NODE_FIELDS);
  } catch (error) {
    const isBare = error instanceof FilterError && isStreamed(request.query, context, ingress);
    throw isBare ? new HTTPError(500, error.reason) : error;
  }
}

/**
 * Consul answers these from a stream of events, which does not say whether there is a leader; so it
 * says false. Clients must not read more into it than that, and neither do we.
 */
function isStreamed(query: Query, context: APIContext, ingress: boolean): boolean {
  const waits = query.get('index') !== '' && Number(query.get('index')) > 0;
  const special = ingress || query.get('near') !== '' || query.has('merge-central-config');
  return !special && (waits || wantsCached(query, context));
}

const STREAM_HEADERS = { 'X-Consul-Knownleader': 'false', 'X-Consul-Query-Backend': 'streaming' };

/** Every check of the instance and of its node must pass: a warning is out too, unlike in DNS. */
function isPassing({ Checks }: CheckServiceNode): boolean {
  return Checks.every((check) => check.Status === 'passing');
}

/** The bare parameter means true. */
function parsePassing(request: APIRequest, context: APIContext): boolean {
  const { query } = request;
  if (!query.has('passing')) return false;
  const passing = parseBool(query.get('passing') || 'true');
  if (passing === null) {
    // Faults of the parameters that all reads share come first.
    parseQueryOptions(request, context);
    throw new HTTPError(400, 'Invalid value for ?passing');
  }
  return passing;
}
