/**
 * KV rows and their tombstones.
 *
 * Every function runs inside the caller's write transaction and stamps its index. Nothing here reads a clock or
 * notifies a watcher. A return value of false is an answer, not an error: Consul replies 200 with the body `false`.
 */
import type { WriteTxn } from '../writer.ts';
import { releaseChunksTxn } from './kv-chunks.ts';
import {
  type KVRow,
  findDeletionIndex,
  findKVRow,
  kvRowsBelow,
  putKVRow,
  renderKVRow,
} from './kv-rows.ts';
import { checkValue } from './kv-schemas.ts';
import { clearKeyTTLTxn, putKeyTTLTxn } from './kv-ttl.ts';
import { forgetLockTxn } from './locks.ts';

export interface KVEntry {
  key: string;
  /** Standard base64. */
  value: string;
  /** Decimal text. */
  flags: string;
  /** After so many milliseconds the key is deleted; absent for one that stays until somebody deletes it. */
  ttlMs?: number | undefined;
}

/**
 * Stores `entry` whatever is there, if it fits the schema of its prefix. A held lock stays held, but its LockIndex starts anew, as in Consul 1.21.
 *
 * An equal write changes nothing and takes no index.
 *
 * @throws RPCError unprocessable, before anything is written
 */
export function setKeyTxn(tx: WriteTxn, entry: KVEntry): KVRow {
  checkValue(tx.sql, entry.key, entry.value);
  const existing = findKVRow(tx.sql, entry.key);
  return putEntryTxn(tx, existing, entry, { session: existing?.session ?? '', lock_index: 0 });
}

/** Stores `entry` if its ModifyIndex still equals `expected`; expected 0 means "only if the key is absent". */
export function setKeyCASTxn(tx: WriteTxn, entry: KVEntry, expected: number): KVRow | null {
  const existing = findKVRow(tx.sql, entry.key);
  if ((existing?.modify_index ?? 0) !== expected) return null;
  return setKeyTxn(tx, entry);
}

/** What every write of a client comes to: the value, the lock, and how long the key is to live. */
export function putEntryTxn(
  tx: WriteTxn,
  existing: KVRow | undefined,
  { key, value, flags, ttlMs }: KVEntry,
  lock: Pick<KVRow, 'session' | 'lock_index'>,
): KVRow {
  putKeyTTLTxn(tx, key, ttlMs);
  return putRowTxn(tx, existing, { key, value, flags, ...lock });
}

/** The fields of a row that a writer decides; indexes are the transaction's. */
export type KVContent = Omit<KVRow, 'create_index' | 'modify_index' | 'chunks'>;

/** Writes a row unless it says exactly what stands there. */
export function putRowTxn(tx: WriteTxn, existing: KVRow | undefined, content: KVContent): KVRow {
  if (existing !== undefined && isEqual(existing, content)) return existing;
  if (existing !== undefined) releaseValueTxn(tx, existing);
  const row = putKVRow(tx.sql, {
    ...content,
    create_index: existing?.create_index ?? tx.index,
    modify_index: tx.index,
  });
  const { chunks } = row;
  tx.record({
    kind: 'kv.set',
    key: row.key,
    previousIndex: existing?.modify_index ?? findDeletionIndex(tx.sql, row.key),
    value: renderKVRow(row, chunks === 0),
    ...(chunks > 0 && { chunks: { count: chunks, chars: row.value.length } }),
  });
  tx.touchKey(row.key);
  return row;
}

function isEqual(row: KVRow, content: KVContent): boolean {
  return (
    row.value === content.value &&
    row.flags === content.flags &&
    row.session === content.session &&
    row.lock_index === content.lock_index
  );
}

/** Deletes a key; one that is absent is no change. */
export function deleteKeyTxn(tx: WriteTxn, key: string): void {
  const row = findKVRow(tx.sql, key);
  if (row !== undefined) deleteRowTxn(tx, row);
}

/** @returns false when the key is there with another ModifyIndex; an absent key counts as deleted already. */
export function deleteKeyCASTxn(tx: WriteTxn, key: string, expected: number): boolean {
  const row = findKVRow(tx.sql, key);
  if (row === undefined) return true;
  if (row.modify_index !== expected) return false;
  deleteRowTxn(tx, row);
  return true;
}

export function deleteTreeTxn(tx: WriteTxn, prefix: string): void {
  const rows = [...kvRowsBelow(tx.sql, prefix)];
  for (const row of rows) deleteRowTxn(tx, row);
}

function deleteRowTxn(tx: WriteTxn, row: KVRow): void {
  releaseValueTxn(tx, row);
  tx.sql.exec('DELETE FROM kv WHERE key = ?', row.key);
  // The tombstone keeps a prefix's index from sliding back: a watcher blocked on `app/` must learn that its last key
  // went.
  tx.sql.exec(
    'INSERT OR REPLACE INTO kv_tombstones (key, idx, at) VALUES (?, ?, ?)',
    row.key,
    tx.index,
    tx.now,
  );
  clearKeyTTLTxn(tx, row.key);
  if (row.session !== '') forgetLockTxn(tx, row.session, row.key);
  tx.record({ kind: 'kv.delete', key: row.key, previousIndex: row.modify_index, value: null });
  tx.touchKey(row.key);
}

/** The pieces of a value that is replaced go at once unless the log still tells of it; then they go with the change. */
function releaseValueTxn(tx: WriteTxn, row: KVRow): void {
  if (row.chunks > 0) releaseChunksTxn(tx.sql, row.key, row.modify_index, tx.index);
}
