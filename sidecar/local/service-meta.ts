/** Rules for the metadata of nodes and services (agent/structs ValidateServiceMetadata). */
import { badRequest } from '../../protocol/errors.ts';

/** Consul's limits: metadata is carried by every answer about a service. */
const MAX_PAIRS = 64;
const MAX_KEY_CHARS = 128;
const MAX_VALUE_CHARS = 512;
const KEY = /^[a-zA-Z0-9_-]+$/;
/** Consul keeps names for itself that tell versions and capabilities of nodes. */
const RESERVED_PREFIX = 'consul-';
/** Reserved names that gateways may set (agent/structs, MetaWANFederationKey). */
const GATEWAY_KEYS = new Set(['consul-wan-federation']);

/** @throws RPCError bad-request, in Consul's words, without a prefix */
export function validateMeta(meta: Record<string, string>, isGateway: boolean): void {
  const pairs = Object.entries(meta);
  if (pairs.length > MAX_PAIRS) {
    throw badRequest(`Node metadata cannot contain more than ${MAX_PAIRS} key/value pairs`);
  }
  for (const [key, value] of pairs) {
    const problem = pairProblem(key, value, isGateway);
    if (problem !== null) {
      throw badRequest(`Couldn't load metadata pair ('${key}', '${value}'): ${problem}`);
    }
  }
}

/** The first rule that a pair breaks, null for a good one. */
function pairProblem(key: string, value: string, isGateway: boolean): string | null {
  if (key === '') return 'Key cannot be blank';
  if (!KEY.test(key)) return 'Key contains invalid characters';
  if (key.length > MAX_KEY_CHARS) return `Key is too long (limit: ${MAX_KEY_CHARS} characters)`;
  const allowed = isGateway && GATEWAY_KEYS.has(key);
  if (key.startsWith(RESERVED_PREFIX) && !allowed) {
    return `Key prefix '${RESERVED_PREFIX}' is reserved for internal use`;
  }
  return value.length > MAX_VALUE_CHARS
    ? `Value is too long (limit: ${MAX_VALUE_CHARS} characters)`
    : null;
}
