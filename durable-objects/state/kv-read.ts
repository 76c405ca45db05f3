/**
 * Reads of keys and prefixes, each with the last index at which it changed, deletions included.
 *
 * A prefix's index is the highest one in its key range of rows and tombstones, so a prefix costs nothing while nobody
 * asks, and no write has to know which prefixes exist.
 */
import type { Notes } from '../../protocol/frames.ts';
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import { findKVRow, kvRowsBelow, renderKVRow } from './kv-rows.ts';
import type { Topic } from '../watch/topics.ts';
import { keyExpiresAt } from './kv-ttl.ts';
import { absentIndex } from './meta.ts';
import { ListSize, READ_IN_PAGES } from './list-size.ts';
import type { ListRow } from './list-rows.ts';
import { ListText } from './list-text.ts';
import { prefixRange } from './ranges.ts';

export interface Reading {
  index: number;
  /** JSON text, or '' when there is nothing. */
  body: string;
  /** What the answer depends on, where that is only known once it is read. */
  topics?: readonly Topic[];
  /** Facts beside the answer; those who wait for it are not told when they change. */
  notes?: Notes | undefined;
}

export function readKey(sql: SQL, key: string): Reading {
  const row = findKVRow(sql, key);
  if (row !== undefined) {
    const expiresAt = keyExpiresAt(sql, key);
    const reading = { index: row.modify_index, body: `[${renderKVRow(row)}]` };
    return expiresAt === null ? reading : { ...reading, notes: expiryNote(expiresAt) };
  }
  return { index: absentKeyIndex(sql, key), body: '' };
}

export function expiryNote(expiresAt: number): Notes {
  return { Expires: new Date(expiresAt).toISOString() };
}

/** The last index at which a key changed, its deletion included. */
export function keyIndex(sql: SQL, key: string): number {
  const row = firstRow<{ modify_index: number }>(
    sql,
    'SELECT modify_index FROM kv WHERE key = ?',
    key,
  );
  return row?.modify_index ?? absentKeyIndex(sql, key);
}

function absentKeyIndex(sql: SQL, key: string): number {
  const tombstone = firstRow<{ idx: number }>(
    sql,
    'SELECT idx FROM kv_tombstones WHERE key = ?',
    key,
  );
  return tombstone?.idx ?? absentIndex(sql);
}

/** @param sees false for keys that are left out; the index is that of the prefix all the same */
export function readTree(sql: SQL, prefix: string, sees: (key: string) => boolean): Reading {
  let index = tombstoneIndex(sql, prefix);
  const list = new ListText(READ_IN_PAGES);
  for (const row of kvRowsBelow(sql, prefix)) {
    index = Math.max(index, row.modify_index);
    if (sees(row.key)) list.add(renderKVRow(row));
  }
  return { index: index === 0 ? absentIndex(sql) : index, body: list.render() };
}

/** Names below a prefix; with a separator each is cut after its first occurrence behind the prefix, and listed once. */
export function readKeys(
  sql: SQL,
  prefix: string,
  separator: string,
  sees: (name: string) => boolean,
): Reading {
  const { where, bindings } = prefixRange('key', prefix);
  let index = tombstoneIndex(sql, prefix);
  const names: string[] = [];
  const size = new ListSize(READ_IN_PAGES);
  let last: string | undefined;
  const rows = sql.exec<{ key: string; modify_index: number }>(
    `SELECT key, modify_index FROM kv WHERE ${where} ORDER BY key`,
    ...bindings,
  );
  for (const row of rows) {
    index = Math.max(index, row.modify_index);
    const name = foldName(row.key, prefix, separator);
    // Keys come in byte order, so equal folded names are neighbours.
    if (name === last) continue;
    last = name;
    if (!sees(name)) continue;
    size.add(name);
    names.push(name);
  }
  return {
    index: index === 0 ? absentIndex(sql) : index,
    body: names.length === 0 ? '' : JSON.stringify(names),
  };
}

/** Those of `keys` that exist, as they stand in a tree's answer. */
export function treeRows(sql: SQL, keys: readonly string[]): ListRow[] {
  const rows = keys.map((key) => findKVRow(sql, key)).filter((row) => row !== undefined);
  return rows.map((row) => ({ group: row.key, text: renderKVRow(row) }));
}

/** Those of the folded `names` that are still listed. */
export function nameRows(
  sql: SQL,
  names: readonly string[],
  prefix: string,
  separator: string,
): ListRow[] {
  const isListed = (name: string): boolean => {
    const isFolded = separator !== '' && name.indexOf(separator, prefix.length) >= 0;
    const { where, bindings } = isFolded
      ? prefixRange('key', name)
      : { where: 'key = ?', bindings: [name] };
    return firstRow(sql, `SELECT 1 FROM kv WHERE ${where} LIMIT 1`, ...bindings) !== undefined;
  };
  return names.filter(isListed).map((name) => ({ group: name, text: JSON.stringify(name) }));
}

/** A key cut after the first separator behind the prefix. */
export function foldName(key: string, prefix: string, separator: string): string {
  if (separator === '') return key;
  const at = key.indexOf(separator, prefix.length);
  return at < 0 ? key : key.slice(0, at + separator.length);
}

function tombstoneIndex(sql: SQL, prefix: string): number {
  const { where, bindings } = prefixRange('key', prefix);
  const row = firstRow<{ idx: number | null }>(
    sql,
    `SELECT MAX(idx) AS idx FROM kv_tombstones WHERE ${where}`,
    ...bindings,
  );
  return row?.idx ?? 0;
}
