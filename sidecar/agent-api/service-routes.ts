/**
 * Services of this host (agent/agent_endpoint.go AgentServices, AgentService,
 * AgentRegisterService ...).
 */
import { compileFilter } from '../../http-api/filter/compile-filter.ts';
import { NODE_SERVICE_FIELDS } from '../../http-api/filter/fields/catalog-fields.ts';
import { HTTPError } from '../../http-api/http-error.ts';
import { parseToken } from '../../http-api/query-options.ts';
import { renderValue } from '../../http-api/render.ts';
import type { Query } from '../../http-api/query.ts';
import type { APIRequest, APIResponse, Route } from '../../http-api/route.ts';
import { refuseTenancy } from '../../http-api/tenancy.ts';
import type { ServiceDefinition } from '../../protocol/types/agent.ts';
import { decodeService } from './decode-definition.ts';
import { SETTLE_TIMEOUT_MS } from './deps.ts';
import { CONTENT_HASH_HEADER, waitForHash } from './hash-wait.ts';
import { done, parseEnable } from './responses.ts';
import { faultsBeforeRights, right, visible } from './rights.ts';
import { contentHash } from './content-hash.ts';
import { hashOf, renderService } from './service-view.ts';
import type { AgentAPIDeps } from './deps.ts';
import type { ServiceView } from './service-view.ts';

/** Reading stands last: its path ends in `/` and would swallow the others. */
export function serviceRoutes(deps: AgentAPIDeps): Route[] {
  return [...changingRoutes(deps), ...readingRoutes(deps)];
}

/**
 * They answer once the local state has the change and the datacenter was told, or after
 * SETTLE_TIMEOUT_MS: the change is then made all the same and reaches the catalog later.
 */
function changingRoutes(deps: AgentAPIDeps): Route[] {
  const { registrar, maintenance, settle } = deps;
  const settled = async (): Promise<APIResponse> => {
    await settle(SETTLE_TIMEOUT_MS);
    return done();
  };
  return [
    {
      path: '/v1/agent/service/register',
      methods: {
        async PUT(request) {
          const definition = decodeService(await request.body());
          const options = {
            source: 'api',
            token: parseToken(request),
            replaceExistingChecks: replacesChecks(request.query),
          } as const;
          await faultsBeforeRights(mayRegister(deps, request, definition), () =>
            registrar.plan(definition, options),
          );
          await registrar.registerService(definition, options);
          return settled();
        },
      },
    },
    {
      path: '/v1/agent/service/deregister/',
      methods: {
        async PUT(request) {
          await mayChange(deps, request, request.rest);
          await registrar.deregisterService(request.rest);
          return settled();
        },
      },
    },
    {
      path: '/v1/agent/service/maintenance/',
      methods: {
        async PUT(request) {
          if (request.rest === '') throw new HTTPError(400, 'Missing service ID');
          const enable = parseEnable(request);
          refuseTenancy(request);
          const reason = request.query.get('reason');
          await mayChange(deps, request, request.rest);
          await maintenance.setService(request.rest, enable, reason, parseToken(request));
          return settled();
        },
      },
    },
  ];
}

/** Both show the local state, which may be ahead of the catalog. */
function readingRoutes(deps: AgentAPIDeps): Route[] {
  return [
    {
      path: '/v1/agent/services',
      methods: {
        async GET(request, context) {
          const matches = compileFilter(request.query.get('filter'), NODE_SERVICE_FIELDS);
          const names = [...new Set(listServices(deps).map(({ Service }) => String(Service)))];
          const seen = await visible(deps.rights, request, names, (name) =>
            right('service', 'read', name),
          );
          // One that comes while it is waited for is not shown before the next question.
          const sees = new Set(seen.items);
          const read = () => {
            const views = listServices(deps)
              .filter(({ Service }) => sees.has(String(Service)))
              .filter(matches);
            const services = Object.fromEntries(views.map((view) => [view.ID, view]));
            return { services, hash: hashOf(services) };
          };
          // Consul does not block here, so without a hash it does not look at a wait either.
          const blocks = request.query.has('hash');
          const found = blocks ? (await waitForHash(request, context, deps.state, read))! : read();
          const headers = { ...seen.headers, [CONTENT_HASH_HEADER]: found.hash };
          return renderValue(request, found.services, headers);
        },
      },
    },
    {
      path: '/v1/agent/service/',
      methods: {
        async GET(request, context) {
          const read = () => {
            const entry = deps.state.service(request.rest);
            if (entry === undefined) return null;
            const view = renderService(entry.service, deps.agent.datacenter);
            return { view, hash: contentHash(view) };
          };
          const known = deps.state.service(request.rest)?.service;
          const rightsOn = known === undefined ? [] : [right('service', 'read', known.Service)];
          await deps.rights.require(parseToken(request), ...rightsOn);
          const found = await waitForHash(request, context, deps.state, read);
          if (found === null) throw new HTTPError(404, `unknown service ID: ${request.rest}`);
          const answer = { ...found.view, ContentHash: found.hash };
          return renderValue(request, answer, { [CONTENT_HASH_HEADER]: found.hash });
        },
      },
    },
  ];
}

/** What is not there is refused by whoever looks for it, a token that nobody has before that. */
async function mayChange(
  { state, rights }: AgentAPIDeps,
  request: APIRequest,
  id: string,
): Promise<void> {
  const service = state.service(id)?.service;
  const rightsOn = service === undefined ? [] : [right('service', 'write', service.Service)];
  await rights.require(parseToken(request), ...rightsOn);
}

/** Also what it replaces, and what a proxy stands for, has to be the token's to change. */
async function mayRegister(
  deps: AgentAPIDeps,
  request: APIRequest,
  { ID, Name = '', Kind, Proxy }: ServiceDefinition,
): Promise<void> {
  const token = parseToken(request);
  await deps.rights.require(token, right('service', 'write', Name));
  await mayChange(deps, request, ID || Name);
  if (Kind === 'connect-proxy') {
    const destination = Proxy?.DestinationServiceName ?? '';
    await deps.rights.require(token, right('service', 'write', String(destination)));
  }
}

/** Sorted by ID, as Go renders a map. */
function listServices({ state, agent }: AgentAPIDeps): ServiceView[] {
  return state
    .services()
    .map(({ service }) => renderService(service, agent.datacenter))
    .toSorted((a, b) => (a.ID < b.ID ? -1 : 1));
}

/** The bare name or `true`; Consul takes no other spelling. */
function replacesChecks(query: Query): boolean {
  const name = 'replace-existing-checks';
  return query.has(name) && ['', 'true'].includes(query.get(name));
}
