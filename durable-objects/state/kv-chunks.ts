/**
 * Values too long for one row, in pieces.
 *
 * A piece is named by its key and the index that wrote it, so the key's row and its change in the log share one copy:
 * it is removed when neither needs it any more.
 */
import { KV_CHUNK_CHARS } from '../../protocol/limits.ts';
import { type SQL, firstRow } from '../db/storage.ts';

/** Into how many pieces a value is cut; 0 for one that fits its row. */
export function chunkCount(value: string): number {
  return value.length <= KV_CHUNK_CHARS ? 0 : Math.ceil(value.length / KV_CHUNK_CHARS);
}

export function putChunksTxn(sql: SQL, key: string, index: number, value: string): void {
  const count = chunkCount(value);
  for (let part = 0; part < count; part++) {
    sql.exec(
      'INSERT OR REPLACE INTO kv_chunks (key, idx, part, text) VALUES (?, ?, ?, ?)',
      key,
      index,
      part,
      value.slice(part * KV_CHUNK_CHARS, (part + 1) * KV_CHUNK_CHARS),
    );
  }
}

export function readChunks(sql: SQL, key: string, index: number): string {
  const rows = sql.exec<{ text: string }>(
    'SELECT text FROM kv_chunks WHERE key = ? AND idx = ? ORDER BY part',
    key,
    index,
  );
  return rows
    .toArray()
    .map(({ text }) => text)
    .join('');
}

export function deleteChunksTxn(sql: SQL, key: string, index: number): void {
  sql.exec('DELETE FROM kv_chunks WHERE key = ? AND idx = ?', key, index);
}

/**
 * Gives up the key's claim on pieces that index `index` wrote, in a write that takes `now`.
 *
 * A value that one and the same write replaces leaves no history of its own: both changes show the last one.
 */
export function releaseChunksTxn(sql: SQL, key: string, index: number, now: number): void {
  const isInLog =
    index !== now &&
    firstRow(sql, 'SELECT idx FROM changes WHERE idx = ? AND key = ?', index, key) !== undefined;
  if (!isInLog) deleteChunksTxn(sql, key, index);
}
