/**
 * Rows that are written together.
 *
 * What a statement costs in a Durable Object is mostly the call and its bindings, not the row: so rows of tables that
 * every write adds to are kept until the transaction ends, and go in by few statements. Nobody can tell: a statement that
 * names such a table finds them written, and what is rolled back takes its rows with it, also those that were written
 * in between.
 */
import type { SQL, SQLCursor, SQLValue, Storage } from './storage.ts';

/** A table whose rows may wait. */
export interface DeferredTable<Row> {
  readonly name: string;
  /** In the order in which they were deferred. */
  write(sql: SQL, rows: readonly Row[]): void;
  /**
   * True for a row that must not wait: the database might refuse it for its size, and then its own write has to fail,
   * not all that share the transaction.
   */
  mustNotWait?(row: Row): boolean;
}

interface Waiting {
  readonly table: DeferredTable<never>;
  readonly rows: unknown[];
  /** How many of `rows` are in the table already. */
  written: number;
}

/** How much of each table's rows there was when a transaction began. */
type Mark = readonly (readonly [rows: number, written: number])[];

/** Statements are constant, and a few hundred; those whose text depends on what they write must not add up. */
const MAX_KNOWN_STATEMENTS = 1_000;

export class DeferredStorage implements Storage {
  readonly sql: SQL;
  readonly #storage: Storage;
  readonly #waiting: Waiting[] = [];
  readonly #byTable = new Map<DeferredTable<never>, Waiting>();
  /** Whether a statement names one of the tables. */
  readonly #isAbout = new Map<string, boolean>();
  #names = /(?!)/;
  #depth = 0;
  #isPending = false;

  constructor(storage: Storage) {
    this.#storage = storage;
    this.sql = {
      exec: <Row extends Record<string, SQLValue>>(
        query: string,
        ...bindings: SQLValue[]
      ): SQLCursor<Row> => {
        if (this.#isPending && this.#concerns(query)) this.#writeAll();
        return storage.sql.exec<Row>(query, ...bindings);
      },
    };
  }

  /** The storage itself if it defers already. */
  static over(storage: Storage): DeferredStorage {
    return storage instanceof DeferredStorage ? storage : new DeferredStorage(storage);
  }

  /** Adds a row; outside of a transaction at once. */
  defer<Row>(table: DeferredTable<Row>, row: Row): void {
    if (this.#depth === 0 || table.mustNotWait?.(row) === true) {
      table.write(this.#storage.sql, [row]);
      return;
    }
    this.#waitingOf(table).rows.push(row);
    this.#isPending = true;
  }

  transactionSync<T>(work: () => T): T {
    const mark = this.#mark();
    this.#depth++;
    try {
      return this.#storage.transactionSync(() => {
        const result = work();
        if (this.#depth === 1) this.#writeAll();
        return result;
      });
    } catch (error) {
      this.#rollBackTo(mark);
      throw error;
    } finally {
      this.#depth--;
      if (this.#depth === 0) this.#forget();
    }
  }

  #waitingOf<Row>(table: DeferredTable<Row>): Waiting {
    const key = table as unknown as DeferredTable<never>;
    let waiting = this.#byTable.get(key);
    if (waiting === undefined) {
      waiting = { table: key, rows: [], written: 0 };
      this.#byTable.set(key, waiting);
      this.#waiting.push(waiting);
      this.#isAbout.clear();
      this.#names = new RegExp(`\\b(${this.#waiting.map((each) => each.table.name).join('|')})\\b`);
    }
    return waiting;
  }

  #concerns(query: string): boolean {
    let concerns = this.#isAbout.get(query);
    if (concerns === undefined) {
      concerns = this.#names.test(query);
      if (this.#isAbout.size >= MAX_KNOWN_STATEMENTS) this.#isAbout.clear();
      this.#isAbout.set(query, concerns);
    }
    return concerns;
  }

  #writeAll(): void {
    if (!this.#isPending) return;
    for (const waiting of this.#waiting) {
      const rows = waiting.rows.slice(waiting.written);
      if (rows.length > 0) waiting.table.write(this.#storage.sql, rows as never[]);
      waiting.written = waiting.rows.length;
    }
    this.#isPending = false;
  }

  #mark(): Mark {
    return this.#waiting.map(({ rows, written }) => [rows.length, written]);
  }

  /** Rows from before the mark that were written after it are gone from the table, and wait again. */
  #rollBackTo(mark: Mark): void {
    for (const [at, waiting] of this.#waiting.entries()) {
      const [rows, written] = mark[at] ?? [0, 0];
      waiting.rows.length = rows;
      waiting.written = written;
    }
    this.#isPending = this.#waiting.some(({ rows, written }) => rows.length > written);
  }

  #forget(): void {
    for (const waiting of this.#waiting) {
      waiting.rows.length = 0;
      waiting.written = 0;
    }
    this.#isPending = false;
  }
}
