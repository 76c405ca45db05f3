/**
 * A restore: records go into staging tables over many turns, then one transaction puts them into the place of the live
 * ones. Until then nothing of the datacenter has changed; after a failure nothing is left of it.
 */
import type { SchemaHistory } from '../db/schema-history.ts';
import type { SQL, SQLValue, Storage } from '../db/storage.ts';
import { RESTORE_INDEX_JUMP } from '../../protocol/limits.ts';
import { RPCError } from '../../protocol/errors.ts';
import { forgetCountsTxn } from '../state/failure-counts.ts';
import { setMetaTxn } from '../state/meta.ts';
import type { Writer } from '../writer.ts';
import { stageAuthorityTxn } from './restored-authority.ts';
import { stageTimersTxn } from './restored-timers.ts';
import {
  END_TYPE,
  HEADER_TYPE,
  type SnapshotEnd,
  type SnapshotHeader,
  type SnapshotRecord,
  parseHeader,
} from './snapshot-header.ts';
import { migrateStagingTxn, swapTableTxn } from './staging.ts';
import { type TableShape, isPlainName, readShape, valueProblem } from './table-shape.ts';
import { SAVED_TABLES, UNSAVED_TABLES } from './tables.ts';
import { TemporaryNames, dropTemporaryTxn } from './temporary-names.ts';

/** The file is to blame, and nothing was changed. */
export function refuse(reason: string): RPCError {
  return new RPCError('invalid', `failed to restore snapshot: ${reason}; nothing was changed`);
}

interface Target {
  readonly shape: TableShape;
  readonly insert: string;
}

export interface RestoreOptions {
  readonly actor: string;
  readonly incarnation: string;
  readonly now: number;
}

export class SnapshotRestore {
  readonly #storage: Storage;
  readonly #history: SchemaHistory;
  readonly #names: TemporaryNames;
  readonly #targets = new Map<string, Target>();
  #header: SnapshotHeader | null = null;
  #records = 0;
  #isWhole = false;

  constructor(storage: Storage, history: SchemaHistory) {
    this.#storage = storage;
    this.#history = history;
    this.#names = new TemporaryNames(storage.sql, 'restore');
  }

