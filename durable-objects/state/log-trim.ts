/**
 * Trimming of the change log by age and size, a bounded step at a time.
 *
 * It takes no index and wakes nobody. What hangs on a trimmed change goes with it: the tombstone or grave of a deleted
 * key, and the pieces of a long value that no row holds any more.
 */
import { TRIM_BATCH_ROWS } from '../../protocol/limits.ts';
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import { deleteChunksTxn } from './kv-chunks.ts';
import { getFloor, getRestoredIndex, setMetaTxn } from './meta.ts';
import { readReapCursor, saveReapCursorTxn } from './reap-cursor.ts';

/** How much of the log is kept. */
export interface Retention {
  readonly maxAgeMs: number;
  readonly maxBytes: number;
}

export type LogRow = {
  idx: number;
  item: number;
  /** Milliseconds since 1970. */
  at: number;
  kind: string;
  key: string;
  chunks: number;
  log_end: number;
};

const COLUMNS = 'idx, item, at, kind, key, chunks, log_end';

/** The oldest change that may be trimmed: all but the last index, which is the index counter. */
export function oldestTrimmable(sql: SQL): LogRow | undefined {
  return firstRow<LogRow>(
    sql,
    `SELECT ${COLUMNS} FROM changes WHERE idx < ? ORDER BY idx, item LIMIT 1`,
    lastIndex(sql),
  );
}

/**
 * The highest index of which the log no longer has every change; 0 while it has all. What happened after it is known
 * without a gap. A restore is such a gap too: what the log tells from before it is not how the present rows came about.
 */
export function trimmedIndex(sql: SQL): number {
  return Math.max(firstGap(sql), getRestoredIndex(sql));
}

function firstGap(sql: SQL): number {
  const first = firstRow<{ idx: number; item: number }>(
    sql,
    'SELECT idx, item FROM changes ORDER BY idx, item LIMIT 1',
  );
  if (first === undefined || (first.idx <= FIRST_INDEX && first.item === 0)) return 0;
  return first.item === 0 ? first.idx - 1 : first.idx;
}

/** A datacenter starts at index 1, so this is what its first write takes. */
const FIRST_INDEX = 2;

/**
 * Drops the oldest changes: those from `before` or earlier, and those that end at `logEnd` or earlier.
 *
 * @returns true when the step was full, so that another one would find more to do
 */
export function trimLogTxn(sql: SQL, before: number, logEnd: number): boolean {
  const oldest = sql
    .exec<LogRow>(
      `SELECT ${COLUMNS} FROM changes WHERE idx < ? ORDER BY idx, item LIMIT ?`,
      lastIndex(sql),
      TRIM_BATCH_ROWS,
    )
    .toArray();
  const kept = oldest.findIndex((row) => row.at > before && row.log_end > logEnd);
  const dropped = kept < 0 ? oldest : oldest.slice(0, kept);
  const end = dropped.at(-1);
  if (end === undefined) return false;
  let floor = 0;
  for (const row of dropped) {
    if (row.kind === 'kv.delete' && forgetDeletionTxn(sql, row)) floor = row.idx;
    if (row.chunks > 0) dropValueTxn(sql, row);
  }
  if (floor > getFloor(sql)) setMetaTxn(sql, 'floor', String(floor));
  sql.exec('DELETE FROM changes WHERE (idx, item) <= (?, ?)', end.idx, end.item);
  skipWalkTxn(sql, end);
  return kept < 0 && dropped.length === TRIM_BATCH_ROWS;
}

function lastIndex(sql: SQL): number {
  const row = firstRow<{ idx: number }>(sql, 'SELECT idx FROM changes ORDER BY idx DESC LIMIT 1');
  return row?.idx ?? 0;
}

/** @returns true when the key's tombstone had not been reaped yet, as it may be when the log is bounded by size */
function forgetDeletionTxn(sql: SQL, { key, idx }: LogRow): boolean {
  sql.exec('DELETE FROM kv_graves WHERE key = ? AND idx = ?', key, idx);
  const gone = sql.exec(
    'DELETE FROM kv_tombstones WHERE key = ? AND idx = ? RETURNING idx',
    key,
    idx,
  );
  return gone.toArray().length > 0;
}

/** The value of a key that was not written since stays with the key. */
function dropValueTxn(sql: SQL, { key, idx }: LogRow): void {
  const current = firstRow<{ modify_index: number }>(
    sql,
    'SELECT modify_index FROM kv WHERE key = ?',
    key,
  );
  if (current?.modify_index !== idx) deleteChunksTxn(sql, key, idx);
}

/** The reaper's walk goes on behind what is gone. */
function skipWalkTxn(sql: SQL, end: LogRow): void {
  const cursor = readReapCursor(sql);
  const isBehind = cursor.index < end.idx || (cursor.index === end.idx && cursor.item < end.item);
  if (isBehind) saveReapCursorTxn(sql, { index: end.idx, item: end.item });
}
