/**
 * JSON bodies read as Consul's decoder reads them: field names match whatever their case, a field of the wrong type
 * is named, and an unknown field is refused where Consul refuses it (lib/decode, encoding/json).
 */
import { type Field, type Scalar, type Struct, goType } from './fields/field.ts';
import { HTTPError } from './http-error.ts';
import { JSONFault, parseFirstValue } from './parse-json.ts';

export type { Field, Struct } from './fields/field.ts';

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
  return decodeValue(parseBody(bytes, fail), field, fail);
}

/** The same for a value that was parsed already. @param fail throws what the caller sees */
export function decodeValue<T>(value: unknown, field: Field, fail: Fail): T {
  return decodeField(value, field, undefined, fail) as T;
}

type Fail = (what: string) => never;

function parseBody(bytes: Uint8Array, fail: Fail): unknown {
  try {
    return parseFirstValue(
      new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(bytes),
    );
  } catch (error) {
    if (error instanceof JSONFault) return fail(error.message);
    throw error;
  }
}

/** The field of a struct that is being read, within that of the struct around it. */
interface Place {
  readonly struct: Struct;
  readonly parent: Place | undefined;
  field: string;
}

function decodeField(value: unknown, field: Field, at: Place | undefined, fail: Fail): unknown {
  if (value === null || value === undefined) return undefined;
  if (typeof field === 'string') return decodeScalar(value, field, field, at, fail);
  if ('scalar' in field) return decodeScalar(value, field.scalar, field, at, fail);
  if ('list' in field) {
    if (!Array.isArray(value)) return fail(mismatch(value, at, goType(field)));
    return value.map((item) => decodeField(item, field.list, at, fail) ?? zeroOf(field.list));
  }
  if (typeof value !== 'object' || Array.isArray(value)) {
    return fail(mismatch(value, at, ('own' in field && field.own?.type) || goType(field)));
  }
  if ('map' in field) {
    const entries = Object.entries(value);
    return Object.fromEntries(
      entries.map(([k, v]) => [
        k,
        decodeField(v, field.map, at, fail) ?? (field.map === 'any' ? null : ''),
      ]),
    );
  }
  return decodeStruct(value as Record<string, unknown>, field, at, fail);
}

/** What Go's decoder leaves in a list's place for a null; undefined for what is no scalar. */
function zeroOf(field: Field): string | number | boolean | undefined {
  const scalar = typeof field === 'object' && 'scalar' in field ? field.scalar : field;
  switch (scalar) {
    case 'string':
    case 'bytes':
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
  parent: Place | undefined,
  fail: Fail,
): Record<string, unknown> {
  const names = foldedNames(struct);
  const out: Record<string, unknown> = {};
  /** By their first spellings. */
  let seconds: Record<string, unknown> | undefined;
  const at: Place = { struct, parent, field: '' };
  for (const [key, item] of Object.entries(value)) {
    const name = names.get(key.toLowerCase());
    if (name === undefined) {
      if (struct.open) continue;
      return fail(`json: unknown field ${JSON.stringify(key)}`);
    }
    at.field = name;
    const decoded = decodeField(item, struct.fields[name]!, at, fail);
    if (decoded === undefined) {
      // What is no duration leaves none, also where the field was given before in another case.
      if (struct.fields[name] === 'duration') delete out[name];
      continue;
    }
    const first = struct.own?.spellings.get(name);
    if (first === undefined) out[name] = decoded;
    else (seconds ??= {})[first] = decoded;
  }
  for (const name in seconds) if (isZero(out[name])) out[name] = seconds[name];
  return out;
}

function isZero(value: unknown): boolean {
  return value === undefined || value === '' || value === 0 || value === false;
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

/** @param declared the field as declared, for its name in an error */
function decodeScalar(
  value: unknown,
  scalar: Scalar,
  declared: Field,
  at: Place | undefined,
  fail: Fail,
): unknown {
  const refuse = (detail = ''): never => fail(mismatch(value, at, goType(declared), detail));
  switch (scalar) {
    case 'any':
      return value;
    case 'string':
    case 'bytes':
      return typeof value === 'string' ? value : refuse();
    case 'bool':
      return typeof value === 'boolean' ? value : refuse();
    case 'int':
      return Number.isSafeInteger(value) ? value : refuse(String(value));
    case 'uint64':
      if (Number.isSafeInteger(value) && (value as number) >= 0) return value;
      if (typeof value === 'bigint' && value >= 0n && value < 2n ** 64n) return String(value);
      return refuse(String(value));
    case 'float':
      // JSON may spell numbers that are none: 1e999.
      if (typeof value === 'bigint') return Number(value);
      return Number.isFinite(value) ? value : refuse(String(value));
    case 'duration':
      return typeof value === 'string' || typeof value === 'number' ? value : undefined;
    case 'readable duration':
      if (typeof value === 'string' || typeof value === 'number') return value;
      return fail(`strconv.ParseFloat: parsing ${quote(value)}: invalid syntax`);
  }
}

function quote(value: unknown): string {
  return JSON.stringify(JSON.stringify(value));
}

/** @param number the number that does not fit, shown if it is one */
function mismatch(value: unknown, at: Place | undefined, wanted: string, number = ''): string {
  const found = Array.isArray(value) ? 'array' : typeof value === 'boolean' ? 'bool' : typeof value;
  const isNumber = found === 'number' || found === 'bigint';
  const kind = isNumber ? `number ${number}`.trimEnd() : found;
  const target = at === undefined ? 'value' : `struct field ${nameOf(at)}`;
  return `json: cannot unmarshal ${kind} into Go ${target} of type ${wanted}`;
}

/**
 * `STRUCT.path.to.field`. Go names the innermost struct, but does not look into one that has a decoder of its own; the struct
 * that such a decoder reads into has no name, and holds the type's own fields in `Alias`.
 */
function nameOf(at: Place): string {
  const path: Place[] = [];
  for (let place: Place | undefined = at; place !== undefined; place = place.parent)
    path.unshift(place);
  const fields = path.map(({ struct: { own }, field }) =>
    own === undefined || own.names.has(field) ? field : `Alias.${field}`,
  );
  const opaque = path.findIndex(({ struct }, depth) => depth > 0 && struct.own !== undefined);
  const { struct, own } = path.at(opaque === -1 ? -1 : opaque - 1)!.struct;
  const name = own === undefined ? struct.slice(struct.lastIndexOf('.') + 1) : '';
  return `${name}.${fields.join('.')}`;
}
