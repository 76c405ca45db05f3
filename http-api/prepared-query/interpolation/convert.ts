/**
 * Implicit conversions between the types of a template, in the reading of Go's strconv.
 *
 * There is none between bool and numbers.
 */
import { parseBool } from '../../parse-bool.ts';
import type { Value, ValueType } from './ast.ts';
import { InterpolationError } from './tokens.ts';

/** @returns undefined when there is no such conversion @throws InterpolationError when this value has none */
export function convert(value: Value, type: ValueType): Value | undefined {
  if (value.type === type) return value;
  switch (type) {
    case 'string':
      return { type, value: toText(value) };
    case 'int':
      if (value.type === 'float') return { type, value: truncated(value.value) };
      return value.type === 'string' ? { type, value: parseInteger(value.value) } : undefined;
    case 'float':
      if (value.type === 'int') return { type, value: Number(value.value) };
      return value.type === 'string' ? { type, value: parseFloating(value.value) } : undefined;
    case 'bool':
      return value.type === 'string' ? { type, value: requireBool(value.value) } : undefined;
  }
}

function toText(value: Value): string {
  return value.type === 'float' ? renderFloat(value.value) : String(value.value);
}

/** Go writes an exponent below 1e-4 and from here on. */
const EXPONENT_FROM = 6;

/** The shortest text that reads back the same (FormatFloat 'g', -1). */
export function renderFloat(value: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const [mantissa, digits] = value.toExponential().split('e') as [string, string];
  const exponent = Number(digits);
  if (exponent >= -4 && exponent < EXPONENT_FROM)
    return Object.is(value, -0) ? '-0' : String(value);
  const sign = exponent < 0 ? '-' : '+';
  return `${mantissa}e${sign}${String(Math.abs(exponent)).padStart(2, '0')}`;
}

const INT_BITS = 64;

function truncated(value: number): bigint {
  return Number.isFinite(value) ? BigInt.asIntN(INT_BITS, BigInt(Math.trunc(value))) : 0n;
}

const INTEGER =
  /^([+-]?)(0[xX]_?[0-9a-fA-F]+(?:_[0-9a-fA-F]+)*|0[bB]_?[01]+(?:_[01]+)*|0[oO]?(?:_?[0-7]+)*|[1-9][0-9]*(?:_[0-9]+)*)$/;

function parseInteger(text: string): bigint {
  const match = INTEGER.exec(text);
  if (match === null) throw numberError('StringToInt', 'ParseInt', text, 'invalid syntax');
  const digits = match[2]!.replaceAll('_', '');
  // Go reads a leading zero as octal, BigInt does not.
  const magnitude = BigInt(/^0[0-7]/.test(digits) ? `0o${digits.slice(1)}` : digits);
  const value = match[1] === '-' ? -magnitude : magnitude;
  if (BigInt.asIntN(INT_BITS, value) !== value) {
    throw numberError('StringToInt', 'ParseInt', text, 'value out of range');
  }
  return value;
}

const FLOAT = /^[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?$/;

function parseFloating(text: string): number {
  if (!FLOAT.test(text)) throw numberError('StringToFloat', 'ParseFloat', text, 'invalid syntax');
  const value = Number(text);
  if (!Number.isFinite(value))
    throw numberError('StringToFloat', 'ParseFloat', text, 'value out of range');
  return value;
}

function requireBool(text: string): boolean {
  const value = parseBool(text);
  if (value === null) throw numberError('StringToBool', 'ParseBool', text, 'invalid syntax');
  return value;
}

function numberError(
  conversion: string,
  parser: string,
  text: string,
  fault: string,
): InterpolationError {
  return new InterpolationError(
    `__builtin_${conversion}: strconv.${parser}: parsing ${JSON.stringify(text)}: ${fault}`,
  );
}
