/**
 * One table, copied row by row as it was when the copy began.
 *
 * Triggers keep the first image of each row that changes before the copy has come to it; for a row that did not exist the
 * image is null. The copy walks the key upwards, leaves out rows that have an image, and gives the images at the end. So
 * no turn is held open, whatever is written meanwhile, and a write costs at most one row more.
 */
import type { SQL, SQLValue } from '../db/storage.ts';
import { type TableShape, readShape } from './table-shape.ts';
import type { TemporaryNames } from './temporary-names.ts';

/**
 * Rows of one query. Queries are read to their end, since one that is left in the middle keeps the tables from being
 * dropped; and rows may have 2 MB, so that more of them at once would not fit.
 */
const ROWS_PER_QUERY = 16;

type ScannedRow = { row: string; [key: `c${number}`]: SQLValue };

export class CopiedTable {
  readonly #sql: SQL;
  readonly #shape: TableShape;
  readonly #before: string;
  readonly #cursor: string;
  readonly #triggers: readonly string[];
  #position: SQLValue[] | null = null;
  #isScanned = false;
  #lastImage = '';

  /** @param names of the copy that this table is part of; its tables exist already */
  constructor(sql: SQL, names: TemporaryNames, table: string) {
    this.#sql = sql;
    this.#shape = readShape(sql, table);
    this.#before = names.of('before');
    this.#cursor = names.of('cursor');
    this.#triggers = ['insert', 'update', 'move', 'delete'].map((event) =>
      names.of(`${table}_${event}`),
    );
  }

  /** What all tables of a copy share: images by table and key, and how far each was copied. */
  static createSharedTxn(sql: SQL, names: TemporaryNames): void {
    sql.exec(
      `CREATE TABLE ${names.of('before')} (tbl TEXT NOT NULL, key TEXT NOT NULL, image TEXT,
         PRIMARY KEY (tbl, key)) WITHOUT ROWID`,
    );
    sql.exec(
      `CREATE TABLE ${names.of('cursor')} (tbl TEXT PRIMARY KEY NOT NULL, c0, c1, c2) WITHOUT ROWID`,
    );
  }

  startTxn(): void {
    const [insert, update, move, remove] = this.#triggers as [string, string, string, string];
    const { table, key } = this.#shape;
    const isMoved = key.map((name) => `NEW."${name}" IS NOT OLD."${name}"`).join(' OR ');
    const present = `(SELECT ${this.#image('t.')} FROM "${table}" AS t WHERE ${key
      .map((name) => `t."${name}" = NEW."${name}"`)
      .join(' AND ')})`;
    // An upsert fires BEFORE INSERT too, so both see the row as it was. Conflict clauses of the outer statement would
    // override any in here, hence the conditions.
    this.#createTrigger(insert, `BEFORE INSERT ON "${table}"`, 'NEW', present);
    this.#createTrigger(update, `BEFORE UPDATE ON "${table}"`, 'OLD', this.#image('OLD.'));
    this.#createTrigger(move, `BEFORE UPDATE ON "${table}"`, 'NEW', present, isMoved);
    this.#createTrigger(remove, `BEFORE DELETE ON "${table}"`, 'OLD', this.#image('OLD.'));
  }

  /**
   * The next rows as JSON objects, as many as fit.
   *
   * @param maxChars above 0
   * @returns an empty list when the table is done
   */
  nextTxn(maxChars: number): string[] {
    const rows: string[] = [];
    let chars = 0;
    do {
      const more = this.#isScanned ? this.#nextImages() : this.#nextRows();
      for (const row of more) chars += row.length;
      rows.push(...more);
      if (more.length === 0 && this.#isScanned) break;
      if (more.length === 0) this.#endScanTxn();
    } while (chars < maxChars);
    if (!this.#isScanned) this.#saveCursorTxn();
    return rows;
  }

  #nextRows(): string[] {
    const { table, key } = this.#shape;
    const names = key.map((name) => `t."${name}"`).join(', ');
    const after = this.#position === null ? '1' : `(${names}) > (${key.map(() => '?').join(', ')})`;
    const found = this.#sql
      .exec<ScannedRow>(
        `SELECT ${this.#image('t.')} AS row, ${key.map((name, at) => `t."${name}" AS c${at}`).join(', ')}
         FROM "${table}" AS t WHERE ${after} AND NOT EXISTS (SELECT 1 FROM ${this.#before} AS b
           WHERE b.tbl = '${table}' AND b.key = ${this.#keyText('t.')})
         ORDER BY ${names} LIMIT ${ROWS_PER_QUERY}`,
        ...(this.#position ?? []),
      )
      .toArray();
    const last = found.at(-1);
    if (last !== undefined) this.#position = key.map((_name, at) => last[`c${at}`]!);
    return found.map(({ row }) => row);
  }

  /** From here on nothing can change any more what the copy will give. */
  #endScanTxn(): void {
    this.#isScanned = true;
    for (const name of this.#triggers) this.#sql.exec(`DROP TRIGGER ${name}`);
  }

  /** What lies behind it needs no image any more. */
  #saveCursorTxn(): void {
    const values = [...this.#position!, null, null].slice(0, 3);
    this.#sql.exec(
      `INSERT OR REPLACE INTO ${this.#cursor} (tbl, c0, c1, c2) VALUES (?, ?, ?, ?)`,
      this.#shape.table,
      ...values,
    );
  }

  #nextImages(): string[] {
    const found = this.#sql
      .exec<{ key: string; image: string }>(
        `SELECT key, image FROM ${this.#before} WHERE tbl = ? AND key > ? AND image IS NOT NULL
         ORDER BY key LIMIT ${ROWS_PER_QUERY}`,
        this.#shape.table,
        this.#lastImage,
      )
      .toArray();
    this.#lastImage = found.at(-1)?.key ?? this.#lastImage;
    return found.map(({ image }) => image);
  }

  #createTrigger(
    name: string,
    event: string,
    row: 'OLD' | 'NEW',
    image: string,
    condition = '1',
  ): void {
    const { table, key } = this.#shape;
    const columns = key.map((column) => `${row}."${column}"`).join(', ');
    const reached = key.map((_column, at) => `c${at}`).join(', ');
    // No cursor yet means that the copy has not reached anything.
    const isAhead = `COALESCE((${columns}) > (SELECT ${reached} FROM ${this.#cursor} WHERE tbl = '${table}'), 1)`;
    const keyText = this.#keyText(`${row}.`);
    this.#sql.exec(
      `CREATE TRIGGER ${name} ${event} WHEN (${condition}) AND ${isAhead}
         AND NOT EXISTS (SELECT 1 FROM ${this.#before} WHERE tbl = '${table}' AND key = ${keyText})
       BEGIN INSERT INTO ${this.#before} (tbl, key, image) VALUES ('${table}', ${keyText}, ${image}); END`,
    );
  }

  #keyText(prefix: string): string {
    const names = this.#shape.key.map((name) => `${prefix}"${name}"`);
    return `json_array(${names.join(', ')})`;
  }

  #image(prefix: string): string {
    const fields = this.#shape.columns.map(({ name }) => `'${name}', ${prefix}"${name}"`);
    return `json_object(${fields.join(', ')})`;
  }
}
