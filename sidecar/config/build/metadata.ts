/** Limits of node and service metadata (agent/structs/structs.go). */
const MAX_PAIRS = 64;
const MAX_KEY_CHARS = 128;
const MAX_VALUE_CHARS = 512;
const RESERVED_PREFIX = 'consul-';

/** What does not hold about metadata, in Consul's words; undefined when it holds. */
export function metadataProblem(
  metadata: Readonly<Record<string, string>>,
  allowedReserved: readonly string[] = [],
): string | undefined {
  const pairs = Object.entries(metadata);
  if (pairs.length > MAX_PAIRS) {
    return `Node metadata cannot contain more than ${MAX_PAIRS} key/value pairs`;
  }
  for (const [key, value] of pairs) {
    const problem = pairProblem(key, value, allowedReserved);
    if (problem !== undefined)
      return `Couldn't load metadata pair ('${key}', '${value}'): ${problem}`;
  }
  return undefined;
}

function pairProblem(
  key: string,
  value: string,
  allowedReserved: readonly string[],
): string | undefined {
  if (key === '') return 'Key cannot be blank';
  if (!/^[a-zA-Z0-9_-]+$/.test(key)) return 'Key contains invalid characters';
  if (key.length > MAX_KEY_CHARS) return `Key is too long (limit: ${MAX_KEY_CHARS} characters)`;
  if (key.startsWith(RESERVED_PREFIX) && !allowedReserved.includes(key)) {
    return `Key prefix '${RESERVED_PREFIX}' is reserved for internal use`;
  }
  if (value.length > MAX_VALUE_CHARS) {
    return `Value is too long (limit: ${MAX_VALUE_CHARS} characters)`;
  }
  return undefined;
}
