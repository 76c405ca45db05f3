/**
 * Instances and nodes that nobody reports for: no agent (its node would have `serfHealth`), and no check. Such a one counts
 * as passing for ever, as in Consul, unless a policy says how long (reap-unreported.ts).
 */
import { type SQL, firstRow } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';
import { foldName } from './catalog-topics.ts';
import { clearTimerTxn, setTimerTxn, timerDueAt } from './timers.ts';

/** Folded names. */
export interface Place {
  readonly node: string;
  /** The instance's ID, '' for the node itself. */
  readonly key: string;
}

const TIMER = 'reap-unreported';

/** No check of the node, not even its agent's, and none of the instance. */
export function isUnreported(sql: SQL, { node, key }: Place): boolean {
  const query = "SELECT 1 AS one FROM checks WHERE node = ? AND service_key IN ('', ?) LIMIT 1";
  return firstRow(sql, query, node, key) === undefined;
}

/** Somebody has registered it, if only as it was. */
export function noteReportTxn(tx: WriteTxn, node: string, id = ''): void {
  clearTimerTxn(tx, TIMER, timerID({ node: foldName(node), key: foldName(id) }));
}

/** When it will be reaped, in milliseconds; null without a policy, and before the first sweep. */
export function reapedAt(sql: SQL, place: Place): number | null {
  return timerDueAt(sql, TIMER, timerID(place));
}

/** A deadline that stands is left alone. */
export function setReapDeadlineTxn(tx: WriteTxn, place: Place, afterMs: number | null): void {
  if (afterMs === null || reapedAt(tx.sql, place) !== null) return;
  setTimerTxn(tx, TIMER, timerID(place), tx.now + afterMs);
}

/** A policy has changed: whoever it is about gets a new deadline at the next sweep. */
export function clearReapDeadlinesTxn(tx: WriteTxn): void {
  tx.sql.exec('DELETE FROM timers WHERE kind = ?', TIMER);
}

function timerID({ node, key }: Place): string {
  return JSON.stringify([node, key]);
}

export function placeOfTimer(id: string): Place {
  const [node, key] = JSON.parse(id) as [string, string];
  return { node, key };
}
