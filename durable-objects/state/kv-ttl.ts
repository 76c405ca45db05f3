/**
 * Times to live of keys: a timer each, set by the write that asks for it and cleared by the next one that does not.
 *
 * A write that changes nothing but the deadline takes no index: nothing that anybody can watch has changed. Most
 * datacenters have no such key, and their writes are not to pay for it: whether any may exist is remembered.
 */
import { badRequest } from '../../protocol/errors.ts';
import { KV_TTL_MAX_MS, KV_TTL_MIN_MS } from '../../protocol/limits.ts';
import { renderDuration } from '../../protocol/duration.ts';
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';
import { clearTimerTxn, setTimerTxn, timerDueAt } from './timers.ts';

const TIMER = 'kv-ttl';

/** @param ttlMs as a sidecar sent it. @throws RPCError bad-request */
export function checkKeyTTL(ttlMs: number): void {
  if (Number.isSafeInteger(ttlMs) && ttlMs >= KV_TTL_MIN_MS && ttlMs <= KV_TTL_MAX_MS) return;
  const [min, max] = [renderDuration(KV_TTL_MIN_MS), renderDuration(KV_TTL_MAX_MS)];
  throw badRequest(`Invalid ttl: must be between ${min} and ${max}`);
}

/** What a write of a key does to its deadline. @param ttlMs undefined for a key that is to stay */
export function putKeyTTLTxn(tx: WriteTxn, key: string, ttlMs: number | undefined): void {
  if (ttlMs === undefined) {
    clearKeyTTLTxn(tx, key);
    return;
  }
  setTimerTxn(tx, TIMER, key, tx.now + ttlMs);
  // Set before the write succeeds, and never taken back: a question too many is all that a wrong answer costs.
  mayExpire.set(tx.sql, true);
}

export function clearKeyTTLTxn(tx: WriteTxn, key: string): void {
  if (mayAnyExpire(tx.sql)) clearTimerTxn(tx, TIMER, key);
}

/** When the key is deleted, in milliseconds since 1970; null for one that stays. */
export function keyExpiresAt(sql: SQL, key: string): number | null {
  return mayAnyExpire(sql) ? timerDueAt(sql, TIMER, key) : null;
}

const mayExpire = new WeakMap<SQL, boolean>();

function mayAnyExpire(sql: SQL): boolean {
  let known = mayExpire.get(sql);
  if (known === undefined) {
    known = firstRow(sql, 'SELECT id FROM timers WHERE kind = ? LIMIT 1', TIMER) !== undefined;
    mayExpire.set(sql, known);
  }
  return known;
}

/** After the tables were replaced. */
export function forgetKeyTTLs(sql: SQL): void {
  mayExpire.delete(sql);
}