  /** The next lines of the state, in one transaction. @throws RPCError */
  accept(lines: readonly string[]): void {
    this.#storage.transactionSync(() => {
      for (const line of lines) this.#acceptTxn(parseRecord(line));
    });
  }

  /**
   * Swaps the staged state in. It takes one index, well ahead of all that were seen before.
   *
   * Memory knows nothing of it: the caller has to read everything anew.
   *
   * @throws RPCError when the state is not whole, or does not fit the present schema; then nothing has changed
   */
  commit(writer: Writer, { actor, incarnation, now }: RestoreOptions): { index: number } {
    const header = this.#header;
    if (header === null || !this.#isWhole) throw refuse('it ends before its end');
    const index = Math.max(writer.lastIndex, header.Index) + RESTORE_INDEX_JUMP;
    const { sql } = this.#storage;
    return writer.applyAt(index, actor, (tx) => {
      this.#migrateTxn(sql, header, now);
      for (const { table } of SAVED_TABLES) swapTableTxn(sql, table, this.#names);
      clearUnsavedTxn(sql);
      dropTemporaryTxn(sql);
      forgetCountsTxn(sql);
      setMetaTxn(sql, 'incarnation', incarnation);
      setMetaTxn(sql, 'restored', String(index));
      const { Datacenter, UUID, Index, SavedAt } = header;
      tx.record({
        kind: 'snapshot.restore',
        key: Datacenter,
        previousIndex: 0,
        value: JSON.stringify({ Datacenter, UUID, Index, SavedAt, Records: this.#records }),
      });
    });
  }

  /** Removes what was staged. */
  abort(): void {
    this.#storage.transactionSync(() => dropTemporaryTxn(this.#storage.sql, this.#names.prefix));
  }

  #acceptTxn({ Type, Data }: SnapshotRecord): void {
    if (this.#isWhole) throw refuse('it goes on behind its end');
    if (this.#header === null) this.#beginTxn(Type, Data);
    else if (Type === END_TYPE) this.#end(Data as SnapshotEnd | null);
    else this.#insertTxn(Type, Data);
  }

  #beginTxn(type: string, data: unknown): void {
    if (type !== HEADER_TYPE) throw refuse('it does not begin with a header');
    let header: SnapshotHeader;
    try {
      header = parseHeader(data);
    } catch (error) {
      throw refuse((error as Error).message);
    }
    const { Version, Tag } = header.Schema;
    if (this.#history[Version - 1]?.tag !== Tag) {
      throw refuse(
        `it was saved by a newer version (schema ${Tag}), and this one knows ${this.#history.at(-1)?.tag}: ` +
          'upgrade the control plane first',
      );
    }
    const { sql } = this.#storage;
    migrateStagingTxn(sql, this.#history, this.#names, 0, Version);
    for (const [recordType, table] of Object.entries(header.Tables)) {
      this.#targets.set(recordType, createTarget(sql, table, this.#names));
    }
    this.#header = header;
  }

  #end(data: SnapshotEnd | null): void {
    if (data?.Records !== this.#records) {
      throw refuse(`it has ${this.#records} records where its end says ${String(data?.Records)}`);
    }
    this.#isWhole = true;
  }

  #insertTxn(type: string, data: unknown): void {
    const target = this.#targets.get(type);
    if (target === undefined) throw refuse(`its header knows no records of type ${type}`);
    const values = toValues(type, target.shape, data);
    this.#records++;
    try {
      this.#storage.sql.exec(target.insert, ...values);
    } catch (error) {
      throw refuse(`record ${this.#records} (${type}): ${(error as Error).message}`);
    }
  }

  #migrateTxn(sql: SQL, header: SnapshotHeader, now: number): void {
    try {
      migrateStagingTxn(sql, this.#history, this.#names, header.Schema.Version);
      keepChunksTxn(sql, this.#names);
      stageTimersTxn(sql, this.#names, now);
      stageAuthorityTxn(sql, this.#names);
    } catch (error) {
      throw refuse(`its tables do not fit the present schema: ${(error as Error).message}`);
    }
  }
}

function parseRecord(text: string): SnapshotRecord {
  let record: SnapshotRecord | null;
  try {
    record = JSON.parse(text) as SnapshotRecord | null;
  } catch {
    throw refuse('a line of it is no JSON');
  }
  if (typeof record?.Type !== 'string') throw refuse('a line of it is no record');
  return record;
}

function createTarget(sql: SQL, table: string, staging: TemporaryNames): Target {
  if (!isPlainName(table)) throw refuse(`its header names a table ${JSON.stringify(table)}`);
  let shape: TableShape;
  try {
    shape = readShape(sql, staging.of(table));
  } catch (error) {
    throw refuse((error as Error).message);
  }
  const names = shape.columns.map(({ name }) => `"${name}"`).join(', ');
  const places = shape.columns.map(() => '?').join(', ');
  return { shape, insert: `INSERT INTO "${staging.of(table)}" (${names}) VALUES (${places})` };
}

/** The record's fields in the order of the columns; exactly those. */
function toValues(type: string, { columns }: TableShape, data: unknown): SQLValue[] {
  if (data === null || typeof data !== 'object') throw refuse(`a record of type ${type} is empty`);
  const fields = data as Record<string, unknown>;
  if (Object.keys(fields).length !== columns.length) {
    throw refuse(`a record of type ${type} has other fields than its table`);
  }
  return columns.map((column) => {
    const value = fields[column.name];
    const problem = value === undefined ? `${column.name} is missing` : valueProblem(column, value);
    if (problem !== null) throw refuse(`a record of type ${type}: ${problem}`);
    return value as SQLValue;
  });
}

/** Pieces of long values belong to rows and to the log alike: those of the log, which stays, are joined to the restored. */
function keepChunksTxn(sql: SQL, names: TemporaryNames): void {
  const staged = `"${names.of('kv_chunks')}"`;
  sql.exec(
    `DELETE FROM ${staged} WHERE NOT EXISTS (SELECT 1 FROM "${names.of('kv')}" AS k
       WHERE k.key = ${staged}.key AND k.modify_index = ${staged}.idx)`,
  );
  sql.exec(
    `INSERT INTO ${staged} SELECT c.* FROM kv_chunks AS c
     WHERE EXISTS (SELECT 1 FROM changes AS l WHERE l.idx = c.idx AND l.key = c.key)
       AND NOT EXISTS (SELECT 1 FROM ${staged} AS s WHERE s.key = c.key AND s.idx = c.idx)`,
  );
}

function clearUnsavedTxn(sql: SQL): void {
  for (const [table, { onRestore }] of Object.entries(UNSAVED_TABLES)) {
    if (onRestore === 'clear') sql.exec(`DELETE FROM "${table}"`);
  }
}
