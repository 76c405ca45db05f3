/**
 * Forgetting the replies to frames of sidecars that are gone.
 *
 * `frames` holds two rows for each node ID (`link/frame-log.ts`), and hosts come and go with new IDs. A row may go once no sidecar
 * sends its frame again: sidecars give a frame up after MAX_FRAME_AGE_MS (`sidecar/server-link/batcher.ts`), a thousandth of the time
 * for which its replies are kept, so that neither a clock that is wrong nor a host that slept makes the datacenter apply one
 * twice. A frame that comes later all the same would be taken for a new one.
 */
import { FRAMES_KEPT_MS, REAP_FRAME_ROWS } from '../../protocol/limits.ts';
import { type SQL, firstRow } from '../db/storage.ts';

type Place = { node_id: string; slot: number };
type FrameRow = Place & { at: number };

/** Where the walk goes on. In `meta`: an object that is evicted often would never get far otherwise. */
const CURSOR = 'frames_cursor';
const START: Place = { node_id: '', slot: -1 };

/**
 * Looks at some rows, those after the ones of the step before: the table is in the order of nodes, not of time, and an index
 * would be billed with every frame. There is no hurry.
 */
export function reapFramesTxn(sql: SQL, now: number): void {
  const from = readCursor(sql);
  const rows = sql
    .exec<FrameRow>(
      'SELECT node_id, slot, at FROM frames WHERE (node_id, slot) > (?, ?) ORDER BY node_id, slot LIMIT ?',
      from.node_id,
      from.slot,
      REAP_FRAME_ROWS,
    )
    .toArray();
  for (const row of rows) judgeTxn(sql, row, now);
  const last = rows.length < REAP_FRAME_ROWS ? START : rows.at(-1)!;
  saveCursorTxn(sql, from, { node_id: last.node_id, slot: last.slot });
}

function judgeTxn(sql: SQL, { node_id, slot, at }: FrameRow, now: number): void {
  // Versions before this one did not write the time down: it is counted from now.
  if (at === 0)
    sql.exec('UPDATE frames SET at = ? WHERE node_id = ? AND slot = ?', now, node_id, slot);
  else if (at <= now - FRAMES_KEPT_MS)
    sql.exec('DELETE FROM frames WHERE node_id = ? AND slot = ?', node_id, slot);
}

function readCursor(sql: SQL): Place {
  const query = 'SELECT value FROM meta WHERE name = ?';
  const row = firstRow<{ value: string }>(sql, query, CURSOR);
  return row === undefined ? START : (JSON.parse(row.value) as Place);
}

/** Of few nodes all are looked at in one step: then there is no cursor, and nothing to write. */
function saveCursorTxn(sql: SQL, from: Place, to: Place): void {
  if (from.node_id === to.node_id && from.slot === to.slot) return;
  if (to.node_id === START.node_id) sql.exec('DELETE FROM meta WHERE name = ?', CURSOR);
  else {
    const query = 'INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)';
    sql.exec(query, CURSOR, JSON.stringify(to));
  }
}
