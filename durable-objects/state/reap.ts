/**
 * Reaping of tombstones and trimming of the change log, a bounded step at a time.
 *
 * Steps ride on writes (every REAP_EVERY_INDEXES), so an idle datacenter needs no alarm for them: what nobody writes
 * to does not grow. No step takes an index or wakes anybody.
 */
import {
  CHANGES_MAX_AGE_MS,
  CHANGES_MAX_ROWS,
  REAP_BATCH_ROWS,
  TOMBSTONE_TTL_MS,
} from '../../protocol/limits.ts';
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import { getFloor, setMetaTxn } from './meta.ts';
import { readReapCursor, saveReapCursorTxn } from './reap-cursor.ts';

/** Changes looked at in one step: reads are cheap, and most changes are no deletions. */
const WALK_ROWS = 4 * REAP_BATCH_ROWS;

/** @returns true when a batch was full, so that another step soon would find more to do */
export function reapTxn(sql: SQL, now: number): boolean {
  const keys = reapKeyTombstonesTxn(sql, now - TOMBSTONE_TTL_MS);
  const topics = reapTopicsTxn(sql, now - TOMBSTONE_TTL_MS);
  // What is forgotten raises the floor, and a reader that knows less is told so instead of being left waiting.
  const floor = Math.max(keys.highestIndex, topics.highestIndex);
  if (floor > getFloor(sql)) setMetaTxn(sql, 'floor', String(floor));
  const trimmed = trimChangesTxn(sql, now - CHANGES_MAX_AGE_MS);
  return keys.isFull || topics.isFull || trimmed >= REAP_BATCH_ROWS;
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
  const changes = sql
    .exec<ChangeRow>(
      'SELECT idx, item, at, kind, key FROM changes WHERE (idx, item) > (?, ?) ORDER BY idx, item LIMIT ?',
      cursor.index,
      cursor.item,
      WALK_ROWS,
    )
    .toArray();
  let highestIndex = 0;
  let walked = 0;
  let reaped = 0;
  for (const change of changes) {
    if (change.at > before || reaped >= REAP_BATCH_ROWS) break;
    walked++;
    cursor.index = change.idx;
    cursor.item = change.item;
    if (change.kind !== 'kv.delete') continue;
    // A key that was deleted again since has a younger tombstone, which stays.
    const gone = sql.exec(
      'DELETE FROM kv_tombstones WHERE key = ? AND idx = ? RETURNING idx',
      change.key,
      change.idx,
    );
    if (gone.toArray().length === 0) continue;
    reaped++;
    highestIndex = change.idx;
  }
  if (walked > 0) saveReapCursorTxn(sql, { ...cursor, rows: cursor.rows + walked });
  return { highestIndex, isFull: reaped >= REAP_BATCH_ROWS || walked === WALK_ROWS };
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

/**
 * Drops the oldest changes: those beyond CHANGES_MAX_ROWS and those from before `before`.
 *
 * Never the last index, for it is the index counter, and never what the walk above has not seen, for it would leave
 * tombstones for ever. Rows younger than the cursor are counted as one for each index, so the log may be longer than
 * its bound by the other rows of an hour.
 *
 * @returns how many rows went
 */
function trimChangesTxn(sql: SQL, before: number): number {
  const last = firstRow<{ idx: number }>(sql, 'SELECT idx FROM changes ORDER BY idx DESC LIMIT 1');
  if (last === undefined) return 0;
  const cursor = readReapCursor(sql);
  let surplus = cursor.rows + (last.idx - cursor.index) - CHANGES_MAX_ROWS;
  const oldest = sql
    .exec<ChangeRow>(
      'SELECT idx, item, at, kind, key FROM changes WHERE (idx, item) <= (?, ?) AND idx < ? ORDER BY idx, item LIMIT ?',
      cursor.index,
      cursor.item,
      last.idx,
      REAP_BATCH_ROWS,
    )
    .toArray();
  let end: ChangeRow | undefined;
  let trimmed = 0;
  for (const change of oldest) {
    if (surplus <= 0 && change.at > before) break;
    surplus--;
    trimmed++;
    end = change;
  }
  if (end === undefined) return 0;
  sql.exec('DELETE FROM changes WHERE (idx, item) <= (?, ?)', end.idx, end.item);
  saveReapCursorTxn(sql, { ...cursor, rows: cursor.rows - trimmed });
  return trimmed;
}
