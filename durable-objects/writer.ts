/**
 * The only place that takes an index and opens a write transaction.
 *
 * A batch is one transaction of the storage, so one commit; each write in it has an index of its own and rolls back
 * alone when it throws. Memory (the index counter, the watchers) is touched only after the whole batch succeeded: a
 * throw undoes SQL, not variables. A write that records no change takes no index and wakes nobody.
 */
import { DeferredStorage } from './db/deferred-storage.ts';
import type { SQL, Storage } from './db/storage.ts';
import { firstRow } from './db/storage.ts';
import { type Change, changesTable, isCheckChange, sizeOfChange } from './state/changes-rows.ts';
import { lastCheckChange } from './state/last-check-change.ts';
import { topicsTable } from './state/topics-rows.ts';
import type { Topic } from './watch/topics.ts';
import { logTopicsOf } from './watch/change-topics.ts';
import { keyPrefixTopic, keyTopic } from './watch/topics.ts';

export type { Change };

/** What touched topics are told to once their writes are durable in this turn. */
export interface Publisher {
  /** @param since the last index before the writes */
  publish(touched: Touched, since: number): void;
  /** True when somebody watches a prefix of this many UTF-16 units or fewer: lets writes skip the walk. */
  watchesPrefixes(): boolean;
  /** True when somebody follows the change log. */
  watchesLog(): boolean;
}

/** Topics of a batch with the last index that touched each. */
export type Touched = ReadonlyMap<Topic, number>;

export interface WriteTxnOptions {
  readonly index: number;
  readonly now: number;
  readonly actor: string;
  readonly touched: Map<Topic, number>;
  readonly walkPrefixes: boolean;
  readonly isLogWatched: boolean;
  readonly logEnd: number;
  readonly checksIndex: number;
}

/** A write in progress: everything that a `*Txn` function may use. */
export class WriteTxn {
  readonly sql: SQL;
  /** The index that this write stamps on what it changes. */
  readonly index: number;
  /** Milliseconds since 1970, the same for the whole write. */
  readonly now: number;
  readonly #storage: DeferredStorage;
  readonly #actor: string;
  readonly #touched: Map<Topic, number>;
  readonly #walkPrefixes: boolean;
  readonly #isLogWatched: boolean;
  #items = 0;
  #logEnd: number;
  #checksIndex: number;

  constructor(storage: DeferredStorage, options: WriteTxnOptions) {
    this.sql = storage.sql;
    this.#storage = storage;
    this.index = options.index;
    this.now = options.now;
    this.#actor = options.actor;
    this.#touched = options.touched;
    this.#walkPrefixes = options.walkPrefixes;
    this.#isLogWatched = options.isLogWatched;
    this.#logEnd = options.logEnd;
    this.#checksIndex = options.checksIndex;
  }

  /** Size of everything that was ever appended to the log, this write included. */
  get logEnd(): number {
    return this.#logEnd;
  }

  /** Index of the last change of any health check, this write included. */
  get checksIndex(): number {
    return this.#checksIndex;
  }

  /** True once the write changed something, and so takes its index. */
  get changed(): boolean {
    return this.#items > 0;
  }

  /** Appends to the change log. Every row that a write changes is recorded, or the index would not advance. */
  record(change: Change): void {
    this.#logEnd += sizeOfChange(change, this.#actor);
    if (isCheckChange(change)) this.#checksIndex = this.index;
    this.#storage.defer(changesTable, {
      index: this.index,
      item: this.#items,
      now: this.now,
      actor: this.#actor,
      change,
      logEnd: this.#logEnd,
      checksIndex: this.#checksIndex,
    });
    this.#items++;
    if (this.#isLogWatched) for (const topic of logTopicsOf(change)) this.wake(topic);
  }

  /** Wakes watchers of a KV key and of all its prefixes. KV topics have no row: their index comes from key ranges. */
  touchKey(key: string): void {
    this.#touched.set(keyTopic(key), this.index);
    if (!this.#walkPrefixes) return;
    for (let length = 0; length <= key.length; length++) {
      this.#touched.set(keyPrefixTopic(key.slice(0, length)), this.index);
    }
  }

  /** Wakes watchers of a topic whose index is that of a row, and so needs none of its own. */
  wake(topic: Topic): void {
    this.#touched.set(topic, this.index);
  }

  /**
   * Wakes watchers of a catalog topic and stores its index.
   *
   * @param gone the name that the topic speaks of has just ceased to exist: its row becomes a tombstone
   */
  touch(topic: Topic, gone = false): void {
    this.#touched.set(topic, this.index);
    const goneAt = gone ? this.now : null;
    this.#storage.defer(topicsTable, { topic, index: this.index, goneAt });
  }
}

