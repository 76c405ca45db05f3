/**
 * The part of a Durable Object's storage that state is written against. It is synchronous by design: a turn of the
 * object is one uninterrupted piece of work, so nothing here needs a lock.
 */
export type SQLValue = string | number | null;

export interface SQLCursor<Row> extends Iterable<Row> {
  toArray(): Row[];
  next(): { done?: boolean; value?: Row | undefined };
  /** Rows that the statement wrote, indexes included: what the platform bills. Complete once the cursor is read. */
  readonly rowsWritten: number;
}

export interface SQL {
  exec<Row extends Record<string, SQLValue>>(
    query: string,
    ...bindings: SQLValue[]
  ): SQLCursor<Row>;
}

export interface Storage {
  readonly sql: SQL;
  /** Runs `work` in a transaction, nested ones as savepoints; what it throws rolls back its own writes alone. */
  transactionSync<T>(work: () => T): T;
}

/** The only row of a query, or undefined. */
export function firstRow<Row extends Record<string, SQLValue>>(
  sql: SQL,
  query: string,
  ...bindings: SQLValue[]
): Row | undefined {
  // Not `for ... of`: leaving a loop closes the cursor, which costs as much as the query (7 us of 14).
  return sql.exec<Row>(query, ...bindings).next().value;
}
