/**
 * When the change log is trimmed: by a timer at the age of its oldest change, or at once when it has grown too large.
 *
 * A datacenter has at most one such timer, and none while there is nothing that will ever be trimmed, so an idle one
 * sleeps. What is in memory here is read again after an eviction.
 */
import { TRIM_MIN_INTERVAL_MS } from '../protocol/limits.ts';
import type { SQL } from './db/storage.ts';
import { type Retention, oldestTrimmable, trimLogTxn } from './state/log-trim.ts';
import { setTimerTxn, timerDueAt } from './state/timers.ts';
import type { WriteTxn, Writer } from './writer.ts';

const TIMER = 'trim-log';
const TIMER_ID = '';
const ACTOR = 'datacenter';
/** Trimming by size goes below the bound by this share of it, so that it comes in large steps. */
const SLACK = 1 / 16;

export class LogKeeper {
  readonly #sql: SQL;
  readonly #writer: Writer;
  readonly #now: () => number;
  readonly #retention: Retention;
  /** When the timer runs out; null for "not set", undefined for "to be looked up". */
  #dueAt: number | null | undefined;
  /** Where the log begins, in the measure of `writer.logEnd`; undefined for "to be looked up". */
  #logStart: number | undefined;

  constructor(sql: SQL, writer: Writer, now: () => number, retention: Retention) {
    this.#sql = sql;
    this.#writer = writer;
    this.#now = now;
    this.#retention = retention;
  }

  /** For the end of each batch that changed something: sets the timer if it is missing or too late. */
  armTxn(): void {
    this.#dueAt ??= timerDueAt(this.#sql, TIMER, TIMER_ID);
    const now = this.#now();
    if (this.#dueAt === null) this.#setAt(now + this.#retention.maxAgeMs);
    else if (this.#dueAt > now && this.#sizeTxn() > this.#retention.maxBytes) this.#setAt(now);
  }

  /** The timer's handler: one step, and the timer for the next. */
  trimTxn(tx: WriteTxn): void {
    this.forget();
    const dueAt = this.#stepTxn(tx);
    if (dueAt !== null) setTimerTxn(tx, TIMER, TIMER_ID, dueAt);
    this.#dueAt = dueAt;
  }

  /** After a transaction failed, or the tables were replaced: what is known may be wrong. */
  forget(): void {
    this.#dueAt = undefined;
    this.#logStart = undefined;
  }

  /** @returns when there will be more to do */
  #stepTxn(tx: WriteTxn): number | null {
    const { maxAgeMs, maxBytes } = this.#retention;
    const end = this.#writer.logEnd - maxBytes * (1 - SLACK);
    if (trimLogTxn(tx.sql, tx.now - maxAgeMs, end)) return tx.now;
    const oldest = oldestTrimmable(tx.sql);
    if (oldest === undefined) return null;
    return Math.max(oldest.at + maxAgeMs, tx.now + TRIM_MIN_INTERVAL_MS);
  }

  #sizeTxn(): number {
    this.#logStart ??= oldestTrimmable(this.#sql)?.log_end ?? this.#writer.logEnd;
    return this.#writer.logEnd - this.#logStart;
  }

  #setAt(dueAt: number): void {
    this.#writer.write(ACTOR, (tx) => setTimerTxn(tx, TIMER, TIMER_ID, dueAt), false);
    this.#dueAt = dueAt;
  }
}