export interface WriteResult<T> {
  /** The index that the write took, or the last one there is when it changed nothing. */
  index: number;
  value: T;
}

export type Write<T> = (tx: WriteTxn) => T;

interface OpenBatch {
  index: number;
  logEnd: number;
  checksIndex: number;
  readonly touched: Map<Topic, number>;
}

export class Writer {
  readonly #storage: DeferredStorage;
  readonly #publisher: Publisher;
  readonly #now: () => number;
  #lastIndex: number;
  #logEnd: number;
  #checksIndex: number;
  /** Set while a batch runs: the index of its last write, the end of the log, and what it touched. */
  #open: OpenBatch | null = null;

  constructor(storage: Storage, publisher: Publisher, now: () => number) {
    this.#storage = DeferredStorage.over(storage);
    this.#publisher = publisher;
    this.#now = now;
    this.#lastIndex = readLastIndex(storage.sql);
    this.#logEnd = readLogEnd(storage.sql);
    this.#checksIndex = lastCheckChange(storage.sql);
  }

  /** The last index that is committed. */
  get lastIndex(): number {
    return this.#lastIndex;
  }

  /** The last index of the open batch; only meaningful inside it. */
  get openIndex(): number {
    return this.#open?.index ?? this.#lastIndex;
  }

  /** Size of everything that was ever appended to the log, the open batch included. */
  get logEnd(): number {
    return this.#open?.logEnd ?? this.#logEnd;
  }

  /**
   * Runs `work` in one transaction and tells watchers when it succeeded.
   *
   * `work` calls `write` any number of times; what it throws undoes all of them.
   */
  batch<T>(work: () => T): T {
    if (this.#open !== null) throw new Error('a batch is open already');
    const open: OpenBatch = {
      index: this.#lastIndex,
      logEnd: this.#logEnd,
      checksIndex: this.#checksIndex,
      touched: new Map<Topic, number>(),
    };
    this.#open = open;
    try {
      const result = this.#storage.transactionSync(work);
      const since = this.#lastIndex;
      this.#lastIndex = open.index;
      this.#logEnd = open.logEnd;
      this.#checksIndex = open.checksIndex;
      if (open.touched.size > 0) this.#publisher.publish(open.touched, since);
      return result;
    } finally {
      this.#open = null;
    }
  }

  /**
   * One write of the open batch. What it throws undoes this write alone and is thrown on.
   *
   * @param needsSavepoint false for a write that throws only before it has written anything
   */
  write<T>(actor: string, write: Write<T>, needsSavepoint = true): WriteResult<T> {
    const open = this.#open;
    if (open === null) throw new Error('a write needs a batch');
    const touched = new Map<Topic, number>();
    const tx = new WriteTxn(this.#storage, {
      index: open.index + 1,
      now: this.#now(),
      actor,
      touched,
      walkPrefixes: this.#publisher.watchesPrefixes(),
      isLogWatched: this.#publisher.watchesLog(),
      logEnd: open.logEnd,
      checksIndex: open.checksIndex,
    });
    const value = needsSavepoint ? this.#storage.transactionSync(() => write(tx)) : write(tx);
    if (tx.changed) {
      open.index = tx.index;
      open.logEnd = tx.logEnd;
      open.checksIndex = tx.checksIndex;
      for (const [topic, index] of touched) open.touched.set(topic, index);
    }
    return { index: open.index, value };
  }

  /** A batch of one. */
  apply<T>(actor: string, write: Write<T>): WriteResult<T> {
    return this.batch(() => this.write(actor, write));
  }

  /** A batch of one write that takes `index`, which lies ahead: those in between are never taken. */
  applyAt<T>(index: number, actor: string, write: Write<T>): WriteResult<T> {
    return this.batch(() => {
      if (index <= this.openIndex) throw new RangeError(`index ${index} is taken already`);
      this.#open!.index = index - 1;
      return this.write(actor, write);
    });
  }
}

/** The last change row is the index counter; a new datacenter starts at 1, as clients take 0 for "no index". */
function readLastIndex(sql: SQL): number {
  const row = firstRow<{ idx: number }>(sql, 'SELECT idx FROM changes ORDER BY idx DESC LIMIT 1');
  return row?.idx ?? 1;
}

/** Rows of versions before the log was measured have 0; what they hold is not counted. */
function readLogEnd(sql: SQL): number {
  const row = firstRow<{ log_end: number }>(
    sql,
    'SELECT log_end FROM changes WHERE log_end > 0 ORDER BY idx DESC, item DESC LIMIT 1',
  );
  return row?.log_end ?? 0;
}
