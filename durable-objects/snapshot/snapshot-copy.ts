/**
 * A snapshot being saved: lines of JSON, as of the moment at which it began.
 *
 * It is pulled a piece at a time, each piece one short turn. The owner must close it, whole or not.
 */
import type { SQL, Storage } from '../db/storage.ts';
import { CopiedTable } from './copied-table.ts';
import { END_TYPE, HEADER_TYPE, type SnapshotHeader } from './snapshot-header.ts';
import { SAVED_TABLES } from './tables.ts';
import { TemporaryNames, dropTemporaryTxn } from './temporary-names.ts';

/** Characters of a piece: a turn of a few milliseconds. A single row may be longer. */
const PIECE_CHARS = 256 * 1024;

export class SnapshotCopy {
  readonly header: SnapshotHeader;
  readonly #storage: Storage;
  readonly #names: TemporaryNames;
  readonly #tables: { readonly type: string; readonly copied: CopiedTable }[];
  readonly #pieceChars: number;
  #at = -1;
  #records = 0;
  #isClosed = false;

  /** @param pieceChars about how long a piece is */
  constructor(
    storage: Storage,
    header: Omit<SnapshotHeader, 'Format' | 'Tables'>,
    pieceChars = PIECE_CHARS,
  ) {
    this.#storage = storage;
    this.#names = new TemporaryNames(storage.sql, 'copy');
    this.#pieceChars = pieceChars;
    this.header = {
      Format: 1,
      ...header,
      Tables: Object.fromEntries(SAVED_TABLES.map(({ type, table }) => [type, table])),
    };
    this.#tables = storage.transactionSync(() => startTxn(storage.sql, this.#names));
  }

  /** The next lines, each with its newline; null after the last. */
  next(): string | null {
    if (this.#isClosed) throw new Error('the snapshot was given up');
    if (this.#at < 0) {
      this.#at = 0;
      return line(HEADER_TYPE, JSON.stringify(this.header));
    }
    while (this.#at < this.#tables.length) {
      const { type, copied } = this.#tables[this.#at]!;
      const rows = this.#storage.transactionSync(() => copied.nextTxn(this.#pieceChars));
      if (rows.length > 0) {
        this.#records += rows.length;
        return rows.map((row) => line(type, row)).join('');
      }
      this.#at++;
    }
    if (this.#at > this.#tables.length) return null;
    this.#at++;
    return line(END_TYPE, JSON.stringify({ Records: this.#records }));
  }

  /** Removes what the copy keeps in the database. Safe to call twice. */
  close(): void {
    if (this.#isClosed) return;
    this.#isClosed = true;
    const { sql } = this.#storage;
    this.#storage.transactionSync(() => dropTemporaryTxn(sql, this.#names.prefix));
  }
}

function startTxn(sql: SQL, names: TemporaryNames): { type: string; copied: CopiedTable }[] {
  CopiedTable.createSharedTxn(sql, names);
  return SAVED_TABLES.map(({ table, type }) => {
    const copied = new CopiedTable(sql, names, table);
    copied.startTxn();
    return { type, copied };
  });
}

function line(type: string, data: string): string {
  return `{"Type":"${type}","Data":${data}}\n`;
}
