/**
 * Judges a service's definition in Consul's order and words (agent/agent_endpoint.go
 * AgentRegisterService, agent/structs NodeService.Validate). All refusals are RPCErrors with code
 * bad-request.
 */
import { RPCError, badRequest } from '../../protocol/errors.ts';
import type { CheckDefinition, ServiceDefinition } from '../../protocol/types/agent.ts';
import type { Weights } from '../../protocol/types/catalog.ts';
import { isGatewayKind } from './node-service.ts';
import { validateMeta } from './service-meta.ts';
import type { CheckKinds } from './interfaces.ts';
import type { LocalService } from './entries.ts';

/** A DNS SRV weight has 16 bits (RFC 2782). */
const MAX_WEIGHT = 65_535;
const MAX_PORT = 65_535;
/** Addresses that mean "every interface": nobody can connect to them. */
const ANY_ADDRESSES = new Set(['0.0.0.0', '::', '[::]']);

/** The parts that are tested before a sidecar is made of the definition. */
export function validateDefinition(
  definition: ServiceDefinition,
  service: LocalService,
  kinds: CheckKinds,
): void {
  if (service.Service === '') throw badRequest('Missing service name');
  if (ANY_ADDRESSES.has(service.Address)) throw badRequest('Invalid service address');
  prefixed('Invalid Weights', () => validateWeights(service.Weights));
  prefixed('Invalid Service Meta', () =>
    validateMeta(service.Meta ?? {}, isGatewayKind(service.Kind ?? '')),
  );
  raiseProblems('Validation failed', serviceProblems(service, definition));
  validateChecks(checksOf(definition), 'Invalid check', kinds);
}

/**
 * All kinds before all states, in Consul's order: a body with both mistakes gets the same answer.
 *
 * @throws RPCError bad-request
 */
export function validateChecks(
  checks: readonly CheckDefinition[],
  prefix: string,
  kinds: CheckKinds,
): void {
  for (const check of checks) prefixed(prefix, () => kinds.validate(check));
  for (const check of checks) {
    if (check.Status && !isStatus(check.Status)) {
      throw badRequest("Status for checks must 'passing', 'warning', 'critical'");
    }
  }
}

/** Exact spelling, as Consul compares. */
export const isStatus = (status: string): boolean =>
  status === 'passing' || status === 'warning' || status === 'critical';

/** `Checks` and the single `Check`, which counts only when it says something. */
export function checksOf(definition: ServiceDefinition): CheckDefinition[] {
  const single = definition.Check;
  const isEmpty = single === undefined || Object.values(single).every((value) => !value);
  return isEmpty ? [...(definition.Checks ?? [])] : [single, ...(definition.Checks ?? [])];
}

/** Bounds of DNS SRV; a warning weight of 0 takes an instance out of DNS while it warns. */
function validateWeights({ Passing, Warning }: Weights): void {
  if (Passing < 1) throw badRequest('Passing must be greater than 0');
  if (Warning < 0) throw badRequest('Warning must be greater or equal than 0');
  if (Passing > MAX_WEIGHT || Warning > MAX_WEIGHT) {
    throw badRequest('DNS Weight must be between 0 and 65535');
  }
}

/** Everything that is wrong with a service, whatever its checks. */
export function serviceProblems(service: LocalService, definition: ServiceDefinition): string[] {
  const kind = service.Kind ?? '';
  const problems = [
    ...(kind === 'connect-proxy' ? proxyProblems(service) : []),
    ...(isGatewayKind(kind) ? gatewayProblems(service, kind) : []),
  ];
  const native = service.Connect.Native === true;
  if (native && service.Port === 0 && !service.SocketPath) {
    problems.push('Port or SocketPath must be set for a Connect native service.');
  }
  problems.push(...sidecarProblems(definition));
  if (service.Locality?.Zone && !service.Locality.Region) {
    problems.push('zone cannot be set without region');
  }
  return problems;
}

/** agent/structs NodeService.Validate, the part for connect-proxy. */
function proxyProblems({ Proxy: proxy, Port, SocketPath, Connect }: LocalService): string[] {
  const problems: string[] = [];
  const destination = (proxy.DestinationServiceName ?? '').trim();
  if (Port === 0 && !SocketPath)
    problems.push('Port or SocketPath must be set for a connect-proxy');
  if (destination === '') {
    problems.push('Proxy.DestinationServiceName must be non-empty for Connect proxy services');
  }
  if (destination === '*') {
    problems.push('Proxy.DestinationServiceName must not be a wildcard for Connect proxy services');
  }
  if (Connect.Native) {
    problems.push('A Proxy cannot also be Connect Native, only typical services');
  }
  return [
    ...problems,
    ...upstreamProblems(proxy.Upstreams ?? []),
    ...exposeProblems((proxy.Expose?.['Paths'] ?? []) as ExposedPath[]),
  ];
}

