/** Acquiring and releasing a key for a session (Consul: agent/consul/state/kvs.go, KVSLock and KVSUnlock). */
import { RPCError } from '../../protocol/errors.ts';
import { firstRow, type SQL } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';
import { type KVRow, findKVRow } from './kv-rows.ts';
import { checkValue } from './kv-schemas.ts';
import { type KVEntry, putEntryTxn } from './kv-write.ts';
import { forgetLockTxn, lockDelayLeftMs, rememberLockTxn } from './locks.ts';

/** No session, or none that lives. */
export class LockError extends RPCError {
  constructor(message: string) {
    super('invalid', message);
  }
}

/**
 * Takes the lock. Taking it again renews the value and keeps the LockIndex.
 *
 * @returns null when another session holds it, or the lock-delay of a lost session has not passed.
 * @throws RPCError when the session is missing or does not live.
 */
export function lockKeyTxn(tx: WriteTxn, entry: KVEntry, session: string): KVRow | null {
  // Consul asks in this order: under a lock-delay even an unknown session, or none, is merely refused.
  if (lockDelayLeftMs(tx.sql, entry.key, tx.now) > 0) return null;
  if (session === '') throw new LockError('missing session');
  if (!sessionExists(tx.sql, session))
    throw new LockError(`invalid session ${JSON.stringify(session)}`);
  const existing = findKVRow(tx.sql, entry.key);
  const holder = existing?.session ?? '';
  if (holder !== '' && holder !== session) return null;
  checkValue(tx.sql, entry.key, entry.value);
  const lockIndex = existing?.lock_index ?? 0;
  rememberLockTxn(tx, session, entry.key);
  return putEntryTxn(tx, existing, entry, {
    session,
    lock_index: holder === session ? lockIndex : lockIndex + 1,
  });
}

/**
 * Gives the lock back; the value is written too.
 *
 * @returns null when the key is absent or `session` does not hold it.
 */
export function unlockKeyTxn(tx: WriteTxn, entry: KVEntry, session: string): KVRow | null {
  if (session === '') throw new LockError('missing session');
  const existing = findKVRow(tx.sql, entry.key);
  if (existing === undefined || existing.session !== session) return null;
  checkValue(tx.sql, entry.key, entry.value);
  forgetLockTxn(tx, session, entry.key);
  return putEntryTxn(tx, existing, entry, { session: '', lock_index: existing.lock_index });
}

function sessionExists(sql: SQL, id: string): boolean {
  return firstRow(sql, 'SELECT id FROM sessions WHERE id = ?', id) !== undefined;
}
