/** The file format of `kv export`: a list of objects with key, flags and base64 value. */
import { posix } from 'node:path';
import { parseJSON } from '../client/json.ts';
import { decodeBase64 } from './base64.ts';

export interface KVEntry {
  readonly key: string;
  readonly flags: number | bigint;
  /** Base64, not yet decoded: a bad value is told of when its turn comes. */
  readonly value: string;
}

const UINT64_MAX = 2n ** 64n - 1n;

/** Throws Error. Names of members ignore case and unknown ones are skipped, as Go's decoder does. */
export function parseEntries(text: string): KVEntry[] {
  const list = parseDocument(text);
  if (list === null) return [];
  if (!Array.isArray(list)) {
    throw new Error(`expected a list of entries, found ${kindOf(list)}`);
  }
  return list.map(parseEntry);
}

/** @returns the value's bytes. Throws Error. */
export function decodeEntry(entry: KVEntry): Buffer {
  const { bytes, error } = decodeBase64(entry.value);
  if (error !== undefined) {
    throw new Error(`Error base 64 decoding value for key ${entry.key}: ${error}`);
  }
  return bytes;
}

/** A prefix stands before the key as a directory does: one slash between them, doubled ones folded. */
export function prefixKey(prefix: string, key: string): string {
  return prefix === '' ? key : posix.join(prefix, key);
}

function parseDocument(text: string): unknown {
  if (text.trim() === '') throw new Error('unexpected end of JSON input');
  try {
    return parseJSON(text);
  } catch (error) {
    throw new Error((error as Error).message, { cause: error });
  }
}

function parseEntry(value: unknown, position: number): KVEntry {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw new Error(`entry ${position}: expected an object, found ${kindOf(value)}`);
  }
  const members = new Map(
    Object.entries(value).map(([name, member]) => [name.toLowerCase(), member as unknown]),
  );
  const key = members.get('key') ?? '';
  const flags = members.get('flags') ?? 0;
  const text = members.get('value') ?? '';
  if (typeof key !== 'string') {
    throw new Error(`entry ${position}: key must be a string, found ${kindOf(key)}`);
  }
  if (typeof text !== 'string') {
    throw new Error(`entry ${position}: value must be a string, found ${kindOf(text)}`);
  }
  return { key, flags: parseEntryFlags(flags, position), value: text };
}

function parseEntryFlags(value: unknown, position: number): number | bigint {
  const whole = typeof value === 'bigint' || (typeof value === 'number' && Number.isInteger(value));
  if (!whole || value < 0 || BigInt(value) > UINT64_MAX) {
    throw new Error(`entry ${position}: flags must be a whole number from 0 to 2^64 - 1`);
  }
  return value;
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
