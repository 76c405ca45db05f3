/**
 * Which session holds which key, and lock-delays.
 *
 * The kv row names its session; `session_locks` is the same fact the other way round, so that a lost session finds its
 * keys without a secondary index on kv.
 */
import { BOUND_TEXT } from '../db/bound-text.ts';
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';

export function rememberLockTxn(tx: WriteTxn, session: string, key: string): void {
  tx.sql.exec('INSERT OR IGNORE INTO session_locks (session, key) VALUES (?, ?)', session, key);
}

export function forgetLockTxn(tx: WriteTxn, session: string, key: string): void {
  tx.sql.exec('DELETE FROM session_locks WHERE session = ? AND key = ?', session, key);
}

export function keysHeldBy(sql: SQL, session: string): string[] {
  const rows = sql.exec<{ key: string }>(
    `SELECT key FROM session_locks WHERE session = ${BOUND_TEXT} ORDER BY key`,
    session,
  );
  return rows.toArray().map((row) => row.key);
}

/** Milliseconds for which `key` may not be locked yet, because its holder was lost (not released) a moment ago. */
export function lockDelayLeftMs(sql: SQL, key: string, now: number): number {
  const row = firstRow<{ until: number }>(sql, 'SELECT until FROM lock_delays WHERE key = ?', key);
  return row === undefined ? 0 : Math.max(0, row.until - now);
}

export function setLockDelayTxn(tx: WriteTxn, key: string, delayMs: number): void {
  if (delayMs <= 0) return;
  tx.sql.exec(
    'INSERT OR REPLACE INTO lock_delays (key, until) VALUES (?, ?)',
    key,
    tx.now + delayMs,
  );
  // Delays that have run out mean nothing any more; this is the one moment at which somebody is billed for the table.
  tx.sql.exec('DELETE FROM lock_delays WHERE until <= ?', tx.now);
}
