/** Bounds of a service's metadata (agent/structs/structs.go, ValidateServiceMetadata). */

const MAX_PAIRS = 64;
const MAX_KEY_CHARS = 128;
const MAX_VALUE_CHARS = 512;
const KEY = /^[a-zA-Z0-9_-]+$/;
const RESERVED_PREFIX = 'consul-';
/** Keys of Consul's own below the reserved prefix, which its agents and gateways set. */
const ALLOWED_RESERVED: ReadonlySet<string> = new Set([
  'consul-wan-federation',
  'consul-network-segment',
  'consul-version',
  'consul-dataplane-as-k8s-gateway',
]);

/**
 * What is wrong with the metadata in Consul's words, or null.
 *
 * @param allowReserved for what only compares with metadata: Consul's own keys may be asked for
 */
export function metadataFault(
  meta: Readonly<Record<string, string>>,
  allowReserved = false,
): string | null {
  const pairs = Object.entries(meta);
  if (pairs.length > MAX_PAIRS) {
    return `Node metadata cannot contain more than ${MAX_PAIRS} key/value pairs`;
  }
  for (const [key, value] of pairs) {
    const fault = pairFault(key, value, allowReserved);
    if (fault !== null) return `Couldn't load metadata pair ('${key}', '${value}'): ${fault}`;
  }
  return null;
}

function pairFault(key: string, value: string, allowReserved: boolean): string | null {
  if (key === '') return 'Key cannot be blank';
  if (!KEY.test(key)) return 'Key contains invalid characters';
  if (key.length > MAX_KEY_CHARS) return `Key is too long (limit: ${MAX_KEY_CHARS} characters)`;
  if (!allowReserved && key.startsWith(RESERVED_PREFIX) && !ALLOWED_RESERVED.has(key)) {
    return `Key prefix '${RESERVED_PREFIX}' is reserved for internal use`;
  }
  if (value.length > MAX_VALUE_CHARS)
    return `Value is too long (limit: ${MAX_VALUE_CHARS} characters)`;
  return null;
}
