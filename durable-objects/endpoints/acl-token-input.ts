/** What a token is made of: IDs, times, grants (Consul: agent/consul/auth/token_writer.go). */
import type { TokenInput } from '../../http-api/acl/acl-input.ts';
import { badRequest, invalid } from '../../protocol/errors.ts';
import { parseDuration, renderDuration } from '../../protocol/duration.ts';
import { TOKEN_MIN_TTL_MS } from '../../protocol/limits.ts';
import type { SQL } from '../db/storage.ts';
import { type TokenRow, findTokenRow, findTokenRowBySecret } from '../state/acl-rows.ts';
import type { TokenContent } from '../state/acl-tokens.ts';
import { readGrants, readRoleLinks } from './acl-grants.ts';
import { RESERVED_TEXT, isReserved, isUUID } from './acl-ids.ts';
import type { EndpointContext } from './endpoint.ts';

/** @throws RPCError for IDs that are malformed, reserved or taken */
export function newIDs(
  context: EndpointContext,
  input: TokenInput,
): [accessor: string, secret: string] {
  const { sql } = context;
  const { AccessorID = '', SecretID = '' } = input;
  requireNewID(sql, 'AccessorID', AccessorID);
  requireNewID(sql, 'SecretID', SecretID);
  return [AccessorID || context.newUUID(), SecretID || context.newUUID()];
}

function requireNewID(sql: SQL, field: string, id: string): void {
  if (id === '') return;
  if (!isUUID(id)) throw invalid(`Invalid Token: ${field} - not a valid UUID`);
  if (isReserved(id)) throw invalid(`Invalid Token: ${field} - ${RESERVED_TEXT}`);
  const isTaken =
    findTokenRow(sql, id) !== undefined || findTokenRowBySecret(sql, id) !== undefined;
  if (isTaken) throw invalid(`Invalid Token: ${field} is already in use`);
}

/** When a new token expires. @throws RPCError */
export function newExpiry(input: TokenInput, now: number): number | null {
  const ttlMs = readTTL(input.ExpirationTTL);
  const at = readTime(input.ExpirationTime);
  if (ttlMs !== 0 && at !== null) {
    throw invalid('Token Expiration TTL and Expiration Time cannot both be set');
  }
  if (ttlMs < 0) throw invalid(`Token Expiration TTL '${renderDuration(ttlMs)}' should be > 0`);
  const expiresAt = ttlMs > 0 ? now + ttlMs : at;
  if (expiresAt === null) return null;
  if (expiresAt <= now) throw invalid('ExpirationTime cannot be before CreateTime');
  const leftMs = expiresAt - now;
  if (leftMs < TOKEN_MIN_TTL_MS) {
    const [least, left] = [renderDuration(TOKEN_MIN_TTL_MS), renderDuration(leftMs)];
    throw invalid(`ExpirationTime cannot be less than ${least} in the future (was ${left})`);
  }
  return expiresAt;
}

/** Who writes a token anew may repeat when it expires, and nothing else. @throws RPCError */
export function requireSameExpiry(input: TokenInput, row: TokenRow): void {
  const at = readTime(input.ExpirationTime);
  if (readTTL(input.ExpirationTTL) === 0 && (at === null || at === row.expires_at)) return;
  throw invalid(`Cannot change expiration time of ${row.accessor}`);
}

const NANOS_PER_MS = 1e6;

function readTTL(given: string | number | undefined): number {
  if (given === undefined || given === '') return 0;
  if (typeof given === 'number') return given / NANOS_PER_MS;
  const ttlMs = parseDuration(given);
  if (ttlMs === null) {
    throw badRequest(`Token decoding failed: time: invalid duration ${JSON.stringify(given)}`);
  }
  return ttlMs;
}

/** Go's zero time stands for none. */
const ZERO_TIME = '0001-01-01T00:00:00Z';

function readTime(given: string | undefined): number | null {
  if (given === undefined || given === '' || given === ZERO_TIME) return null;
  const at = Date.parse(given);
  if (!/^\d{4}-\d\d-\d\dT/.test(given) || Number.isNaN(at)) {
    throw badRequest(
      `Token decoding failed: parsing time ${JSON.stringify(given)} as "2006-01-02T15:04:05Z07:00": cannot parse`,
    );
  }
  return at;
}

/** @throws RPCError for grants of what does not exist */
export function readFields(
  sql: SQL,
  input: TokenInput,
  createTime: string,
): TokenContent['fields'] {
  readTime(input.CreateTime);
  const grants = readGrants(sql, input, { kind: 'token', isLocal: input.Local === true });
  const Roles = readRoleLinks(sql, input.Roles);
  return {
    Description: input.Description ?? '',
    ...grants,
    ...(Roles.length > 0 ? { Roles } : {}),
    CreateTime: createTime,
  };
}
