/**
 * Writing the rows of the catalog's tables.
 *
 * An upsert that says what stands there writes nothing. An update names only the columns that
 * differ: SQLite then leaves alone every secondary index whose columns are not among them, and each
 * index entry is billed as a row.
 */
import type { SQL, SQLValue } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';
import { Insertion } from './catalog-insertion.ts';

/** A type with the index columns that every table of the catalog has. */
export type CatalogRow = { create_index: number; modify_index: number };

/** What a writer decides; the indexes are the transaction's. */
export type Content<Row> = Omit<Row, 'create_index' | 'modify_index'>;

export class CatalogTable<Row extends CatalogRow & Record<keyof Row, SQLValue>> {
  readonly name: string;
  readonly #keys: readonly (keyof Row & string)[];
  readonly #columns: readonly (keyof Row & string)[];
  readonly #list: string;
  readonly #insertion: Insertion<Row>;
  readonly #condition: string;

  /**
   * @param columns all of them, the keys too, without the indexes
   * @param usual what columns of most rows hold
   */
  constructor(
    name: string,
    keys: readonly (keyof Row & string)[],
    columns: readonly (keyof Row & string)[],
    usual: Partial<Row> = {},
  ) {
    this.name = name;
    this.#keys = keys;
    this.#columns = [...columns, 'create_index', 'modify_index'];
    this.#list = this.#columns.join(', ');
    this.#insertion = new Insertion(name, this.#columns, usual);
    this.#condition = keys.map((key) => `${key} = ?`).join(' AND ');
  }

  /** For a SELECT: `a, b`, or `t.a, t.b` of a table that is called `t` there. */
  select(alias?: string): string {
    if (alias === undefined) return this.#list;
    return this.#columns.map((column) => `${alias}.${column}`).join(', ');
  }

  /**
   * Writes `content` over `existing`.
   *
   * @param createIndex of an entry that lives on under another key; otherwise the existing one's, or the transaction's
   * @returns the row as it stands now; the very `existing` when nothing differs and nothing was written
   */
  putTxn(
    tx: WriteTxn,
    existing: Row | undefined,
    content: Content<Row>,
    createIndex?: number,
  ): Row {
    if (existing !== undefined && this.#differing(existing, content as Partial<Row>).length === 0) {
      return existing;
    }
    const row = {
      ...content,
      create_index: createIndex ?? existing?.create_index ?? tx.index,
      modify_index: tx.index,
    } as Row;
    if (existing === undefined) this.#insertion.insert(tx.sql, row);
    else this.#update(tx.sql, existing, row);
    return row;
  }

  delete(sql: SQL, row: Row): void {
    sql.exec(
      `DELETE FROM ${this.name} WHERE ${this.#condition}`,
      ...this.#keys.map((key) => row[key]),
    );
  }

  #update(sql: SQL, existing: Row, row: Row): void {
    const columns = this.#differing(existing, row);
    sql.exec(
      `UPDATE ${this.name} SET ${columns.map((column) => `${column} = ?`).join(', ')} WHERE ${this.#condition}`,
      ...columns.map((column) => row[column]),
      ...this.#keys.map((key) => row[key]),
    );
  }

  #differing(existing: Row, row: Partial<Row>): (keyof Row & string)[] {
    return this.#columns.filter(
      (column) => row[column] !== undefined && row[column] !== existing[column],
    );
  }
}
