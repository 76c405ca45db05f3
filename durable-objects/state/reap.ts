/**
 * Reaping of tombstones, and of what sidecars left behind, a bounded step at a time.
 *
 * Steps ride on writes (every REAP_EVERY_INDEXES), so an idle datacenter needs no alarm for them: what nobody writes
 * to does not grow. No step takes an index or wakes anybody.
 */
import { REAP_BATCH_ROWS, TOMBSTONE_TTL_MS } from '../../protocol/limits.ts';
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import { getFloor, setMetaTxn } from './meta.ts';
import { reapFramesTxn } from './reap-frames.ts';
import { type ReapCursor, readReapCursor, saveReapCursorTxn } from './reap-cursor.ts';

/** Changes looked at in one step: reads are cheap, and most changes are no deletions. */
const WALK_ROWS = 4 * REAP_BATCH_ROWS;

/** @returns true when a batch was full, so that another step soon would find more to do */
export function reapTxn(sql: SQL, now: number): boolean {
  const keys = reapKeyTombstonesTxn(sql, now - TOMBSTONE_TTL_MS);
  const topics = reapTopicsTxn(sql, now - TOMBSTONE_TTL_MS);
  reapFramesTxn(sql, now);
  // What is forgotten raises the floor, and a reader that knows less is told so instead of being left waiting.
  const floor = Math.max(keys.highestIndex, topics.highestIndex);
  if (floor > getFloor(sql)) setMetaTxn(sql, 'floor', String(floor));
  return keys.isFull || topics.isFull;
}

interface Reaped {
  /** 0 when nothing was reaped. */
  highestIndex: number;
  isFull: boolean;
}

type ChangeRow = { idx: number; item: number; at: number; kind: string; key: string };

/**
 * Walks the change log, which is in the order of time, instead of the tombstones, which are in that of keys: so
 * a step costs the same however many there are.
 */
function reapKeyTombstonesTxn(sql: SQL, before: number): Reaped {
  const cursor = readReapCursor(sql);
  // Most steps find that the oldest change is too young: they need not read a whole stretch of the log for that.
  const [oldest] = changesAfter(sql, cursor, 1);
  if (oldest === undefined || oldest.at > before) return { highestIndex: 0, isFull: false };
  const changes = changesAfter(sql, cursor, WALK_ROWS);
  let highestIndex = 0;
  let walked = 0;
  let reaped = 0;
  for (const change of changes) {
    if (change.at > before || reaped >= REAP_BATCH_ROWS) break;
    walked++;
    cursor.index = change.idx;
    cursor.item = change.item;
    if (change.kind !== 'kv.delete' || !reapTombstoneTxn(sql, change)) continue;
    reaped++;
    highestIndex = change.idx;
  }
  if (walked > 0) saveReapCursorTxn(sql, cursor);
  return { highestIndex, isFull: reaped >= REAP_BATCH_ROWS || walked === WALK_ROWS };
}

function changesAfter(sql: SQL, { index, item }: ReapCursor, limit: number): ChangeRow[] {
  return sql
    .exec<ChangeRow>(
      'SELECT idx, item, at, kind, key FROM changes WHERE (idx, item) > (?, ?) ORDER BY idx, item LIMIT ?',
      index,
      item,
      limit,
    )
    .toArray();
}

/** @returns false when the key was deleted again since: its younger tombstone stays */
function reapTombstoneTxn(sql: SQL, { key, idx }: ChangeRow): boolean {
  const gone = sql.exec(
    'DELETE FROM kv_tombstones WHERE key = ? AND idx = ? RETURNING idx',
    key,
    idx,
  );
  if (gone.toArray().length === 0) return false;
  // One that is there again is found by its row, whose change names the deletion before it.
  if (firstRow(sql, 'SELECT key FROM kv WHERE key = ?', key) === undefined)
    sql.exec('INSERT OR REPLACE INTO kv_graves (key, idx) VALUES (?, ?)', key, idx);
  return true;
}

/** Topics of names that ceased to exist. There are few topics, so all are looked through. */
function reapTopicsTxn(sql: SQL, before: number): Reaped {
  const gone = sql
    .exec<{ name: string; idx: number }>(
      'SELECT name, idx FROM topics WHERE gone_at <= ? LIMIT ?',
      before,
      REAP_BATCH_ROWS,
    )
    .toArray();
  let highestIndex = 0;
  for (const { name, idx } of gone) {
    sql.exec('DELETE FROM topics WHERE name = ?', name);
    highestIndex = Math.max(highestIndex, idx);
  }
  return { highestIndex, isFull: gone.length === REAP_BATCH_ROWS };
}
