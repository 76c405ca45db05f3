/**
 * The parameters that every read takes: token, datacenter, consistency, index and wait, cache control.
 *
 * Wordings and precedence are Consul's (agent/http.go parseInternal): `?token=` beats X-Consul-Token, which beats
 * Authorization: Bearer.
 */
import { parseDuration } from '../protocol/duration.ts';
import { WAIT_JITTER_FRACTION } from '../protocol/limits.ts';
import { HTTPError } from './http-error.ts';
import type { Query } from './query.ts';
import type { APIContext, APILimits, APIRequest } from './route.ts';
import type { CallOptions, Consistency } from './server-rpc.ts';

export interface QueryOptions extends CallOptions {
  /** 0 when the query does not block. */
  readonly minIndex: number;
  /** How long it may block, jitter included. */
  readonly waitMs: number;
}

/** @throws HTTPError 400 */
export function parseQueryOptions(request: APIRequest, context: APIContext): QueryOptions {
  const { query } = request;
  // Of two faults the first in this order is named.
  const asked = parseConsistency(request);
  const isStale = asked === 'default' && request.isDiscovery && context.discoveryStale?.();
  const consistency = isStale ? 'stale' : asked;
  checkCacheControl(request.header('cache-control'));
  const waitMs = parseWait(query.get('wait'), context.limits);
  const minIndex = parseIndex(query.get('index'));
  return {
    minIndex,
    waitMs,
    consistency,
    cached: wantsCached(query, context),
    token: parseToken(request),
    datacenter: parseDatacenter(query),
  };
}

/** Whether `?cached` is given, and means something here. */
export function wantsCached(query: Query, context: APIContext): boolean {
  return query.has('cached') && context.usesCache?.() !== false;
}

/** For a read that knows no consistency: the parameters that choose one are not looked at. @throws HTTPError 400 */
export function parseWaitOptions(request: APIRequest, { limits }: APIContext): QueryOptions {
  return {
    ...parseWriteOptions(request),
    waitMs: parseWait(request.query.get('wait'), limits),
    minIndex: parseIndex(request.query.get('index')),
  };
}

/** What a write needs: it neither blocks nor chooses a consistency. */
export function parseWriteOptions(request: APIRequest): CallOptions {
  return {
    token: parseToken(request),
    datacenter: parseDatacenter(request.query),
    consistency: 'default',
    cached: false,
  };
}

/** For what all datacenters share: it is written in the primary, whatever `?dc=` names. */
export function parsePrimaryOptions(
  request: APIRequest,
  { datacenter, primaryDatacenter = datacenter }: APIContext,
): CallOptions {
  const isOwn = primaryDatacenter === datacenter;
  return { ...parseWriteOptions(request), datacenter: isOwn ? '' : primaryDatacenter };
}

export function parseToken(request: APIRequest): string {
  const given = request.query.get('token') || request.header('x-consul-token');
  if (given) return given;
  const bearer = /^bearer\s+(\S+)\s*$/i.exec(request.header('authorization') ?? '');
  return bearer?.[1] ?? '';
}

const MAX_UINT64 = 2n ** 64n - 1n;

/** The long name wins over the short one, which everybody uses. */
function parseDatacenter(query: Query): string {
  return query.get('datacenter') || query.get('dc');
}

function parseIndex(text: string): number {
  if (text === '') return 0;
  if (!/^\d+$/.test(text)) throw new HTTPError(400, 'Invalid index');
  const index = Number(text);
  if (Number.isSafeInteger(index)) return index;
  if (BigInt(text) > MAX_UINT64) throw new HTTPError(400, 'Invalid index');
  // Above 2^53 every index is "the future" alike.
  return Number.MAX_SAFE_INTEGER;
}

function parseWait(text: string, limits: APILimits): number {
  let waitMs = limits.defaultQueryTimeMs;
  if (text !== '') {
    const asked = parseDuration(text);
    if (asked === null) throw new HTTPError(400, 'Invalid wait time');
    if (asked > 0) waitMs = Math.min(asked, limits.maxQueryTimeMs);
  }
  // Watchers that were answered together must not all come back together.
  return waitMs + (Math.random() * waitMs) / WAIT_JITTER_FRACTION;
}

export function parseConsistency({ query }: APIRequest): Consistency {
  const maxStale = query.get('max_stale');
  const maxStaleMs = maxStale === '' ? 0 : parseDuration(maxStale);
  if (maxStaleMs === null) {
    throw new HTTPError(400, `Invalid max_stale value ${JSON.stringify(maxStale)}`);
  }
  // No time and less than none allow nothing to be stale.
  const stale = query.has('stale') || maxStaleMs > 0;
  const consistent = query.has('consistent');
  if (consistent && stale) throw conflictingModes('stale');
  if (consistent && query.has('cached')) throw conflictingModes('cached');
  if (consistent) return 'consistent';
  return stale ? 'stale' : 'default';
}

function conflictingModes(other: string): HTTPError {
  return new HTTPError(400, `Cannot specify ?${other} with ?consistent, conflicting semantics.`);
}

/** `max-age` and `stale-if-error` take seconds; other directives are not looked at. */
export function checkCacheControl(header: string | undefined): void {
  if (header === undefined) return;
  for (const directive of header.toLowerCase().split(',')) {
    const [name, value] = directive.trim().split('=');
    if ((name === 'max-age' || name === 'stale-if-error') && !/^\d+$/.test(value ?? '')) {
      throw new HTTPError(400, 'Invalid Cache-Control header.');
    }
  }
}
