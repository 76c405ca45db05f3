/**
 * Bodies of registrations, as definitions with one spelling of each field and durations as Go
 * strings.
 */
import { decodeBody } from '../../http-api/decode.ts';
import { HTTPError } from '../../http-api/http-error.ts';
import type { Struct } from '../../http-api/decode.ts';
import { parseDuration, renderDuration } from '../../protocol/duration.ts';
import type { CheckDefinition, ServiceDefinition } from '../../protocol/types/agent.ts';
import { CHECK_FIELDS, SERVICE_FIELDS } from '../../http-api/fields/definitions.ts';

/** @throws HTTPError 400 */
export function decodeService(body: Uint8Array): ServiceDefinition {
  const definition = decode<Partial<ServiceDefinition>>(body, SERVICE_FIELDS);
  return { ...definition, Name: definition.Name ?? '' };
}

/** @throws HTTPError 400 */
export function decodeCheck(body: Uint8Array): CheckDefinition {
  return decode<CheckDefinition>(body, CHECK_FIELDS);
}

/**
 * A body of `null` is an empty definition in Go; what is missing in it is refused later by name.
 */
function decode<T>(body: Uint8Array, fields: Struct): T {
  return canonical(decodeBody(body, fields) ?? {}) as T;
}

const DURATIONS = new Set(['Interval', 'Timeout', 'TTL', 'DeregisterCriticalServiceAfter']);
/** What stands in them is the user's own and keeps its names. */
const OPAQUE = new Set(['Config', 'Meta', 'Header', 'EnvoyExtensions', 'AccessLogs']);
const NANOSECONDS_PER_MS = 1e6;

/** Members whose names are the user's own are left as they are. */
function canonical(value: unknown): unknown {
  // A null in a list of structures is one in which nothing is said; Consul dies of some of them.
  if (Array.isArray(value)) return value.map((item) => canonical(item ?? {}));
  if (typeof value !== 'object' || value === null) return value;
  const out: Record<string, unknown> = {};
  for (const [name, item] of Object.entries(value)) {
    // An embedded check calls its ID CheckID, definitions everywhere else call it ID.
    if (name === 'CheckID') out['ID'] = item;
    else if (DURATIONS.has(name)) {
      const duration = canonicalDuration(item as string | number);
      // None is as good as absent: a check in which nothing else is said says nothing.
      if (parseDuration(duration) !== 0) out[name] = duration;
    } else out[name] = OPAQUE.has(name) ? item : canonical(item);
  }
  return out;
}

/** Beyond 64 bits Go's conversion gives the smallest number there is. */
const wrapped = (nanoseconds: number): number =>
  Math.abs(nanoseconds) >= 2 ** 63 ? -(2 ** 63) : nanoseconds;

/** A number counts nanoseconds, as in Go. */
function canonicalDuration(value: string | number): string {
  if (typeof value === 'number') return renderDuration(wrapped(value) / NANOSECONDS_PER_MS);
  if (parseDuration(value) !== null) return value;
  const quoted = JSON.stringify(value);
  const isNumber = /^[+-]?(\d+\.?\d*|\.\d+)$/.test(value);
  const reason = isNumber
    ? `time: missing unit in duration ${quoted}`
    : `time: invalid duration ${quoted}`;
  throw new HTTPError(400, `Request decode failed: ${reason}`);
}
