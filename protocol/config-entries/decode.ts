/**
 * A configuration entry out of JSON or HCL (Consul: agent/structs/config_entry.go, DecodeConfigEntry).
 *
 * Field names match in CamelCase and snake_case whatever their case; a lone value stands for a list of one and a list of
 * one for the value, as HCL needs it; a field that the kind does not have is refused.
 */
import { renderFaults } from '../multi-error.ts';
import { KINDS, type KnownEntry, type KindName, isKind } from './kinds.ts';
import { type Fields, type Shape, type StructShape, foldKey } from './shape.ts';
import { ScalarFault, decodeScalar } from './weak-scalar.ts';

export class EntryDecodeError extends Error {}

/** The kind that a raw entry names. @throws EntryDecodeError */
export function kindOf(raw: Readonly<Record<string, unknown>>): KindName {
  const kind = raw.Kind ?? raw.kind;
  if (kind === undefined && !('Kind' in raw) && !('kind' in raw)) {
    throw new EntryDecodeError('Payload does not contain a kind/Kind key at the top level');
  }
  if (typeof kind !== 'string') throw new EntryDecodeError('Kind value in payload is not a string');
  if (!isKind(kind)) throw new EntryDecodeError(`invalid config entry kind: ${kind}`);
  return kind;
}

/** @throws EntryDecodeError with every fault, in Consul's words */
export function decodeEntry(raw: unknown): KnownEntry {
  if (!isObject(raw ?? {})) {
    throw new EntryDecodeError(`'' expected a map, got '${kindWord(raw)}'`);
  }
  const given = (raw ?? {}) as Record<string, unknown>;
  const kind = kindOf(given);
  const faults: Faults = { values: [], unused: [] };
  const entry = decodeStruct(given, KINDS[kind] as StructShape, '', faults);
  refuseFaults(faults);
  const unused = faults.unused.flatMap((key) => unusedFault(key) ?? []);
  if (unused.length > 0) throw new EntryDecodeError(renderFaults(unused));
  return { ...entry, Kind: kind } as KnownEntry;
}

/** A structure that is no entry, of which unknown fields are left alone. @throws EntryDecodeError */
export function decodeShape(
  given: Readonly<Record<string, unknown>>,
  shape: StructShape,
): Record<string, unknown> {
  const faults: Faults = { values: [], unused: [] };
  const decoded = decodeStruct(given, shape, '', faults);
  refuseFaults(faults);
  return decoded;
}

/** @throws EntryDecodeError */
function refuseFaults({ values }: Faults): void {
  if (values.length === 0) return;
  const lines = values.toSorted().map((fault) => `* ${fault}`);
  throw new EntryDecodeError(`${lines.length} error(s) decoding:\n\n${lines.join('\n')}`);
}

interface Faults {
  readonly values: string[];
  readonly unused: string[];
}

/** What the API renders beside an entry's own fields: a file that was read from it may be written again. */
const BESIDE = new Set(['kind', 'createindex', 'modifyindex', 'hash']);

function unusedFault(key: string): string | undefined {
  const lower = key.toLowerCase();
  if (BESIDE.has(lower)) return undefined;
  const quoted = JSON.stringify(key);
  if (lower.endsWith('namespace')) {
    return `invalid config key ${quoted}, namespaces are a consul enterprise feature`;
  }
  if (lower.includes('jwt')) {
    return `invalid config key ${quoted}, api-gateway jwt validation is a consul enterprise feature`;
  }
  return `invalid config key ${quoted}`;
}

function decodeStruct(
  given: Readonly<Record<string, unknown>>,
  shape: StructShape,
  path: string,
  faults: Faults,
): Record<string, unknown> {
  const names = foldedNames(shape);
  const out: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(given)) {
    const name = names.get(foldKey(key));
    if (name === undefined) {
      faults.unused.push(join(path, key));
      continue;
    }
    // The name as it is declared goes before any other spelling of it.
    if (name !== key && Object.hasOwn(given, name)) continue;
    if (value === null || value === undefined) continue;
    const decoded = decodeValue(value, shape.fields[name].shape, join(path, name), faults);
    if (decoded !== undefined) out[name] = decoded;
  }
  return out;
}

