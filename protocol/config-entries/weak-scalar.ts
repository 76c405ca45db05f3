/**
 * Scalars as Consul's decoder takes them (mitchellh/mapstructure with WeaklyTypedInput): a number where a text is wanted
 * and the reverse, a boolean for either.
 */
import { parseDuration } from '../duration.ts';
import type { Scalar } from './shape.ts';

/** What is wrong with a value; the decoder adds where it stands. */
export class ScalarFault extends Error {}

const NANOSECONDS_PER_MS = 1e6;

/** @throws ScalarFault */
export function decodeScalar(value: unknown, shape: Scalar, path: string): unknown {
  switch (shape) {
    case 'string':
    case 'time':
      return toText(value, path);
    case 'bytes':
      return encodeBase64(toText(value, path));
    case 'bool':
      return toBool(value, path);
    case 'duration':
    case 'duration-text':
      return typeof value === 'string' ? toNanoseconds(value, path) : toInteger(value, 'int', path);
    case 'float32':
      return Math.fround(toNumber(value, path, 'float32'));
    default:
      return toInteger(value, shape, path);
  }
}

function toText(value: unknown, path: string): string {
  if (typeof value === 'string') return value;
  if (typeof value === 'boolean') return value ? '1' : '0';
  if (typeof value === 'number' || typeof value === 'bigint') return String(value);
  throw unconvertible(value, path, 'string');
}

const TRUE = new Set(['1', 't', 'T', 'true', 'TRUE', 'True']);
const FALSE = new Set(['', '0', 'f', 'F', 'false', 'FALSE', 'False']);

function toBool(value: unknown, path: string): boolean {
  if (typeof value === 'boolean') return value;
  if (typeof value === 'number') return value !== 0;
  if (typeof value !== 'string') throw unconvertible(value, path, 'bool');
  if (TRUE.has(value)) return true;
  if (FALSE.has(value)) return false;
  const cause = `strconv.ParseBool: parsing ${JSON.stringify(value)}: invalid syntax`;
  throw new ScalarFault(`cannot parse '${path}' as bool: ${cause}`);
}

function toInteger(value: unknown, type: string, path: string): number {
  const whole = Math.trunc(toNumber(value, path, type));
  if (type !== 'int' && whole < 0) {
    throw new ScalarFault(`cannot parse '${path}', ${whole} overflows uint`);
  }
  return whole;
}

/** Go's literals with a prefix for the base, an optional sign, and underscores are too rare to matter here. */
const NUMBER = /^[+-]?(?:0x[0-9a-f]+|0b[01]+|0o?[0-7]+|\d+)$/i;
const FLOAT = /^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i;

function toNumber(value: unknown, path: string, type: string): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'boolean') return value ? 1 : 0;
  if (typeof value !== 'string') throw unconvertible(value, path, type);
  if (value === '') return 0;
  const isFloat = type === 'float32';
  if ((isFloat ? FLOAT : NUMBER).test(value)) return Number(value);
  const [name, parser] = isFloat
    ? ['float', 'ParseFloat']
    : type === 'int'
      ? ['int', 'ParseInt']
      : ['uint', 'ParseUint'];
  const cause = `strconv.${parser}: parsing ${JSON.stringify(value)}: invalid syntax`;
  throw new ScalarFault(`cannot parse '${path}' as ${name}: ${cause}`);
}

function toNanoseconds(text: string, path: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return Math.round(ms * NANOSECONDS_PER_MS);
  throw new ScalarFault(`error decoding '${path}': time: invalid duration ${JSON.stringify(text)}`);
}

const BASE64 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Of the text's UTF-8. By hand: this layer has neither the platform's nor Node's functions. */
function encodeBase64(text: string): string {
  const bytes = Array.from(
    encodeURIComponent(text).matchAll(/%([0-9A-F]{2})|([^%])/g),
    ([, hex, char]) => (hex === undefined ? char!.charCodeAt(0) : Number.parseInt(hex, 16)),
  );
  let out = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const word = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const digits = [18, 12, 6, 0].map((shift) => BASE64[(word >> shift) & 63]!);
    out +=
      digits.slice(0, Math.min(4, bytes.length - at + 1)).join('') +
      '='.repeat(Math.max(0, 3 - (bytes.length - at)));
  }
  return out;
}

export function unconvertible(value: unknown, path: string, wanted: string): ScalarFault {
  const type = goType(value);
  return new ScalarFault(
    `'${path}' expected type '${wanted}', got unconvertible type '${type}', value: '${goValue(value)}'`,
  );
}

function goType(value: unknown): string {
  if (Array.isArray(value)) return '[]interface {}';
  if (typeof value === 'object') return 'map[string]interface {}';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'string' ? 'string' : 'float64';
}

/** As Go's %v prints it. */
function goValue(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(goValue).join(' ')}]`;
  if (typeof value !== 'object' || value === null) return String(value);
  return `map[${Object.entries(value)
    .map(([key, item]) => `${key}:${goValue(item)}`)
    .join(' ')}]`;
}
