/**
 * Insertions that bind only what is unusual.
 *
 * A binding costs about as much as a tenth of the whole insertion, and most columns of most rows hold what they always
 * hold: that stands in the statement's text. Which columns do so is the same for nearly all rows, so few texts come up.
 */
import type { SQL, SQLValue } from '../db/storage.ts';

/** A client that varies everything must not fill the memory with texts. */
const MAX_STATEMENTS = 64;

export class Insertion<Row extends Record<keyof Row, SQLValue>> {
  readonly #table: string;
  readonly #columns: readonly (keyof Row & string)[];
  readonly #usual: Partial<Row>;
  /** By the columns that hold what is usual, a bit for each. */
  readonly #statements = new Map<number, string>();

  /** @param usual values of columns, of which there are at most 31 in the table */
  constructor(table: string, columns: readonly (keyof Row & string)[], usual: Partial<Row>) {
    this.#table = table;
    this.#columns = columns;
    this.#usual = usual;
  }

  insert(sql: SQL, row: Row): void {
    let usual = 0;
    const bindings: SQLValue[] = [];
    for (const [at, column] of this.#columns.entries()) {
      const value = row[column];
      if (value === this.#usual[column]) usual |= 1 << at;
      else bindings.push(value);
    }
    sql.exec(this.#statementFor(usual), ...bindings);
  }

  #statementFor(usual: number): string {
    const known = this.#statements.get(usual);
    if (known !== undefined) return known;
    const values = this.#columns.map((column, at) =>
      (usual & (1 << at)) === 0 ? '?' : renderLiteral(this.#usual[column] as SQLValue),
    );
    const text = `INSERT INTO ${this.#table} (${this.#columns.join(', ')}) VALUES (${values.join(', ')})`;
    if (this.#statements.size >= MAX_STATEMENTS) this.#statements.clear();
    this.#statements.set(usual, text);
    return text;
  }
}

function renderLiteral(value: SQLValue): string {
  if (value === null) return 'NULL';
  return typeof value === 'number' ? String(value) : `'${value.replaceAll("'", "''")}'`;
}
