/**
 * De-duplication of frames: the replies to the writes of a sidecar's last two frames, stored in the transaction that
 * applied them. A frame that is sent again after a lost reply answers the same and applies nothing.
 *
 * Two slots are enough: a sidecar has at most two frames in flight, and sends the next only once one is answered.
 */
import type { Reply } from '../../protocol/frames.ts';
import { MAX_FRAMES_IN_FLIGHT } from '../../protocol/limits.ts';
import { type SQL, firstRow } from '../db/storage.ts';

export interface FrameName {
  readonly nodeId: string;
  readonly epoch: string;
  readonly seq: number;
}

/** Replies by position of the op; null where the op was a read, which runs again. */
export type StoredReplies = (Reply | null)[];

export function findStoredReplies(sql: SQL, frame: FrameName): StoredReplies | null {
  const row = firstRow<{ epoch: string; seq: number; replies: string }>(
    sql,
    'SELECT epoch, seq, replies FROM frames WHERE node_id = ? AND slot = ?',
    frame.nodeId,
    frame.seq % MAX_FRAMES_IN_FLIGHT,
  );
  if (row === undefined || row.epoch !== frame.epoch || row.seq !== frame.seq) return null;
  return JSON.parse(row.replies) as StoredReplies;
}

/** @param now milliseconds since 1970; rows that are old enough are reaped (`state/reap-frames.ts`) */
export function storeRepliesTxn(
  sql: SQL,
  frame: FrameName,
  replies: StoredReplies,
  now: number,
): void {
  sql.exec(
    'INSERT OR REPLACE INTO frames (node_id, slot, epoch, seq, replies, at) VALUES (?, ?, ?, ?, ?, ?)',
    frame.nodeId,
    frame.seq % MAX_FRAMES_IN_FLIGHT,
    frame.epoch,
    frame.seq,
    JSON.stringify(replies),
    now,
  );
}
