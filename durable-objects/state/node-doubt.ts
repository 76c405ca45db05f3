/**
 * Nodes whose life is in doubt: their link is down, and the members of the gossip pool are asked whether they can reach them.
 *
 * A question is a timer, and the list of them an answer that every agent watches: nothing travels while nobody is in doubt.
 * Only a new question wakes the agents. What is settled merely leaves the list.
 */
import { MAX_DOUBTS } from '../../protocol/limits.ts';
import type { SQL } from '../db/storage.ts';
import { LIVENESS } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { findNodeRow } from './nodes-rows.ts';
import { clearTimerTxn, countTimers, setTimerTxn, timerDueAt, timersOf } from './timers.ts';

const TIMER = 'vouch';

/** @returns false when too many are asked about already: ask again later */
export function askMembersTxn(tx: WriteTxn, nodeKey: string, waitMs: number): boolean {
  if (isDoubted(tx.sql, nodeKey)) return true;
  if (countDoubted(tx.sql, MAX_DOUBTS) >= MAX_DOUBTS) return false;
  setTimerTxn(tx, TIMER, nodeKey, tx.now + waitMs);
  const Node = nameOf(tx.sql, nodeKey);
  const value = JSON.stringify({ Node });
  tx.record({ kind: 'liveness.doubt', key: Node, previousIndex: 0, value });
  tx.touch(LIVENESS);
  return true;
}

export function isDoubted(sql: SQL, nodeKey: string): boolean {
  return doubtEndsAt(sql, nodeKey) !== null;
}

/** When the node fails unless somebody vouches for it, in milliseconds; null for one that nobody doubts. */
export function doubtEndsAt(sql: SQL, nodeKey: string): number | null {
  return timerDueAt(sql, TIMER, nodeKey);
}

/** Brings the end of a doubt forward; never puts it off. */
export function hastenDoubtTxn(tx: WriteTxn, nodeKey: string, waitMs: number): void {
  const endsAt = doubtEndsAt(tx.sql, nodeKey);
  if (endsAt === null || endsAt <= tx.now + waitMs) return;
  setTimerTxn(tx, TIMER, nodeKey, tx.now + waitMs);
}

export function endDoubtTxn(tx: WriteTxn, nodeKey: string): void {
  clearTimerTxn(tx, TIMER, nodeKey);
}

export function countDoubted(sql: SQL, limit: number): number {
  return countTimers(sql, TIMER, limit);
}

/** Names, as the nodes are spelled in the catalog. */
export function listDoubted(sql: SQL): string[] {
  return timersOf(sql, TIMER).map((key) => nameOf(sql, key));
}

export function nameOf(sql: SQL, nodeKey: string): string {
  return findNodeRow(sql, nodeKey)?.name ?? nodeKey;
}
