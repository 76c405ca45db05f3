/**
 * Sessions: creation, destruction, reads (Consul: agent/consul/state/session.go).
 *
 * A session holds keys (locks.ts), hangs on checks of its node (session_checks) and may have a time to live
 * (session-ttl.ts). However it ends, its keys are released or deleted in the same transaction, at the same index.
 */
import { invalid } from '../../protocol/errors.ts';
import { firstRow, type SQL } from '../db/storage.ts';
import { SESSIONS, nodeSessionsTopic, sessionTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { requireKey } from './checks.ts';
import { removeQueriesOfSessionTxn } from './prepared-queries.ts';
import type { Reading } from './kv-read.ts';
import { findKVRow } from './kv-rows.ts';
import { deleteKeyTxn, putRowTxn } from './kv-write.ts';
import { forgetLockTxn, keysHeldBy, setLockDelayTxn } from './locks.ts';
import {
  type SessionRow,
  allSessionRows,
  findSessionRow,
  insertSessionRow,
  renderSessionRow,
  renderSessionRows,
  sessionRowsOfNode,
} from './session-rows.ts';
import { startSessionTTLTxn, stopSessionTTLTxn } from './session-ttl.ts';
import { topicIndex } from './topic-index.ts';

/** A session to be made: everything but the indexes, which are the transaction's. */
export interface NewSession extends Omit<SessionRow, 'create_index' | 'modify_index'> {
  /** Every check that it hangs on, whichever field of the request named it. */
  checkIDs: readonly string[];
}

/** Consul's structs.MaxLockDelay: longer delays are taken, and cut when they come to count. */
const MAX_LOCK_DELAY_MS = 60_000;

/** @throws RPCError when the node or a check is missing, or a check is critical */
export function createSessionTxn(tx: WriteTxn, session: NewSession): SessionRow {
  const { checkIDs, ...content } = session;
  if (firstRow(tx.sql, 'SELECT key FROM nodes WHERE key = ?', content.node) === undefined) {
    throw invalid('apply failed: Missing node registration');
  }
  for (const checkID of checkIDs) requireLiveCheck(tx.sql, content.node, checkID);
  const row: SessionRow = { ...content, create_index: tx.index, modify_index: tx.index };
  insertSessionRow(tx.sql, row);
  for (const checkID of checkIDs) bindCheckTxn(tx, row, checkID);
  startSessionTTLTxn(tx, row);
  tx.record({
    kind: 'session.create',
    key: row.id,
    previousIndex: 0,
    value: renderSessionRow(row),
    scope: row.node_name,
  });
  tx.touch(SESSIONS);
  tx.touch(nodeSessionsTopic(row.node));
  return row;
}

/** Ids of checks compare without regard to case, as names do. */
function requireLiveCheck(sql: SQL, node: string, checkID: string): void {
  requireKey(node, checkID, 'apply failed: failed check lookup');
  const check = firstRow<{ status: string }>(
    sql,
    'SELECT status FROM checks WHERE node = ? AND key = ?',
    node,
    checkID.toLowerCase(),
  );
  if (check === undefined) throw invalid(`apply failed: Missing check '${checkID}' registration`);
  if (check.status === 'critical')
    throw invalid(`apply failed: Check '${checkID}' is in critical state`);
}

function bindCheckTxn(tx: WriteTxn, row: SessionRow, checkID: string): void {
  tx.sql.exec(
    'INSERT OR IGNORE INTO session_checks (node, check_id, session) VALUES (?, ?, ?)',
    row.node,
    checkID.toLowerCase(),
    row.id,
  );
}

/** Ends a session, whatever the reason; one that does not exist is no change. */
export function destroySessionTxn(tx: WriteTxn, id: string): void {
  const row = findSessionRow(tx.sql, id);
  if (row === undefined) return;
  tx.sql.exec('DELETE FROM sessions WHERE id = ?', id);
  tx.sql.exec('DELETE FROM session_checks WHERE node = ? AND session = ?', row.node, id);
  stopSessionTTLTxn(tx, row);
  for (const key of keysHeldBy(tx.sql, id)) giveUpKeyTxn(tx, row, key);
  removeQueriesOfSessionTxn(tx, id);
  tx.record({
    kind: 'session.destroy',
    key: id,
    previousIndex: row.modify_index,
    value: null,
    scope: row.node_name,
  });
  tx.touch(SESSIONS);
  tx.touch(sessionTopic(id), true);
  // Whether it was the node's last one would need a look at every session: the topic goes when its node does.
  tx.touch(nodeSessionsTopic(row.node));
}

/** The lock-delay starts even after an explicit destroy: the old holder may still believe in its lock. */
function giveUpKeyTxn(tx: WriteTxn, session: SessionRow, key: string): void {
  const row = findKVRow(tx.sql, key);
  if (row !== undefined && session.behavior === 'delete') deleteKeyTxn(tx, key);
  else if (row !== undefined) putRowTxn(tx, row, { ...row, session: '' });
  forgetLockTxn(tx, session.id, key);
  setLockDelayTxn(tx, key, Math.min(session.lock_delay_ms, MAX_LOCK_DELAY_MS));
}

/** A list of one session, or of none. A session never changes, so its index is its own until it is gone. */
export function readSession(sql: SQL, id: string): Reading {
  const row = findSessionRow(sql, id);
  if (row === undefined) return { index: topicIndex(sql, sessionTopic(id)), body: '[]' };
  return { index: row.modify_index, body: renderSessionRows([row]) };
}

/** @param isVisible whether the caller may see sessions of this node */
export function readSessions(sql: SQL, isVisible: (node: string) => boolean): Reading {
  const rows = Iterator.from(allSessionRows(sql)).filter((row) => isVisible(row.node_name));
  return { index: topicIndex(sql, SESSIONS), body: renderSessionRows(rows) };
}

export function readNodeSessions(sql: SQL, node: string): Reading {
  return {
    index: topicIndex(sql, nodeSessionsTopic(node)),
    body: renderSessionRows(sessionRowsOfNode(sql, node)),
  };
}
