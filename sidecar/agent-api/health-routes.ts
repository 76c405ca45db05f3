/**
 * Health of local services, for load balancers (agent/agent_endpoint.go AgentHealthServiceByID,
 * ...ByName).
 */
import { HTTPError } from '../../http-api/http-error.ts';
import { parseToken } from '../../http-api/query-options.ts';
import { renderJSON } from '../../http-api/render.ts';
import type { APIRequest, APIResponse, Route } from '../../http-api/route.ts';
import { refuseTenancy } from '../../http-api/tenancy.ts';
import {
  NODE_MAINTENANCE_CHECK_ID,
  SERVICE_MAINTENANCE_PREFIX,
} from '../../protocol/types/catalog.ts';
import { PLAIN, wantsText } from './responses.ts';
import { right } from './rights.ts';
import { renderService } from './service-view.ts';
import type { AgentAPIDeps, LocalCheck, LocalService } from './deps.ts';

/** The worst state of a service's checks; maintenance mode is told apart from failure. */
type AggregatedStatus = 'passing' | 'warning' | 'critical' | 'maintenance';

/** Chosen so that load balancers can look at the code alone: 429 says "works, but not well". */
const HTTP_STATUS: Record<AggregatedStatus, number> = {
  passing: 200,
  warning: 429,
  critical: 503,
  maintenance: 503,
};

/** One element of the answer by name, and the whole answer by ID (api.AgentServiceChecksInfo). */
interface ServiceHealth {
  readonly AggregatedStatus: AggregatedStatus;
  readonly Service: unknown;
  readonly Checks: unknown[] | null;
}

/**
 * Both work from the local state: they answer while the datacenter is away, and know only
 * services of this host.
 */
export function healthRoutes(deps: AgentAPIDeps): Route[] {
  return [
    {
      path: '/v1/agent/health/service/id/',
      methods: {
        async GET(request) {
          const id = request.rest;
          if (id === '') throw new HTTPError(500, 'Missing serviceID');
          refuseTenancy(request);
          const entry = deps.state.service(id);
          if (entry === undefined) await deps.rights.require(parseToken(request));
          if (entry === undefined) {
            const unknown = { AggregatedStatus: 'critical', Service: null, Checks: null };
            return respond(request, 404, `ServiceId ${id} not found`, unknown);
          }
          await mayRead(deps, request, entry.service.Service);
          const health = healthOf(entry.service, deps);
          const { AggregatedStatus: status } = health;
          return respond(request, HTTP_STATUS[status], status, health);
        },
      },
    },
    {
      path: '/v1/agent/health/service/name/',
      methods: {
        async GET(request) {
          const name = request.rest;
          if (name === '') throw new HTTPError(500, 'Missing service Name');
          refuseTenancy(request);
          await mayRead(deps, request, name);
          const found = deps.state
            .services()
            .filter(({ service }) => service.Service === name)
            .map(({ service }) => healthOf(service, deps));
          if (found.length === 0) {
            return respond(request, 404, `ServiceName ${name} Not Found`, []);
          }
          // Of equally bad ones the first counts: critical and maintenance share a status.
          const { AggregatedStatus: worst } = found.reduce((a, b) =>
            HTTP_STATUS[b.AggregatedStatus] > HTTP_STATUS[a.AggregatedStatus] ? b : a,
          );
          return respond(request, HTTP_STATUS[worst], worst, found);
        },
      },
    },
  ];
}

function mayRead({ rights }: AgentAPIDeps, request: APIRequest, service: string): Promise<void> {
  return rights.require(parseToken(request), right('service', 'read', service));
}

/**
 * The same verdict as a word or as JSON. Text has no charset here, unlike errors: some probes
 * compare the header.
 */
function respond(request: APIRequest, status: number, reason: string, body: unknown): APIResponse {
  if (wantsText(request)) return { status, headers: { 'Content-Type': PLAIN }, body: reason };
  return renderJSON(request, JSON.stringify(body), { 'X-Consul-Reason': reason }, status);
}

/** A service's own checks and the node's. */
function healthOf(service: LocalService, { state, agent }: AgentAPIDeps): ServiceHealth {
  const checks = state
    .checks()
    .map(({ check }) => check)
    .filter(({ ServiceID }) => ServiceID === '' || ServiceID === service.ID);
  return {
    AggregatedStatus: aggregate(checks),
    Service: renderService(service, agent.datacenter),
    Checks: checks.map(renderCheck),
  };
}

/** Known by its ID, since a check's type is not part of what Consul looks at here. */
const isMaintenance = ({ CheckID: id }: LocalCheck): boolean =>
  id === NODE_MAINTENANCE_CHECK_ID || id.startsWith(SERVICE_MAINTENANCE_PREFIX);

function aggregate(checks: readonly LocalCheck[]): AggregatedStatus {
  if (checks.some(isMaintenance)) return 'maintenance';
  if (checks.some(({ Status }) => Status === 'critical')) return 'critical';
  return checks.some(({ Status }) => Status === 'warning') ? 'warning' : 'passing';
}

/** Consul copies some fields of a check here and leaves the others at their zero values. */
function renderCheck(check: LocalCheck): unknown {
  const { Node, CheckID, Name, Status, Notes, Output, ServiceID, ServiceName } = check;
  return {
    Node,
    CheckID,
    Name,
    Status,
    Notes,
    Output,
    ServiceID,
    ServiceName,
    ServiceTags: check.ServiceTags.length > 0 ? check.ServiceTags : null,
    Type: '',
    ExposedPort: 0,
    Definition: EMPTY_DEFINITION,
    CreateIndex: 0,
    ModifyIndex: 0,
  };
}

/**
 * A definition at its zero values, in full: Go's api package renders it without omitting
 * anything.
 */
const EMPTY_DEFINITION = {
  HTTP: '',
  Header: null,
  Method: '',
  Body: '',
  TLSServerName: '',
  TLSSkipVerify: false,
  TCP: '',
  TCPUseTLS: false,
  UDP: '',
  GRPC: '',
  OSService: '',
  GRPCUseTLS: false,
  Interval: '0s',
  Timeout: '0s',
  DeregisterCriticalServiceAfter: '0s',
};
