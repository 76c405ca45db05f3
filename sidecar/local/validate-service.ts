/**
 * Judges a service's definition in Consul's order and words (agent/agent_endpoint.go
 * AgentRegisterService, agent/structs NodeService.Validate). All refusals are RPCErrors with code
 * bad-request.
 */
import { isIP, isIPv4 } from 'node:net';
import { RPCError, badRequest, invalid } from '../../protocol/errors.ts';
import { renderFaults } from '../../protocol/multi-error.ts';
import { serviceFaults, unplacedServiceFaults } from '../../protocol/service-faults.ts';
import type { CheckDefinition, ServiceDefinition } from '../../protocol/types/agent.ts';
import type { Weights } from '../../protocol/types/catalog.ts';
import { isGatewayKind } from './node-service.ts';
import { validateMeta } from './service-meta.ts';
import type { CheckKinds, DefinitionSource } from './interfaces.ts';
import type { LocalService } from './entries.ts';

/** A DNS SRV weight has 16 bits (RFC 2782). */
const MAX_WEIGHT = 65_535;
/** Addresses that mean "every interface": nobody can connect to them. */
const ANY_ADDRESSES = new Set(['0.0.0.0', '::', '[::]']);

/** The parts that are tested before a sidecar is made of the definition. */
export function validateDefinition(
  definition: ServiceDefinition,
  service: LocalService,
  { kinds, source }: { readonly kinds: CheckKinds; readonly source: DefinitionSource },
): void {
  if (service.Service === '') throw badRequest('Missing service name');
  // What a file says of an address is taken as it is.
  if (source === 'api' && ANY_ADDRESSES.has(service.Address)) {
    throw badRequest('Invalid service address');
  }
  prefixed('Invalid Weights', () => validateWeights(service.Weights));
  prefixed('Invalid Service Meta', () => validateServiceMeta(service));
  raiseProblems(
    'Validation failed',
    serviceFaults({ ...service, Connect: definition.Connect ?? {} }),
  );
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

/**
 * A check that stands outside of a service's definition.
 *
 * @throws RPCError bad-request
 */
export function validateStandaloneCheck(
  check: CheckDefinition,
  kinds: CheckKinds,
  source: DefinitionSource,
): void {
  // In a file an ID is enough.
  const name = check.Name || (source === 'config' ? check.ID : '');
  if (!name) throw badRequest('Missing check name');
  if (check.Status && !isStatus(check.Status)) throw badRequest('Bad check status');
  prefixed('Invalid check', () => kinds.validate(check));
}

/** Exact spelling, as Consul compares. */
export const isStatus = (status: string): boolean =>
  status === 'passing' || status === 'warning' || status === 'critical';

/** `Checks` and the single `Check`, which counts only when it says something. */
export function checksOf(definition: ServiceDefinition): CheckDefinition[] {
  const single = definition.Check;
  const isZero = (value: unknown): boolean =>
    !value || (Array.isArray(value) && value.length === 0);
  const isEmpty = single === undefined || Object.values(single).every(isZero);
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

/**
 * An address under a family's tag is one of that family; a host name is none, and an IPv4 address written as
 * IPv6 is IPv4. Consul does not look at `wan_ipv6` (agent/agent.go, validateService).
 *
 * @throws RPCError invalid
 */
export function validateTaggedAddresses(tagged: LocalService['TaggedAddresses']): void {
  for (const [tag, isValid] of TAGGED_FAMILIES) {
    const given = tagged?.[tag];
    if (given === undefined || isValid(given.Address ?? '')) continue;
    const family = tag.slice(tag.indexOf('_') + 1);
    throw invalid(`Service tagged address "${tag}" must be a valid ${family} address`);
  }
}

const TAGGED_FAMILIES: readonly (readonly [string, (address: string) => boolean])[] = [
  ['lan_ipv4', hasIPv4],
  ['lan_ipv6', (address) => isIP(address) !== 0 && !hasIPv4(address)],
  ['wan_ipv4', hasIPv4],
];

/** As Go's `To4`: also of `::ffff:10.0.0.1`. */
function hasIPv4(address: string): boolean {
  const mapped = /^(?:0*:){0,5}:?ffff:([\d.]+)$/i.exec(address)?.[1];
  return isIPv4(address) || (mapped !== undefined && isIPv4(mapped) && isIP(address) === 6);
}

/** @throws RPCError bad-request with all problems, if there are any */
export function raiseProblems(prefix: string, problems: readonly string[]): void {
  if (problems.length > 0) throw badRequest(`${prefix}: ${renderFaults(problems)}`);
}

/**
 * @param asked what was written of it: a port that it has from the agent does not count
 * @throws RPCError bad-request
 */
export function validateSidecar(sidecar: LocalService, asked: ServiceDefinition): void {
  prefixed('Invalid SidecarService', () => validateServiceMeta(sidecar));
  const judged = { ...sidecar, Port: asked.Port ?? 0, Connect: asked.Connect ?? {} };
  raiseProblems('Failed Validation', unplacedServiceFaults(judged));
}

function validateServiceMeta({ Meta, Kind }: LocalService): void {
  validateMeta(Meta ?? {}, isGatewayKind(Kind ?? ''));
}

function prefixed(prefix: string, validate: () => void): void {
  try {
    validate();
  } catch (thrown) {
    if (thrown instanceof RPCError) throw new RPCError(thrown.code, `${prefix}: ${thrown.message}`);
    throw thrown;
  }
}
