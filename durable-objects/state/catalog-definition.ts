/**
 * What a check does, as the catalog keeps it beside the check's state (agent/structs/structs.go,
 * HealthCheckDefinition).
 *
 * The datacenter runs no check itself: external monitors and agents read this. Fields that Consul
 * omits when empty are dropped, unknown ones too.
 */
import { canonicalJSON } from '../../protocol/canonical-json.ts';
import { parseDuration, renderDuration } from '../../protocol/duration.ts';
import { badRequest } from '../../protocol/errors.ts';
import type { HealthCheckDefinition } from '../../protocol/types/catalog.ts';

type FieldKind = 'plain' | 'duration' | 'nanoseconds';

/** In the order in which Consul renders them. */
const FIELDS: readonly (readonly [name: string, kind: FieldKind])[] = [
  ['Interval', 'duration'],
  ['OutputMaxSize', 'plain'],
  ['Timeout', 'duration'],
  ['DeregisterCriticalServiceAfter', 'duration'],
  ['HTTP', 'plain'],
  ['TLSServerName', 'plain'],
  ['TLSSkipVerify', 'plain'],
  ['Header', 'plain'],
  ['Method', 'plain'],
  ['Body', 'plain'],
  ['DisableRedirects', 'plain'],
  ['TCP', 'plain'],
  ['TCPUseTLS', 'plain'],
  ['UDP', 'plain'],
  ['H2PING', 'plain'],
  ['OSService', 'plain'],
  ['H2PingUseTLS', 'plain'],
  ['ScriptArgs', 'plain'],
  ['DockerContainerID', 'plain'],
  ['Shell', 'plain'],
  ['GRPC', 'plain'],
  ['GRPCUseTLS', 'plain'],
  ['AliasNode', 'plain'],
  ['AliasService', 'plain'],
  ['SessionName', 'plain'],
  ['TTL', 'nanoseconds'],
];

/**
 * What tells the type of a check, in order of precedence; the second part says whether it needs an
 * interval.
 */
const TYPES: readonly (readonly [
  type: string,
  needsInterval: boolean,
  fields: readonly string[],
])[] = [
  ['grpc', true, ['GRPC']],
  ['http', true, ['HTTP']],
  ['ttl', false, ['TTL']],
  ['tcp', true, ['TCP']],
  ['udp', true, ['UDP']],
  ['alias', false, ['AliasNode', 'AliasService']],
  ['docker', true, ['DockerContainerID']],
  ['script', true, ['ScriptArgs']],
  ['h2ping', true, ['H2PING']],
  ['os_service', true, ['OSService']],
];

export interface RenderedDefinition {
  readonly json: string;
  /** '' when the definition does not say what is checked, or not how often. */
  readonly type: string;
}

const NONE: RenderedDefinition = { json: '{}', type: '' };

/** @throws RPCError bad-request for a duration that is none */
export function renderCheckDefinition(
  definition: HealthCheckDefinition | null | undefined,
): RenderedDefinition {
  if (definition === null || definition === undefined) return NONE;
  const given = definition as Record<string, unknown>;
  const kept = new Map<string, string>();
  for (const [name, kind] of FIELDS) {
    const json = renderField(given[name], kind);
    if (json !== '') kept.set(name, json);
  }
  if (kept.size === 0) return NONE;
  const fields = [...kept].map(([name, json]) => `"${name}":${json}`);
  return { json: `{${fields.join(',')}}`, type: typeOf(kept) };
}

function typeOf(kept: ReadonlyMap<string, string>): string {
  const found = TYPES.find(
    ([, needsInterval, fields]) =>
      (!needsInterval || kept.has('Interval')) && fields.some((field) => kept.has(field)),
  );
  return found?.[0] ?? '';
}

const NANOSECONDS_PER_MS = 1e6;

/** '' for a zero value */
function renderField(value: unknown, kind: FieldKind): string {
  if (value === undefined || value === null) return '';
  if (kind === 'plain') return isZero(value) ? '' : canonicalJSON(value);
  const ms = durationMs(value);
  if (ms === 0) return '';
  if (kind === 'nanoseconds') return String(Math.round(ms * NANOSECONDS_PER_MS));
  return JSON.stringify(renderDuration(ms));
}

function isZero(value: unknown): boolean {
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false;
}

/** A Go duration string, or a number of nanoseconds. */
function durationMs(value: unknown): number {
  if (typeof value === 'number') return value / NANOSECONDS_PER_MS;
  const ms = parseDuration(String(value));
  if (ms === null) {
    throw badRequest(`Request decode failed: time: invalid duration ${JSON.stringify(value)}`);
  }
  return ms;
}
