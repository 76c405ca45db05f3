/**
 * JSON bodies read as Consul's decoder reads them: field names match whatever their case, a field of the wrong type
 * is named, and an unknown field is refused where Consul refuses it (lib/decode, encoding/json).
 */
import { HTTPError } from './http-error.ts';

export type Field =
  | 'string'
  | 'int'
  | 'uint64'
  | 'float'
  | 'bool'
  | 'any'
  /** A Go duration string such as "10s", or a number of nanoseconds; kept as it came. */
  | 'duration'
  | { readonly list: Field }
  | { readonly map: Field }
  | Struct;

export interface Struct {
  /** Name in error texts, as Go would print it. */
  readonly struct: string;
  readonly fields: Readonly<Record<string, Field>>;
  /** Unknown names are refused unless this is set. */
  readonly open?: boolean;
}

export interface DecodeOptions {
  /** How the error text starts: 'Request decode failed: ' for most endpoints. */
  readonly prefix?: string;
}

/** @throws HTTPError 400 */
export function decodeBody<T>(bytes: Uint8Array, field: Field, options: DecodeOptions = {}): T {
  const prefix = options.prefix ?? 'Request decode failed: ';
  const fail = (what: string): never => {
    throw new HTTPError(400, prefix + what);
  };
  return decodeField(parseJSON(new TextDecoder().decode(bytes), fail), field, '', fail) as T;
}

/** The same for a value that was parsed already. @param fail throws what the caller sees */
export function decodeValue<T>(value: unknown, field: Field, fail: (what: string) => never): T {
  return decodeField(value, field, '', fail) as T;
}

function parseJSON(text: string, fail: (what: string) => never): unknown {
  if (text.trim() === '') return fail('EOF');
  try {
    return parseFirstValue(text);
  } catch (error) {
    const { message } = error as Error;
    return fail(breaksOff(text, message) ? 'unexpected EOF' : message);
  }
}

/**
 * The first JSON value of a text. What follows it is not looked at, as Go's decoder of streams leaves it for the next
 * call. Whole numbers beyond 2^53 come as bigint, so that 64-bit flags survive.
 *
 * @throws SyntaxError
 */
export function parseFirstValue(text: string): unknown {
  try {
    return JSON.parse(text, reviveLargeIntegers);
  } catch (error) {
    const { message } = error as Error;
    const end = /non-whitespace character after JSON at position (\d+)/.exec(message)?.[1];
    if (end === undefined) throw error;
    return JSON.parse(text.slice(0, Number(end)), reviveLargeIntegers);
  }
}

/** Whether nothing is wrong with a JSON text but that it ends too soon. */
function breaksOff(text: string, message: string): boolean {
  const position = /at position (\d+)/.exec(message)?.[1];
  return /end of JSON|Unterminated/i.test(message) || Number(position) >= text.trimEnd().length;
}

function reviveLargeIntegers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
  const source = context?.source;
  return source !== undefined && /^-?\d+$/.test(source) ? BigInt(source) : value;
}

function decodeField(
  value: unknown,
  field: Field,
  path: string,
  fail: (what: string) => never,
): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof field === 'string') return decodeScalar(value, field, path, fail);
  if ('list' in field) {
    if (!Array.isArray(value)) return fail(mismatch(value, path, 'slice'));
    return value.map((item) => decodeField(item, field.list, path, fail) ?? zeroOf(field.list));
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    return fail(mismatch(value, path, 'map' in field ? 'map' : field.struct));
  }
  if ('map' in field) {
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([k, v]) => [k, decodeField(v, field.map, path, fail) ?? '']),
    );
  }
  return decodeStruct(value as Record<string, unknown>, field, path, fail);
}

/** What Go's decoder leaves in a list's place for a null; undefined for what is no scalar. */
function zeroOf(field: Field): string | number | boolean | undefined {
  switch (field) {
    case 'string':
    case 'duration':
      return '';
    case 'int':
    case 'uint64':
    case 'float':
      return 0;
    case 'bool':
      return false;
    default:
      return undefined;
  }
}

function decodeStruct(
  value: Record<string, unknown>,
  struct: Struct,
  path: string,
  fail: (what: string) => never,
): Record<string, unknown> {
  const names = foldedNames(struct);
  const out: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    const name = names.get(key.toLowerCase());
    if (name === undefined) {
      if (struct.open) continue;
      return fail(`json: unknown field ${JSON.stringify(key)}`);
    }
    const at = path === '' ? `${struct.struct.split('.').pop()}.${name}` : `${path}.${name}`;
    const decoded = decodeField(item, struct.fields[name]!, at, fail);
    if (decoded !== undefined) out[name] = decoded;
  }
  return out;
}

const foldedNamesOf = new WeakMap<Struct, Map<string, string>>();

function foldedNames(struct: Struct): Map<string, string> {
  let names = foldedNamesOf.get(struct);
  if (names === undefined) {
    names = new Map(Object.keys(struct.fields).map((name) => [name.toLowerCase(), name]));
    foldedNamesOf.set(struct, names);
  }
  return names;
}

type Scalar = Extract<Field, string>;

function decodeScalar(
  value: unknown,
  field: Scalar,
  path: string,
  fail: (what: string) => never,
): unknown {
  switch (field) {
    case 'any':
      return value;
    case 'string':
      return typeof value === 'string' ? value : fail(mismatch(value, path, 'string'));
    case 'bool':
      return typeof value === 'boolean' ? value : fail(mismatch(value, path, 'bool'));
    case 'int':
      return Number.isSafeInteger(value) ? value : fail(mismatch(value, path, 'int'));
    case 'uint64':
      if (Number.isSafeInteger(value) && (value as number) >= 0) return value;
      if (typeof value === 'bigint' && value >= 0n && value < 2n ** 64n) return String(value);
      return fail(mismatch(value, path, 'uint64'));
    case 'float':
      // JSON may spell numbers that are none: 1e999.
      if (typeof value === 'bigint') return Number(value);
      return Number.isFinite(value) ? value : fail(mismatch(value, path, 'float64'));
    case 'duration':
      if (typeof value === 'string' || typeof value === 'number') return value;
      return fail(mismatch(value, path, 'time.Duration'));
  }
}

function mismatch(value: unknown, path: string, wanted: string): string {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const kind = found === 'bigint' ? 'number' : found;
  const target = path === '' ? 'value' : `struct field ${path}`;
  return `json: cannot unmarshal ${kind} into Go ${target} of type ${wanted}`;
}
