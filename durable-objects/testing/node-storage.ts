/**
 * The Storage interface over Node's own SQLite, so that state is tested in milliseconds without a workerd.
 *
 * Not guaranteed: `rowsWritten` counts table rows only (node:sqlite does not tell of indexes); what the platform bills
 * is counted by the tests that run in workerd.
 */
import { DatabaseSync, type StatementSync } from 'node:sqlite';
import { readFileSync } from 'node:fs';
import { type SchemaHistory, splitMigration } from '../db/schema-history.ts';
import { DeferredStorage } from '../db/deferred-storage.ts';
import type { SQLCursor, SQLValue, Storage } from '../db/storage.ts';

class ArrayCursor<Row> implements SQLCursor<Row> {
  readonly #rows: Row[];
  readonly rowsWritten: number;
  #read = 0;

  constructor(rows: Row[], rowsWritten: number) {
    this.#rows = rows;
    this.rowsWritten = rowsWritten;
  }

  toArray(): Row[] {
    return this.#rows;
  }

  next(): { done?: boolean; value?: Row | undefined } {
    const value = this.#rows[this.#read++];
    return value === undefined ? { done: true } : { value };
  }

  [Symbol.iterator](): Iterator<Row> {
    return this.#rows[Symbol.iterator]();
  }
}

/** A storage in memory with every migration applied, or only the first few. */
export function createNodeStorage(
  migrations = readSchemaHistory(),
): Storage & { database: DatabaseSync } {
  const database = new DatabaseSync(':memory:');
  for (const { statements } of migrations) for (const text of statements) database.exec(text);
  return storageOver(database);
}

/** The storage of a database as it is, with rows that wait as in the datacenter: one SQL for whoever reads and writes. */
export function storageOver(database: DatabaseSync): Storage & { database: DatabaseSync } {
  return Object.assign(new DeferredStorage(plainStorage(database)), { database });
}

function plainStorage(database: DatabaseSync): Storage {
  let depth = 0;
  // Preparing costs more than running, and the statements of a datacenter are few.
  const statements = new Map<string, StatementSync>();
  const prepare = (query: string): StatementSync => {
    let statement = statements.get(query);
    if (statement === undefined) statements.set(query, (statement = database.prepare(query)));
    return statement;
  };
  const totalChanges = (): number => (prepare(TOTAL_CHANGES).get() as { n: number }).n;
  return {
    sql: {
      exec<Row extends Record<string, SQLValue>>(query: string, ...bindings: SQLValue[]) {
        const before = totalChanges();
        const rows = prepare(query).all(...bindings) as Row[];
        return new ArrayCursor(rows, totalChanges() - before);
      },
    },
    transactionSync<T>(work: () => T): T {
      const name = `s${depth++}`;
      database.exec(`SAVEPOINT ${name}`);
      try {
        const result = work();
        database.exec(`RELEASE ${name}`);
        return result;
      } catch (error) {
        database.exec(`ROLLBACK TO ${name}; RELEASE ${name}`);
        throw error;
      } finally {
        depth--;
      }
    },
  };
}

const TOTAL_CHANGES = 'SELECT total_changes() AS n';

interface Journal {
  entries: { tag: string }[];
}

/** The committed migrations, as the Worker bundles them. */
export function readSchemaHistory(): SchemaHistory {
  const folder = new URL('../../migrations/', import.meta.url);
  const journal = JSON.parse(
    readFileSync(new URL('meta/_journal.json', folder), 'utf8'),
  ) as Journal;
  return journal.entries.map(({ tag }) => ({
    tag,
    statements: splitMigration(readFileSync(new URL(`${tag}.sql`, folder), 'utf8')),
  }));
}
