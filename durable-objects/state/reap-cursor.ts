/** How far the reaper has walked the change log. One row of `meta`, written once a step. */
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';

export interface ReapCursor {
  /** The last change walked: everything up to it is older than a tombstone lives, or trimmed. */
  index: number;
  item: number;
}

const NAME = 'reap_cursor';

export function readReapCursor(sql: SQL): ReapCursor {
  const row = firstRow<{ value: string }>(sql, 'SELECT value FROM meta WHERE name = ?', NAME);
  return row === undefined ? { index: 0, item: 0 } : (JSON.parse(row.value) as ReapCursor);
}

export function saveReapCursorTxn(sql: SQL, cursor: ReapCursor): void {
  sql.exec('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)', NAME, JSON.stringify(cursor));
}
