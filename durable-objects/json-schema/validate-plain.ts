/** Keywords of values without parts: types, numbers, texts. */
import type { SchemaObject } from './compile-schema.ts';
import { FORMATS } from './formats.ts';
import type { TypeName } from './keywords.ts';
import type { Misfit, Validation } from './validate.ts';

export function checkType(schema: SchemaObject, value: unknown, at: string): Misfit | null {
  const { type } = schema as { type?: TypeName | TypeName[] };
  if (type === undefined) return null;
  const types = typeof type === 'string' ? [type] : type;
  if (types.some((name) => isOfType(name, value))) return null;
  return { at, reason: `must be ${types.map(nameType).join(' or ')}` };
}

function isOfType(name: TypeName, value: unknown): boolean {
  if (name === 'integer') return Number.isInteger(value);
  if (name === 'null') return value === null;
  if (name === 'array') return Array.isArray(value);
  if (name === 'object')
    return value !== null && typeof value === 'object' && !Array.isArray(value);
  return typeof value === name;
}

function nameType(name: TypeName): string {
  if (name === 'null') return 'null';
  return /^[aoi]/.test(name) ? `an ${name}` : `a ${name}`;
}

export function checkNumber(schema: SchemaObject, value: number, at: string): Misfit | null {
  const { minimum, maximum, exclusiveMinimum, exclusiveMaximum, multipleOf } = schema as Readonly<
    Record<string, number | undefined>
  >;
  if (minimum !== undefined && value < minimum)
    return { at, reason: `must be at least ${minimum}` };
  if (maximum !== undefined && value > maximum) return { at, reason: `must be at most ${maximum}` };
  if (exclusiveMinimum !== undefined && value <= exclusiveMinimum)
    return { at, reason: `must be more than ${exclusiveMinimum}` };
  if (exclusiveMaximum !== undefined && value >= exclusiveMaximum)
    return { at, reason: `must be less than ${exclusiveMaximum}` };
  if (multipleOf !== undefined && !isMultiple(value, multipleOf))
    return { at, reason: `must be a multiple of ${multipleOf}` };
  return null;
}

/** 0.3 is a multiple of 0.1, though not in binary: a difference in the last digits is taken for none. */
function isMultiple(value: number, of: number): boolean {
  const quotient = value / of;
  if (!Number.isFinite(quotient)) return false;
  return Math.abs(quotient - Math.round(quotient)) <= Math.abs(quotient) * 4 * Number.EPSILON;
}

export function checkString(
  validation: Validation,
  schema: SchemaObject,
  value: string,
  at: string,
): Misfit | null {
  const { minLength, maxLength, pattern, format } = schema as {
    minLength?: number;
    maxLength?: number;
    pattern?: string;
    format?: string;
  };
  if (minLength !== undefined || maxLength !== undefined) {
    validation.spend(value.length);
    const length = countCharacters(value);
    if (minLength !== undefined && length < minLength)
      return { at, reason: `must have at least ${minLength} characters` };
    if (maxLength !== undefined && length > maxLength)
      return { at, reason: `must have at most ${maxLength} characters` };
  }
  if (pattern !== undefined && !validation.matches(pattern, value))
    return { at, reason: `must match ${JSON.stringify(pattern)}` };
  if (format !== undefined && !FORMATS[format]!(value))
    return { at, reason: `must be a ${format}` };
  return null;
}

function countCharacters(text: string): number {
  let count = 0;
  for (const _ of text) count++;
  return count;
}
