/**
 * The history of one key, from the change log.
 *
 * The log has no index by key: a change names its key's previous one, so history is a walk by primary key from the
 * key's row, or from its deletion. Where the log was trimmed the walk ends, and says so.
 */
import { HISTORY_PAGE_CHARS } from '../../protocol/limits.ts';
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import { readChunks } from './kv-chunks.ts';
import { type Reading, keyIndex } from './kv-read.ts';
import { findDeletionIndex } from './kv-rows.ts';
import { getRestoredIndex } from './meta.ts';

/** A change of a key, as the log has it. */
export type KVChange = {
  idx: number;
  at: number;
  actor: string;
  kind: 'kv.set' | 'kv.delete';
  key: string;
  prev_idx: number;
  /** JSON of the pair, null after a deletion. */
  value: string | null;
  chunks: number;
};

const COLUMNS = 'idx, at, actor, kind, key, prev_idx, value, chunks';

/**
 * What one index did to a key, the last of it first: a transaction may write a key several times. Empty when the log
 * has it no more.
 */
export function changesOfKey(sql: SQL, key: string, index: number): KVChange[] {
  // A restored row names a change of the state that was saved, perhaps of another datacenter.
  if (index < getRestoredIndex(sql)) return [];
  return sql
    .exec<KVChange>(
      `SELECT ${COLUMNS} FROM changes WHERE idx = ? AND key = ? AND kind IN ('kv.set', 'kv.delete')
       ORDER BY item DESC`,
      index,
      key,
    )
    .toArray();
}

/** Index of the change before those of one index; 0 when the key was new. */
export function previousIndex(changes: readonly KVChange[]): number {
  return changes.at(-1)?.prev_idx ?? 0;
}

/** The index at which the key was written or deleted last; 0 for one that never was, or of which nothing is left. */
export function latestIndex(sql: SQL, key: string): number {
  const row = firstRow<{ modify_index: number }>(
    sql,
    'SELECT modify_index FROM kv WHERE key = ?',
    key,
  );
  return row?.modify_index ?? findDeletionIndex(sql, key);
}

/** JSON of the pair after a change, with its whole value; null after a deletion. */
export function pairAfter(sql: SQL, change: KVChange): string | null {
  const { value, chunks, key, idx } = change;
  if (value === null || chunks === 0) return value;
  const text = readChunks(sql, key, idx);
  // In a key the quotation marks are escaped, so the field can only be found where it stands.
  return value.replace('"Value":null', () => `"Value":${text === '' ? 'null' : `"${text}"`}`);
}

/**
 * A page of a key's changes, newest first; '' for a key that never was.
 *
 * @param start the index to begin at, from the `Next` of the page before; undefined for the newest
 */
export function readHistory(
  sql: SQL,
  key: string,
  start: number | undefined,
  limit: number,
): Reading {
  const index = keyIndex(sql, key);
  const entries: string[] = [];
  let chars = 0;
  let next = start ?? latestIndex(sql, key);
  if (next === 0) return { index, body: '' };
  let isTrimmed = false;
  while (next > 0 && entries.length < limit && chars < HISTORY_PAGE_CHARS) {
    const changes = changesOfKey(sql, key, next);
    isTrimmed = changes.length === 0;
    if (isTrimmed) break;
    for (const change of changes) {
      const entry = renderEntry(sql, change);
      entries.push(entry);
      chars += entry.length;
    }
    next = previousIndex(changes);
  }
  const rest = `"Next":${isTrimmed ? 0 : next},"Trimmed":${isTrimmed}`;
  return { index, body: `{"Key":${JSON.stringify(key)},"Entries":[${entries.join(',')}],${rest}}` };
}

function renderEntry(sql: SQL, change: KVChange): string {
  const { idx, at, actor, kind } = change;
  return (
    `{"Index":${idx},"Time":"${new Date(at).toISOString()}","Actor":${JSON.stringify(actor)},` +
    `"Operation":"${kind === 'kv.set' ? 'set' : 'delete'}","Pair":${pairAfter(sql, change) ?? 'null'}}`
  );
}
