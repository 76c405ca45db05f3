/**
 * The brake on mass failures: when more than a set share of all nodes fail within a short time, it is more likely that the
 * network between them is torn than that they all died, and to take them out of service would make it worse.
 *
 * Off unless configured, as in Consul. While it is engaged, nodes that fail are *held*: they stay as they are. It ends when
 * the last of them is back or gone, or by an operator's word. Nothing here says whether a node failed.
 */
import type { MassFailureBrake } from '../../protocol/types/liveness.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { LIVENESS, serviceTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import {
  AGENT_CHECK_KEY,
  RECENT_FAILURE,
  countTxn,
  noteRecentFailureTxn,
} from './failure-counts.ts';
import { nameOf } from './node-doubt.ts';
import { serviceRowsOfNode } from './services-rows.ts';
import { clearTimerTxn, countTimers, setTimerTxn, timerDueAt, timersOf } from './timers.ts';

export interface MassFailureSettings {
  /** Above 0, below 1. */
  readonly share: number;
  readonly windowMs: number;
}

/** A failure counts for as long as its timer runs: the alarm forgets it. */
const RECENT = RECENT_FAILURE;
/** Runs out once a window, only to look whether the node is still there. */
const HELD = 'held-failure';

/**
 * A node has failed: may it be marked? Counts it if so, holds it if not.
 *
 * One failure may always be marked, however small the datacenter is.
 */
export function mayFailTxn(
  tx: WriteTxn,
  nodeKey: string,
  settings: MassFailureSettings | null,
): boolean {
  if (settings === null) return true;
  if (isHeld(tx.sql, nodeKey)) return false;
  const allowed = Math.max(1, Math.floor(countTxn(tx.sql, 'agents') * settings.share));
  const isEngaged = countTimers(tx.sql, HELD, 1) > 0;
  if (!isEngaged && countTxn(tx.sql, 'recent-failures') < allowed) {
    if (timerDueAt(tx.sql, RECENT, nodeKey) === null) noteRecentFailureTxn(tx.sql, 1);
    setTimerTxn(tx, RECENT, nodeKey, tx.now + settings.windowMs);
    return true;
  }
  setTimerTxn(tx, HELD, nodeKey, tx.now + settings.windowMs);
  tellTxn(tx, nodeKey, 'liveness.hold');
  return false;
}

/** The node lives, is gone, or is marked after all. */
export function endHoldTxn(tx: WriteTxn, nodeKey: string): void {
  if (!isHeld(tx.sql, nodeKey)) return;
  clearTimerTxn(tx, HELD, nodeKey);
  tellTxn(tx, nodeKey, 'liveness.unhold');
}

/** Whether the brake keeps the node from being marked as failed. */
export function isHeld(sql: SQL, nodeKey: string): boolean {
  return timerDueAt(sql, HELD, nodeKey) !== null;
}

/** Keys. */
export function listHeld(sql: SQL): string[] {
  return timersOf(sql, HELD);
}

/** Handler of the timers of kind `held-failure`, which is cleared already. A node that has gone in the meantime ends it. */
export function holdOnTxn(
  tx: WriteTxn,
  nodeKey: string,
  settings: MassFailureSettings | null,
): void {
  const query = 'SELECT 1 AS one FROM checks WHERE node = ? AND key = ?';
  const isThere = firstRow(tx.sql, query, nodeKey, AGENT_CHECK_KEY);
  if (isThere !== undefined && settings !== null) {
    setTimerTxn(tx, HELD, nodeKey, tx.now + settings.windowMs);
  } else tellTxn(tx, nodeKey, 'liveness.unhold');
}

export function describeBrake(
  sql: SQL,
  settings: MassFailureSettings | null,
): MassFailureBrake | null {
  if (settings === null) return null;
  const Held = listHeld(sql).map((key) => nameOf(sql, key));
  const { share: Share, windowMs: WindowMs } = settings;
  return { Engaged: Held.length > 0, Share, WindowMs, Held };
}

/** Whoever asks why an instance is in or out hears of it as well. */
function tellTxn(tx: WriteTxn, nodeKey: string, kind: string): void {
  const Node = nameOf(tx.sql, nodeKey);
  tx.record({ kind, key: Node, previousIndex: 0, value: JSON.stringify({ Node }) });
  tx.touch(LIVENESS);
  for (const { name } of serviceRowsOfNode(tx.sql, nodeKey)) tx.touch(serviceTopic(name));
}
