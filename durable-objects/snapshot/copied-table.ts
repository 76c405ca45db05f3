/**
 * One table, copied row by row as it was when the copy began.
 *
 * Triggers keep the first image of each row that changes before the copy has come to it; for a row that did not exist the
 * image is null. The copy walks the key upwards, leaves out rows that have an image, and gives the images at the end. So
 * no turn is held open, whatever is written meanwhile, and a write costs at most one row more.
 */
import type { SQL, SQLValue } from '../db/storage.ts';
import { type TableShape, readShape } from './table-shape.ts';
import { copyName } from './temporary-names.ts';

/** Rows for one turn; texts are bounded by the caller. */
const MAX_ROWS_PER_STEP = 2048;

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

  /** @param copy the number of the copy that this table is part of; its tables exist already */
  constructor(sql: SQL, copy: number, table: string) {
    this.#sql = sql;
    this.#shape = readShape(sql, table);
    this.#before = copyName(copy, 'before');
    this.#cursor = copyName(copy, 'cursor');
    this.#triggers = ['insert', 'update', 'move', 'delete'].map((event) =>
      copyName(copy, `${table}_${event}`),
    );
  }

  /** What all tables of a copy share: images by table and key, and how far each was copied. */
  static createSharedTxn(sql: SQL, copy: number): void {
    sql.exec(
      `CREATE TABLE ${copyName(copy, 'before')} (tbl TEXT NOT NULL, key TEXT NOT NULL, image TEXT,
         PRIMARY KEY (tbl, key)) WITHOUT ROWID`,
    );
    sql.exec(
      `CREATE TABLE ${copyName(copy, 'cursor')} (tbl TEXT PRIMARY KEY NOT NULL, c0, c1, c2) WITHOUT ROWID`,
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
   * @returns an empty list when the table is done
   */
  nextTxn(maxChars: number): string[] {
    if (!this.#isScanned) {
      const rows = this.#scanTxn(maxChars);
      if (rows.length > 0) return rows;
    }
    return this.#imagesTxn(maxChars);
  }

  #scanTxn(maxChars: number): string[] {
    const { table, key } = this.#shape;
    const names = key.map((name) => `t."${name}"`).join(', ');
    const after = this.#position === null ? '1' : `(${names}) > (${key.map(() => '?').join(', ')})`;
    const cursor = this.#sql.exec<ScannedRow>(
      `SELECT ${this.#image('t.')} AS row, ${key.map((name, at) => `t."${name}" AS c${at}`).join(', ')}
       FROM "${table}" AS t WHERE ${after} AND NOT EXISTS (SELECT 1 FROM ${this.#before} AS b
         WHERE b.tbl = '${table}' AND b.key = ${this.#keyText('t.')})
       ORDER BY ${names} LIMIT ${MAX_ROWS_PER_STEP}`,
      ...(this.#position ?? []),
    );
    const rows: string[] = [];
    let chars = 0;
    for (const scanned of cursor) {
      rows.push(scanned.row);
      chars += scanned.row.length;
      this.#position = key.map((_name, at) => scanned[`c${at}`]!);
      if (chars >= maxChars) break;
    }
    if (rows.length === 0) this.#endScanTxn();
    else this.#saveCursorTxn();
    return rows;
  }

  /** From here on nothing can change any more what the copy will give. */
  #endScanTxn(): void {
    this.#isScanned = true;
    for (const name of this.#triggers) this.#sql.exec(`DROP TRIGGER ${name}`);
  }

  #saveCursorTxn(): void {
    const values = [...this.#position!, null, null].slice(0, 3);
    this.#sql.exec(
      `INSERT OR REPLACE INTO ${this.#cursor} (tbl, c0, c1, c2) VALUES (?, ?, ?, ?)`,
      this.#shape.table,
      ...values,
    );
  }

  #imagesTxn(maxChars: number): string[] {
    const images: string[] = [];
    let chars = 0;
    const found = this.#sql.exec<{ key: string; image: string }>(
      `SELECT key, image FROM ${this.#before} WHERE tbl = ? AND key > ? AND image IS NOT NULL
       ORDER BY key LIMIT ${MAX_ROWS_PER_STEP}`,
      this.#shape.table,
      this.#lastImage,
    );
    for (const { key, image } of found) {
      this.#lastImage = key;
      images.push(image);
      chars += image.length;
      if (chars >= maxChars) break;
    }
    return images;
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
