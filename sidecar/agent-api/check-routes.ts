/**
 * Checks of this host (agent/agent_endpoint.go AgentChecks, AgentRegisterCheck, AgentCheckPass
 * ...).
 */
import { type Struct, decodeBody } from '../../http-api/decode.ts';
import { compileFilterLazily } from '../../http-api/filter/compile-filter.ts';
import { HEALTH_CHECK_FIELDS } from '../../http-api/filter/fields/catalog-fields.ts';
import { FilterError } from '../../http-api/filter/filter-error.ts';
import { HTTPError } from '../../http-api/http-error.ts';
import { parseToken } from '../../http-api/query-options.ts';
import { renderValue } from '../../http-api/render.ts';
import type { APIContext, APIRequest, APIResponse, Handler, Route } from '../../http-api/route.ts';
import { refuseTenancy } from '../../http-api/tenancy.ts';
import type { ACLAuthorizationRequest } from '../../protocol/types/acl.ts';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import { decodeCheck } from './decode-definition.ts';
import { SETTLE_TIMEOUT_MS } from './deps.ts';
import { done } from './responses.ts';
import type { AgentAPIDeps, LocalCheck } from './deps.ts';
import { faultsBeforeRights, right, visible } from './rights.ts';

/** Body of PUT /v1/agent/check/update. */
const CHECK_UPDATE_FIELDS: Struct = {
  struct: 'agent.checkUpdate',
  fields: { Status: 'string', Output: 'string' },
};

/**
 * Reports (`pass`, `warn`, `fail`, `update`) are answered as soon as the local state has them:
 * services send them every few seconds, and the datacenter hears of changes only.
 */
export function checkRoutes(deps: AgentAPIDeps): Route[] {
  const { registrar, settle, rights } = deps;
  const report =
    (status: CheckStatus): Handler =>
    async (request, context) => {
      await mayChange(deps, request, context, request.rest);
      registrar.reportTTL(request.rest, status, request.query.get('note'));
      return done();
    };
  return [
    {
      path: '/v1/agent/checks',
      methods: {
        async GET(request, { nodeName }) {
          const all = deps.state.checks().map(({ check }) => check);
          const seen = await visible(rights, request, all, (check) =>
            rightOn(check, 'read', nodeName),
          );
          const checks = listChecks(seen.items, request.query.get('filter'));
          return renderValue(request, checks, seen.headers);
        },
      },
    },
    {
      path: '/v1/agent/check/register',
      methods: {
        async PUT(request, context) {
          await register(deps, request, context);
          await settle(SETTLE_TIMEOUT_MS);
          return done();
        },
      },
    },
    {
      path: '/v1/agent/check/deregister/',
      methods: {
        async PUT(request, context) {
          await mayChange(deps, request, context, request.rest);
          await registrar.deregisterCheck(request.rest);
          await settle(SETTLE_TIMEOUT_MS);
          return done();
        },
      },
    },
    { path: '/v1/agent/check/pass/', methods: { PUT: report('passing') } },
    { path: '/v1/agent/check/warn/', methods: { PUT: report('warning') } },
    { path: '/v1/agent/check/fail/', methods: { PUT: report('critical') } },
    {
      path: '/v1/agent/check/update/',
      methods: {
        async PUT(request, context) {
          const { Status = '', Output = '' } =
            decodeBody<CheckUpdate | undefined>(await request.body(), CHECK_UPDATE_FIELDS) ?? {};
          if (!isStatus(Status)) throw new HTTPError(400, `Invalid check status: '${Status}'`);
          refuseTenancy(request);
          await mayChange(deps, request, context, request.rest);
          registrar.reportTTL(request.rest, Status, Output);
          return done();
        },
      },
    },
    {
      path: '/v1/agent/check/',
      methods: { GET: (request, context) => showHistory(deps, request, context) },
    },
  ];
}

