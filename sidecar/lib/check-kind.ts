/**
 * What a check definition asks for, and whether it may be accepted (agent/structs/check_type.go).
 */
import { badRequest } from '../../protocol/errors.ts';
import { parseDuration } from '../../protocol/duration.ts';
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import { validateResource } from './check-resource.ts';

/** The values of a check's `Type` in answers; '' is a check that only the catalog knows. */
export type CheckKind =
  | 'grpc'
  | 'http'
  | 'ttl'
  | 'tcp'
  | 'udp'
  | 'alias'
  | 'docker'
  | 'script'
  | 'h2ping'
  | 'os_service'
  | 'resource';

/** Milliseconds of a duration field; absent and unreadable ones count as 0. */
export const durationMs = (text: string | undefined): number =>
  text === undefined ? 0 : (parseDuration(text) ?? 0);

const isScript = (d: CheckDefinition): boolean => (d.ScriptArgs?.length ?? 0) > 0;
const isAlias = (d: CheckDefinition): boolean => Boolean(d.AliasNode || d.AliasService);

/**
 * The order decides what a definition with several kinds is: Consul takes such a definition and
 * runs one.
 */
const KINDS: readonly (readonly [CheckKind, (d: CheckDefinition) => boolean])[] = [
  ['grpc', (d) => Boolean(d.GRPC)],
  ['http', (d) => Boolean(d.HTTP)],
  ['ttl', (d) => durationMs(d.TTL) > 0],
  ['tcp', (d) => Boolean(d.TCP)],
  ['udp', (d) => Boolean(d.UDP)],
  ['alias', isAlias],
  ['docker', (d) => Boolean(d.DockerContainerID) && isScript(d)],
  ['script', isScript],
  ['h2ping', (d) => Boolean(d.H2PING)],
  ['os_service', (d) => Boolean(d.OSService)],
  ['resource', (d) => Boolean(d.Resource)],
];

/** Null for a definition that says nothing that can be run. */
export function checkKind(definition: CheckDefinition): CheckKind | null {
  return KINDS.find(([, matches]) => matches(definition))?.[0] ?? null;
}

/** Kinds that run a program on this host, which an operator has to allow. */
export const runsProgram = (definition: CheckDefinition): boolean => isScript(definition);

/** Kinds that are run again and again, whichever of them will be the one that counts. */
function hasInterval(d: CheckDefinition): boolean {
  const { HTTP, TCP, UDP, GRPC, H2PING, OSService, Resource } = d;
  return isScript(d) || [HTTP, TCP, UDP, GRPC, H2PING, OSService, Resource].some(Boolean);
}

/**
 * Refuses what Consul refuses, with its words and in its order of tests. What several kinds at
 * once mean is not judged here, nor whether an address can be reached.
 *
 * @throws RPCError bad-request, without the prefix ("Invalid check: ") that depends on the
 * endpoint
 */
export function validateCheckType(d: CheckDefinition): void {
  const intervalMs = durationMs(d.Interval);
  const ttlMs = durationMs(d.TTL);
  const periodic = hasInterval(d);
  if (intervalMs > 0 && ttlMs > 0) throw badRequest('Interval and TTL cannot both be specified');
  if (d.Resource && intervalMs <= 0) throw badRequest('Interval must be > 0 for Resource checks');
  if (periodic && intervalMs <= 0) {
    throw badRequest('Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks');
  }
  if (periodic && isAlias(d)) throw badRequest('Interval cannot be set for Alias checks');
  if (isAlias(d) && ttlMs > 0) throw badRequest('TTL must be not be set for Alias checks');
  if (d.Resource) validateResource(d);
  if (!periodic && !isAlias(d) && ttlMs <= 0) throw badRequest('TTL must be > 0 for TTL checks');
  if ((d.OutputMaxSize ?? 0) < 0) throw badRequest('MaxOutputMaxSize must be positive');
  if ((d.FailuresBeforeWarning ?? 0) > (d.FailuresBeforeCritical ?? 0)) {
    throw badRequest("FailuresBeforeWarning can't be higher than FailuresBeforeCritical");
  }
}
