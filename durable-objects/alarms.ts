/**
 * The object's one alarm, spread over many timers.
 *
 * The platform gives an object a single alarm, retries a handler that throws six times at most, and then forgets it.
 * So the handler takes a bounded batch, an error of one timer touches no other, and the next alarm is set in `finally`.
 * No timer runs early; how late one runs depends on the platform.
 */
import type { SQL } from './db/storage.ts';
import {
  type Timer,
  type TimerKind,
  clearTimerTxn,
  dueTimers,
  earliestTimer,
  setTimerTxn,
  takeEarliestSet,
  timerDueAt,
} from './state/timers.ts';
import type { Write, WriteResult, WriteTxn } from './writer.ts';

/** The platform's side: a Durable Object's storage is one. */
export interface AlarmClock {
  /** When the alarm goes off in milliseconds, or null while none is set. */
  getAlarm(): Promise<number | null>;
  /** Replaces the alarm that there is. */
  setAlarm(at: number): Promise<void> | void;
}

/** The datacenter whose timers these are. */
export interface TimedState {
  readonly context: { readonly sql: SQL; now(): number };
  readonly writer: { write<T>(actor: string, write: Write<T>): WriteResult<T> };
  batch<T>(work: () => T): T;
}

/**
 * What to do when a timer of a kind runs out. The timer is cleared already; setting it again is the handler's choice.
 * What it throws undoes its own writes alone, and the timer comes back later.
 */
export type TimerHandler = (tx: WriteTxn, id: string) => void;
export type TimerHandlers = Readonly<Record<TimerKind, TimerHandler>>;

export type LogError = (message: string, error: unknown) => void;

/** Timers for one run: their writes share a turn, which must stay short. */
const MAX_TIMERS_PER_RUN = 256;
/** The first retry of a timer whose handler threw, doubled at each failure up to the last. */
const RETRY_MIN_MS = 1000;
const RETRY_MAX_MS = 300_000;
/** In the change log, for what no client did; the kind of timer follows. */
const ACTOR = 'datacenter';

export class Alarms {
  readonly #state: TimedState;
  readonly #clock: AlarmClock;
  readonly #handlers: TimerHandlers;
  readonly #logError: LogError;
  /** Failures in a row of a timer, for the backoff. Lost at eviction: it then starts anew at the shortest. */
  readonly #failures = new Map<string, number>();
  /** When the platform's alarm goes off; null for "not set", undefined before anybody asked. */
  #armedFor: number | null | undefined;

  constructor(
    state: TimedState,
    clock: AlarmClock,
    handlers: TimerHandlers,
    logError: LogError = reportToPlatform,
  ) {
    this.#state = state;
    this.#clock = clock;
    this.#handlers = handlers;
    this.#logError = logError;
  }

  /** For the constructor of the object: sets the alarm when timers exist and it is missing or too late. */
  async rearm(): Promise<void> {
    this.#armedFor = await this.#clock.getAlarm();
    await this.#armFor(earliestTimer(this.#state.context.sql));
  }

  /** For the end of each turn that wrote: costs nothing unless a timer was set that comes before the alarm. */
  arm(): Promise<void> | undefined {
    const dueAt = takeEarliestSet(this.#state.context.sql);
    if (dueAt === null) return undefined;
    return this.#armedFor === undefined ? this.rearm() : this.#armFor(dueAt);
  }

  /** The object's alarm handler. */
  async run(): Promise<void> {
    this.#armedFor = null;
    const { sql, now } = this.#state.context;
    // Should the whole run fail, as on a full disk, the next one must not come at once.
    let notBefore = now() + RETRY_MIN_MS;
    try {
      const due = dueTimers(sql, now(), MAX_TIMERS_PER_RUN);
      if (due.length > 0) this.#state.batch(() => due.forEach((timer) => this.#fire(timer)));
      notBefore = 0;
    } finally {
      takeEarliestSet(sql);
      const dueAt = earliestTimer(sql);
      await this.#armFor(dueAt === null ? null : Math.max(dueAt, notBefore));
    }
  }

  async #armFor(dueAt: number | null): Promise<void> {
    if (dueAt === null) return;
    if (typeof this.#armedFor === 'number' && this.#armedFor <= dueAt) return;
    this.#armedFor = dueAt;
    await this.#clock.setAlarm(dueAt);
  }

  #fire({ kind, id }: Timer): void {
    const name = `${kind}/${id}`;
    try {
      this.#state.writer.write(`${ACTOR}:${kind}`, (tx) => {
        // A handler before this one may have cleared or moved it.
        const dueAt = timerDueAt(tx.sql, kind, id);
        if (dueAt === null || dueAt > tx.now) return;
        clearTimerTxn(tx, kind, id);
        this.#handlerOf(kind)(tx, id);
      });
      this.#failures.delete(name);
    } catch (error) {
      this.#logError(`timer ${name} failed`, error);
      this.#retryLater(kind, id, name);
    }
  }

  /** Timers outlive versions of the program: one of a newer version waits for it to return. */
  #handlerOf(kind: TimerKind): TimerHandler {
    const handler = this.#handlers[kind];
    if (handler === undefined) throw new Error(`no handler for timers of kind ${kind}`);
    return handler;
  }

  #retryLater(kind: TimerKind, id: string, name: string): void {
    const failures = this.#failures.get(name) ?? 0;
    this.#failures.set(name, failures + 1);
    const delayMs = Math.min(RETRY_MIN_MS * 2 ** failures, RETRY_MAX_MS);
    this.#state.writer.write(ACTOR, (tx) => setTimerTxn(tx, kind, id, tx.now + delayMs));
  }
}

/** The console is the platform's log: `wrangler tail` and the embedded control plane show it. */
function reportToPlatform(message: string, cause: unknown): void {
  console.error(message, cause);
}