async function register(
  deps: AgentAPIDeps,
  request: APIRequest,
  context: APIContext,
): Promise<void> {
  const definition = decodeCheck(await request.body());
  const options = { source: 'api', token: parseToken(request) } as const;
  await faultsBeforeRights(mayRegister(deps, request, context, definition), () =>
    deps.registrar.planCheck(definition, options),
  );
  await deps.registrar.registerCheck(definition, options);
}

const HISTORY = '/history';

/**
 * `/v1/agent/check/<id>/history`, which Consul does not have: the last changes of a check's state, newest first.
 *
 * @throws HTTPError 404 for a check that this agent does not have
 */
async function showHistory(
  { state, history, rights }: AgentAPIDeps,
  request: APIRequest,
  { nodeName }: APIContext,
): Promise<APIResponse> {
  const id = request.rest.endsWith(HISTORY) ? request.rest.slice(0, -HISTORY.length) : undefined;
  if (id === undefined)
    throw new HTTPError(404, `not found: did you mean ${request.rest}/history?`);
  const check = state.check(id)?.check;
  if (check === undefined) throw new HTTPError(404, `Unknown check ID "${id}"`);
  await rights.require(parseToken(request), rightOn(check, 'read', nodeName));
  const rows = history.transitions(id).map(({ atMs, from, to, output }) => ({
    Time: new Date(atMs).toISOString(),
    From: from,
    To: to,
    Output: output,
  }));
  return renderValue(request, rows);
}

/** A service's checks are the service's, the others the node's. */
function rightOn(
  { ServiceName }: Pick<LocalCheck, 'ServiceName'>,
  access: 'read' | 'write',
  node: string,
): ACLAuthorizationRequest {
  return ServiceName ? right('service', access, ServiceName) : right('node', access, node);
}

/** What is not there is refused by whoever looks for it, a token that nobody has before that. */
async function mayChange(
  { state, rights }: AgentAPIDeps,
  request: APIRequest,
  { nodeName }: APIContext,
  id: string,
): Promise<void> {
  const check = state.check(id)?.check;
  const rightsOn = check === undefined ? [] : [rightOn(check, 'write', nodeName)];
  await rights.require(parseToken(request), ...rightsOn);
}

/** Also what it replaces has to be the token's to change. */
async function mayRegister(
  deps: AgentAPIDeps,
  request: APIRequest,
  context: APIContext,
  { ID, Name, ServiceID }: CheckDefinition,
): Promise<void> {
  const service = ServiceID ? deps.state.service(ServiceID)?.service.Service : '';
  // Its faults are the registrar's to name.
  if (service === undefined) return deps.rights.require(parseToken(request));
  await deps.rights.require(
    parseToken(request),
    rightOn({ ServiceName: service }, 'write', context.nodeName),
  );
  await mayChange(deps, request, context, ID || Name || '');
}

interface CheckUpdate {
  Status?: string;
  Output?: string;
}

/** Consul compares exactly: `Passing` is no status. */
const isStatus = (status: string): status is CheckStatus =>
  status === 'passing' || status === 'warning' || status === 'critical';

/** By ID. Checks of the local state have no index: only the catalog's do. */
function listChecks(checks: readonly LocalCheck[], filter: string): Record<string, unknown> {
  const rows = checks
    .map((check) => ({ ...check, CreateIndex: 0, ModifyIndex: 0 }))
    .toSorted((a, b) => (a.CheckID < b.CheckID ? -1 : 1));
  try {
    const matching = rows.filter(compileFilterLazily(filter, HEALTH_CHECK_FIELDS));
    return Object.fromEntries(matching.map((row) => [row.CheckID, row]));
  } catch (thrown) {
    // Consul finds a bad selector only when it looks at a check, and then words it without the
    // usual prefix; a fault of the grammar, which names line and column, it finds before.
    const isSelector = thrown instanceof FilterError && !/^\d+:\d+/.test(thrown.reason);
    if (isSelector && rows.length > 0) throw new HTTPError(500, thrown.reason);
    throw thrown;
  }
}
