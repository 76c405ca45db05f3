/**
 * What the object's single alarm has to do, and when.
 *
 * A timer is named by its kind and an id of that kind; setting it again moves it. Timers are rows, so they survive
 * eviction; `alarms.ts` turns the earliest of them into the platform's alarm. Nothing here takes an index: a timer is
 * no change that anybody can watch.
 */
import { BOUND_TEXT } from '../db/bound-text.ts';
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';

/**
 * `session-ttl`: id is a session. `kv-ttl`: id is a key. `trim-log`: the change log, there is one. Of nodes, whose key is the
 * id: `link-closed`, `link-grace`, `vouch`, `accused`, `heartbeat` (node-health.ts), `recent-failure`, `held-failure`
 * (mass-failure.ts). `lost-links`: links of an earlier run, there is one. `sweep-unreported`: id is the node after which the sweep goes on. `reap-unreported`: id is a
 * node and an instance on it (unreported.ts). `acl-token`: id is the accessor of a token that expires. `ca-roots`: roots that
 * others took over from, there is one.
 */
export type TimerKind =
  | 'session-ttl'
  | 'link-closed'
  | 'link-grace'
  | 'vouch'
  | 'accused'
  | 'heartbeat'
  | 'recent-failure'
  | 'held-failure'
  | 'lost-links'
  | 'kv-ttl'
  | 'trim-log'
  | 'sweep-unreported'
  | 'reap-unreported'
  | 'acl-token'
  | 'ca-roots';

export type Timer = {
  kind: TimerKind;
  id: string;
  /** Milliseconds since 1970. */
  due_at: number;
};

export function setTimerTxn(tx: WriteTxn, kind: TimerKind, id: string, dueAt: number): void {
  tx.sql.exec('INSERT OR REPLACE INTO timers (kind, id, due_at) VALUES (?, ?, ?)', kind, id, dueAt);
  noteDeadline(tx.sql, dueAt);
}

/** Clearing a timer that is not set does nothing. */
export function clearTimerTxn(tx: WriteTxn, kind: TimerKind, id: string): void {
  tx.sql.exec('DELETE FROM timers WHERE kind = ? AND id = ?', kind, id);
}

/** When the timer runs out, or null when it is not set. */
export function timerDueAt(sql: SQL, kind: TimerKind, id: string): number | null {
  const row = firstRow<{ due_at: number }>(
    sql,
    'SELECT due_at FROM timers WHERE kind = ? AND id = ?',
    kind,
    id,
  );
  return row?.due_at ?? null;
}

/** How many timers of a kind are set, counted up to `limit`. */
export function countTimers(sql: SQL, kind: TimerKind, limit: number): number {
  const query = 'SELECT COUNT(*) AS n FROM (SELECT 1 FROM timers WHERE kind = ? LIMIT ?)';
  return firstRow<{ n: number }>(sql, query, kind, limit)?.n ?? 0;
}

/** Ids of the timers of a kind, in their order. */
export function timersOf(sql: SQL, kind: TimerKind): string[] {
  return sql
    .exec<{ id: string }>(`SELECT id FROM timers WHERE kind = ${BOUND_TEXT} ORDER BY id`, kind)
    .toArray()
    .map(({ id }) => id);
}

/** Timers that have run out, the longest overdue first. */
export function dueTimers(sql: SQL, now: number, limit: number): Timer[] {
  return sql
    .exec<Timer>(
      'SELECT kind, id, due_at FROM timers WHERE due_at <= ? ORDER BY due_at LIMIT ?',
      now,
      limit,
    )
    .toArray();
}

/** The next deadline there is. Reads every timer: for the alarm's handler and the constructor, not for each write. */
export function earliestTimer(sql: SQL): number | null {
  return (
    firstRow<{ due_at: number | null }>(sql, 'SELECT MIN(due_at) AS due_at FROM timers')?.due_at ??
    null
  );
}

/**
 * The earliest deadline set on each storage since somebody asked: what tells a write's caller, without a query,
 * whether the alarm may be too late. A rolled-back write leaves a deadline here that no row has; the alarm then comes
 * for nothing once, which is why this memory may be touched inside a transaction.
 */
const earliestSet = new WeakMap<SQL, number>();

function noteDeadline(sql: SQL, dueAt: number): void {
  earliestSet.set(sql, Math.min(dueAt, earliestSet.get(sql) ?? Infinity));
}

/** The earliest deadline set since the last call, or null when none was. */
export function takeEarliestSet(sql: SQL): number | null {
  const dueAt = earliestSet.get(sql);
  earliestSet.delete(sql);
  return dueAt ?? null;
}