/**
 * Two upstreams are the same when type, name, peer and datacenter are: the proxy could not tell
 * their listeners apart.
 */
function upstreamProblems(upstreams: readonly Record<string, unknown>[]): string[] {
  const problems: string[] = [];
  const seen = new Set<string>();
  for (const upstream of upstreams) {
    const field = (name: string): string => String(upstream[name] ?? '');
    if (field('DestinationName') === '') {
      problems.push('upstream destination name cannot be empty');
    } else if (field('DestinationName') === '*') {
      problems.push('upstream destination name cannot be a wildcard');
    }
    if (!upstream['LocalBindPort'] && !upstream['LocalBindSocketPath']) {
      problems.push('upstream local bind port or local socket path must be defined and nonzero');
    }
    if (upstream['LocalBindPort'] && upstream['LocalBindSocketPath']) {
      problems.push(
        'only one of upstream local bind port or local socket path can be defined and nonzero',
      );
    }
    const key =
      `type="${field('DestinationType') || 'service'}", name="${field('DestinationName')}", ` +
      `partition="", namespace="", peer="${field('DestinationPeer')}", datacenter="${field('Datacenter')}"`;
    if (seen.has(key)) problems.push(`upstreams cannot contain duplicates of [${key}]`);
    seen.add(key);
  }
  return problems;
}

/** Of Proxy.Expose.Paths, as far as it is judged. */
interface ExposedPath {
  readonly Path?: string;
  readonly ListenerPort?: number;
  readonly Protocol?: string;
}

const EXPOSED_PROTOCOLS = ['http', 'http2'];

function exposeProblems(paths: readonly ExposedPath[]): string[] {
  const problems: string[] = [];
  const ports = new Set<number>();
  for (const { Path: path = '', ListenerPort: port = 0, Protocol: protocol = '' } of paths) {
    if (path === '') problems.push('expose.paths: empty path exposed');
    if (ports.has(port)) problems.push('expose.paths: duplicate listener ports exposed');
    ports.add(port);
    if (port <= 0 || port > MAX_PORT) {
      problems.push(`expose.paths: invalid listener port: ${port}`);
    }
    if (protocol !== '' && !EXPOSED_PROTOCOLS.includes(protocol)) {
      problems.push(
        `protocol '${protocol}' not supported for path: ${path}, must be in: [http http2]`,
      );
    }
  }
  return problems;
}

function gatewayProblems({ Proxy: proxy, Port }: LocalService, kind: string): string[] {
  const problems: string[] = [];
  // The other gateways may listen where their configuration entry says.
  if (Port === 0 && (kind === 'mesh-gateway' || kind === 'terminating-gateway')) {
    problems.push(`Port must be non-zero for a ${kind}`);
  }
  const forbidden = [
    'DestinationServiceName',
    'DestinationServiceID',
    'LocalServiceAddress',
    'LocalServicePort',
    'LocalServiceSocketPath',
    'Upstreams',
  ];
  for (const field of forbidden) {
    if (proxy[field]) problems.push(`The Proxy.${field} configuration is invalid for a ${kind}`);
  }
  return problems;
}

/** A sidecar's ID follows from its service, so that it can be found and removed with it. */
function sidecarProblems(definition: ServiceDefinition): string[] {
  const sidecar = definition.Connect?.SidecarService as ServiceDefinition | undefined;
  const problems: string[] = [];
  if (sidecar?.ID) {
    problems.push('A SidecarService cannot specify an ID as this is managed by the agent');
  }
  if (sidecar?.Connect?.SidecarService) {
    problems.push('A SidecarService cannot have a nested SidecarService');
  }
  return problems;
}

/** As Go's multierror prints a list. */
export function raiseProblems(prefix: string, problems: readonly string[]): void {
  if (problems.length === 0) return;
  const count = problems.length === 1 ? '1 error' : `${problems.length} errors`;
  const list = problems.map((problem) => `\t* ${problem}\n`).join('');
  throw badRequest(`${prefix}: ${count} occurred:\n${list}\n`);
}

function prefixed(prefix: string, validate: () => void): void {
  try {
    validate();
  } catch (thrown) {
    if (thrown instanceof RPCError) throw new RPCError(thrown.code, `${prefix}: ${thrown.message}`);
    throw thrown;
  }
}
