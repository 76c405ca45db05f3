/**
 * A decoded entry as JSON, with the zero values that Consul's structures render.
 *
 * The API and the command line leave out different fields: the command line's output is what the Go client's own
 * structures render of the API's answer.
 */
import { canonicalJSON, compareUTF8 } from '../canonical-json.ts';
import { renderDuration } from '../duration.ts';
import { KINDS, type KnownEntry } from './kinds.ts';
import type { Field, Fields, Scalar, Shape, StructShape } from './shape.ts';

export type Audience = 'server' | 'client';

/** Without the fields that stand beside an entry: Hash, CreateIndex, ModifyIndex. */
export function renderEntry(entry: KnownEntry, audience: Audience): string {
  return renderStruct(entry as Record<string, unknown>, KINDS[entry.Kind], audience);
}

/** A part of an entry as the API shows it. */
export function renderPart(value: object, shape: StructShape): string {
  return renderStruct(value as Record<string, unknown>, shape, 'server');
}

function renderStruct(
  value: Record<string, unknown>,
  shape: StructShape,
  audience: Audience,
): string {
  const fields: string[] = [];
  for (const [name, field] of Object.entries(shape.fields as Fields)) {
    const json = renderField(value[name], field, audience);
    if (json !== undefined) fields.push(`${JSON.stringify(name)}:${json}`);
  }
  return `{${fields.join(',')}}`;
}

/** Undefined for a field that is left out. */
function renderField(value: unknown, field: Field, audience: Audience): string | undefined {
  if (field[audience] === 'omit' && isEmpty(value, field)) return undefined;
  if (value === undefined) return field.pointer ? 'null' : renderZero(field.shape, audience);
  return renderValue(value, field.shape, audience);
}

function isEmpty(value: unknown, { shape, pointer }: Field): boolean {
  if (pointer) return value === undefined;
  if (typeof shape === 'object' && 'fields' in shape) return false;
  if (value === undefined) return true;
  if (typeof value === 'object' && value !== null) return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false;
}

function renderZero(shape: Shape, audience: Audience): string {
  if (shape === 'any') return 'null';
  if (typeof shape === 'string') return ZERO[shape];
  return 'fields' in shape ? renderStruct({}, shape, audience) : 'null';
}

const ZERO: Readonly<Record<Scalar, string>> = {
  string: '""',
  bool: 'false',
  int: '0',
  uint32: '0',
  uint64: '0',
  float32: '0',
  duration: '0',
  'duration-text': '"0s"',
  time: 'null',
  bytes: 'null',
};

const NANOSECONDS_PER_MS = 1e6;

function renderValue(value: unknown, shape: Shape, audience: Audience): string {
  if (shape === 'duration-text') {
    return JSON.stringify(renderDuration((value as number) / NANOSECONDS_PER_MS));
  }
  if (shape === 'float32') return renderFloat32(value as number);
  if (shape === 'any') return canonicalJSON(value ?? null);
  if (typeof shape === 'string') return JSON.stringify(value) ?? 'null';
  if ('list' in shape) {
    return `[${(value as unknown[]).map((item) => renderValue(item, shape.list, audience)).join(',')}]`;
  }
  if ('fields' in shape) return renderStruct(value as Record<string, unknown>, shape, audience);
  const entries = Object.entries(value as Record<string, unknown>);
  const items = entries
    .toSorted(([a], [b]) => compareUTF8(a, b))
    .map(([key, item]) => `${JSON.stringify(key)}:${renderValue(item, shape.map, audience)}`);
  return `{${items.join(',')}}`;
}

/** The shortest text that reads as the same 32-bit float: 90.1, not 90.0999984741211. */
function renderFloat32(value: number): string {
  const MAX_DIGITS = 9;
  for (let digits = 1; digits <= MAX_DIGITS; digits++) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === Math.fround(value)) return String(short);
  }
  return String(value);
}
