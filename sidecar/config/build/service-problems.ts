import { checkProblem, buildCheck } from './check-definition.ts';
import { metadataProblem } from './metadata.ts';
import { listenerProblem, proxyProblem } from './proxy-definition.ts';
import { buildWeights } from './service-definition.ts';
import type { Diagnostics } from '../diagnostics.ts';
import type { RawCheck, RawProxy, RawService, RawSidecarService } from '../keys/service-keys.ts';

/** One thing that does not hold, with the key below the service that it is about (dotted). */
interface DefinitionProblem {
  readonly key: string;
  readonly message: string;
  /** The decoded object that `key` belongs to, from which the place in the file is known. */
  readonly owner: object;
}

const MAX_WEIGHT = 65_535;
const GATEWAYS: ReadonlySet<string> = new Set([
  'mesh-gateway',
  'terminating-gateway',
  'ingress-gateway',
  'api-gateway',
]);
/** Metadata by which mesh gateways find those of other datacenters. */
const GATEWAY_METADATA = ['consul-wan-federation'];

/**
 * Reports what does not hold about a service of a file (agent/structs/service_definition.go,
 * structs.go Validate), in Consul's words. `path` is the service's own, e.g. `services[0]`.
 */
export function reportServiceProblems(
  raw: RawService,
  path: string,
  diagnostics: Diagnostics,
): void {
  for (const { key, message, owner } of serviceProblems(raw)) {
    const origin = diagnostics.originOf(owner, owner === raw ? key : '');
    const name = JSON.stringify(raw.name ?? '');
    diagnostics.problem(origin, `${path}.${key}`, `service ${name}: ${message}`);
  }
}

/**
 * A name is asked for when the service is registered, as in Consul. A sidecar may lack a name and
 * a port: the agent makes both.
 */
function serviceProblems(raw: RawService): DefinitionProblem[] {
  const sidecar = raw.connect?.sidecar_service;
  return [
    ...commonProblems(raw),
    ...kindProblems(raw),
    ...(sidecar === undefined ? [] : sidecarProblems(sidecar)),
  ];
}

function sidecarProblems(sidecar: RawSidecarService): DefinitionProblem[] {
  const prefix = 'connect.sidecar_service.';
  const found = commonProblems(sidecar, prefix);
  const listener = listenerProblem(sidecar.proxy ?? {});
  if (listener !== undefined)
    found.push({ key: `${prefix}proxy`, message: listener, owner: sidecar });
  return found;
}

function commonProblems(raw: RawService | RawSidecarService, prefix = ''): DefinitionProblem[] {
  const found: DefinitionProblem[] = [];
  const say = (key: string, message: string | undefined, owner: object = raw) => {
    if (message !== undefined) found.push({ key: prefix + key, message, owner });
  };
  const reserved = raw.kind === 'mesh-gateway' ? GATEWAY_METADATA : [];
  say('meta', metadataProblem(raw.meta ?? {}, reserved));
  say('weights', weightProblem(raw));
  if (raw.socket_path !== undefined && (raw.port !== undefined || raw.address !== undefined)) {
    say(
      'socket_path',
      `service ${raw.name ?? ''} cannot have both socket path ${raw.socket_path} and address/port`,
    );
  }
  if (!raw.locality?.region && raw.locality?.zone)
    say('locality', 'zone cannot be set without region');
  if (raw.proxy !== undefined) say('proxy', proxyProblem(raw.proxy));
  for (const [key, check] of checksOf(raw)) say(key, namedCheckProblem(check), check);
  return found;
}

function checksOf(raw: RawService | RawSidecarService): [string, RawCheck][] {
  const several = (raw.checks ?? []).map((check, index): [string, RawCheck] => [
    `checks[${index}]`,
    check,
  ]);
  return raw.check === undefined ? several : [...several, ['check', raw.check]];
}

export function namedCheckProblem(raw: RawCheck): string | undefined {
  const problem = checkProblem(buildCheck(raw));
  return problem === undefined ? undefined : `check "${raw.name ?? raw.id ?? ''}": ${problem}`;
}

function weightProblem(raw: RawService | RawSidecarService): string | undefined {
  const { Passing, Warning } = buildWeights(raw);
  const prefix = `Invalid weight definition for service ${raw.name ?? ''}`;
  if (Passing < 1) return `${prefix}: Passing must be greater than 0`;
  if (Warning < 0) return `${prefix}: Warning must be greater or equal than 0`;
  if (Passing > MAX_WEIGHT || Warning > MAX_WEIGHT) {
    return `${prefix}: DNS Weight must be between 0 and ${MAX_WEIGHT}`;
  }
  return undefined;
}

function kindProblems(raw: RawService): DefinitionProblem[] {
  const proxy: RawProxy = raw.proxy ?? {};
  const messages: string[] = [];
  if (raw.kind === 'connect-proxy') {
    if (!raw.port && !raw.socket_path) {
      messages.push('Port or SocketPath must be set for a connect-proxy');
    }
    if (!proxy.destination_service_name?.trim()) {
      messages.push('Proxy.DestinationServiceName must be non-empty for Connect proxy services');
    } else if (proxy.destination_service_name === '*') {
      messages.push(
        'Proxy.DestinationServiceName must not be a wildcard for Connect proxy services',
      );
    }
    const listener = listenerProblem(proxy);
    if (listener !== undefined) messages.push(listener);
    if (raw.connect?.native)
      messages.push('A Proxy cannot also be Connect Native, only typical services');
  } else if (GATEWAYS.has(raw.kind ?? '')) {
    messages.push(...gatewayProblems(raw, proxy));
  }
  return messages.map((message) => ({ key: 'kind', message, owner: raw }));
}

function* gatewayProblems(raw: RawService, proxy: RawProxy): Generator<string> {
  const kind = raw.kind!;
  if (!raw.port && kind !== 'ingress-gateway' && kind !== 'api-gateway') {
    yield `Port must be non-zero for a ${kind}`;
  }
  if (raw.connect?.sidecar_service !== undefined) {
    yield `A ${kind} cannot have a sidecar service defined`;
  }
  const misplaced: [string, unknown][] = [
    ['DestinationServiceName', proxy.destination_service_name],
    ['DestinationServiceID', proxy.destination_service_id],
    ['LocalServiceAddress', proxy.local_service_address],
    ['LocalServicePort', proxy.local_service_port],
    ['LocalServiceSocketPath', proxy.local_service_socket_path],
    ['Upstreams', proxy.upstreams?.length],
  ];
  for (const [field, value] of misplaced) {
    if (value) yield `The Proxy.${field} configuration is invalid for a ${kind}`;
  }
}
