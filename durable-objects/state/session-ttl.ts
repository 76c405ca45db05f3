/**
 * Times to live of sessions.
 *
 * Consul promises that a session lives for at least its TTL after the last renewal, and at most about twice as long.
 * That slack is what keeps renewals cheap here: the stored deadline is two TTLs ahead, and a renewal rewrites it only
 * once less than one TTL is left, so however often a client renews, a row is written at most once a TTL.
 */
import { notFound } from '../../protocol/errors.ts';
import type { WriteTxn } from '../writer.ts';
import { type SessionRow, findSessionRow } from './session-rows.ts';
import { clearTimerTxn, setTimerTxn, timerDueAt } from './timers.ts';

/** Consul's session_ttl_min: shorter ones would cost more in renewals than they tell. */
export const SESSION_TTL_MIN_MS = 10_000;
/** Consul's structs.SessionTTLMax. */
export const SESSION_TTL_MAX_MS = 86_400_000;

export function startSessionTTLTxn(tx: WriteTxn, session: SessionRow): void {
  if (session.ttl_ms > 0) setDeadlineTxn(tx, session);
}

export function stopSessionTTLTxn(tx: WriteTxn, session: SessionRow): void {
  if (session.ttl_ms > 0) clearTimerTxn(tx, 'session-ttl', session.id);
}

/**
 * Prolongs a session by its TTL at least. It takes no index: nothing that anybody can read has changed.
 *
 * @throws RPCError not-found
 */
export function renewSessionTxn(tx: WriteTxn, id: string): SessionRow {
  const session = findSessionRow(tx.sql, id);
  if (session === undefined) throw notFound(`Session id '${id}' not found`);
  if (session.ttl_ms > 0) {
    const dueAt = timerDueAt(tx.sql, 'session-ttl', id) ?? 0;
    if (dueAt - tx.now < session.ttl_ms) setDeadlineTxn(tx, session);
  }
  return session;
}

function setDeadlineTxn(tx: WriteTxn, session: SessionRow): void {
  setTimerTxn(tx, 'session-ttl', session.id, tx.now + 2 * session.ttl_ms);
}