function join(path: string, name: string): string {
  return path === '' ? name : `${path}.${name}`;
}

const foldedNamesOf = new WeakMap<StructShape, Map<string, string>>();

function foldedNames(shape: StructShape): Map<string, string> {
  let names = foldedNamesOf.get(shape);
  if (names !== undefined) return names;
  names = new Map();
  for (const [name, { alias }] of Object.entries(shape.fields as Fields)) {
    names.set(foldKey(name), name);
    if (alias !== undefined) names.set(foldKey(alias), name);
  }
  foldedNamesOf.set(shape, names);
  return names;
}

/** Undefined for a zero value, and where a fault was noted. */
function decodeValue(value: unknown, shape: Shape, path: string, faults: Faults): unknown {
  if (shape === 'any') return unwrapOpaque(value);
  if (typeof shape === 'object' && 'list' in shape)
    return decodeList(value, shape.list, path, faults);
  const single = unwrap(value, typeof shape === 'object' && 'map' in shape);
  if (single === undefined || single === null) return undefined;
  if (typeof shape === 'string') {
    return noting(faults, () => decodeScalar(single, shape, path));
  }
  if ('map' in shape) return decodeMap(single, shape.map, path, faults);
  if (!isObject(single)) {
    faults.values.push(`'${path}' expected a map, got '${kindWord(single)}'`);
    return undefined;
  }
  return decodeStruct(single, shape, path, faults);
}

/** HCL writes a block as a list of one; an empty list is an empty map, but nothing else. */
function unwrap(value: unknown, mayBeEmpty: boolean): unknown {
  if (!Array.isArray(value)) return value;
  return value.length === 1 || (value.length === 0 && mayBeEmpty) ? value[0] : value;
}

/** Consul takes lists of one apart within such a list, but leaves those of a map alone. */
function unwrapOpaque(value: unknown): unknown {
  return Array.isArray(value) && value.length === 1 ? unwrapWithin(value[0]) : value;
}

function unwrapWithin(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(unwrapWithin);
  if (!isObject(value)) return value;
  const fields = Object.entries(value).map(([name, element]) => {
    const single = Array.isArray(element) && element.length === 1 ? element[0] : element;
    return [name, unwrapWithin(single)];
  });
  return Object.fromEntries(fields);
}

function decodeList(value: unknown, item: Shape, path: string, faults: Faults): unknown[] {
  if (isObject(value) && Object.keys(value).length === 0) return [];
  const items = Array.isArray(value) ? value : [value];
  return items.map((element, at) => {
    const decoded =
      element === null ? undefined : decodeValue(element, item, `${path}[${at}]`, faults);
    return decoded ?? zeroOf(item);
  });
}

/** A null in a list stands for the item's zero value. */
function zeroOf(shape: Shape): unknown {
  if (shape === 'any') return null;
  if (shape === 'bool') return false;
  if (shape === 'string' || shape === 'time' || shape === 'bytes') return '';
  if (typeof shape === 'string') return 0;
  return 'list' in shape ? [] : {};
}

function decodeMap(
  value: unknown,
  item: Shape,
  path: string,
  faults: Faults,
): Record<string, unknown> | undefined {
  // Several blocks of one name in HCL: one map.
  const merged =
    Array.isArray(value) && value.every(isObject) ? Object.assign({}, ...value) : value;
  if (!isObject(merged)) {
    faults.values.push(`'${path}' expected a map, got '${kindWord(value)}'`);
    return undefined;
  }
  const out: Record<string, unknown> = {};
  for (const [key, element] of Object.entries(merged)) {
    const decoded =
      element === null ? undefined : decodeValue(element, item, `${path}[${key}]`, faults);
    Object.defineProperty(out, key, {
      value: decoded ?? zeroOf(item),
      enumerable: true,
      writable: true,
      configurable: true,
    });
  }
  return out;
}

function noting(faults: Faults, work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof ScalarFault)) throw error;
    faults.values.push(error.message);
    return undefined;
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindWord(value: unknown): string {
  if (Array.isArray(value)) return 'slice';
  if (typeof value === 'number') return 'float64';
  return typeof value === 'boolean' ? 'bool' : typeof value;
}
