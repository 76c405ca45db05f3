/** Whole states as text, and snapshots of a datacenter over Node's SQLite. */
import type { SQL, Storage } from '../db/storage.ts';
import { SnapshotCopy } from '../snapshot/snapshot-copy.ts';
import type { SnapshotRecord } from '../snapshot/snapshot-header.ts';
import { readShape } from '../snapshot/table-shape.ts';
import { SAVED_TABLES } from '../snapshot/tables.ts';
import { readSchemaHistory } from './node-storage.ts';

/** The rows of tables as JSON, sorted; of all that are saved unless named. */
export function dumpTables(
  sql: SQL,
  tables = SAVED_TABLES.map(({ table }) => table),
): Record<string, string[]> {
  return Object.fromEntries(
    tables.map((table) => {
      const fields = readShape(sql, table).columns.map(({ name }) => `'${name}', "${name}"`);
      const rows = sql.exec<{ row: string }>(
        `SELECT json_object(${fields.join(', ')}) AS row FROM "${table}"`,
      );
      return [
        table,
        rows
          .toArray()
          .map(({ row }) => row)
          .toSorted(),
      ];
    }),
  );
}

/** Everything in the database, tables of any kind included. */
export function dumpDatabase(sql: SQL): Record<string, string[]> {
  const names = sql
    .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    .toArray();
  return dumpTables(
    sql,
    names.map(({ name }) => name),
  );
}

/** @param index of the state that is saved */
export function startCopy(storage: Storage, index: number, pieceChars?: number): SnapshotCopy {
  const history = readSchemaHistory();
  return new SnapshotCopy(
    storage,
    {
      Datacenter: 'dc1',
      UUID: 'uuid-of-dc1',
      Index: index,
      SavedAt: 1_000_000,
      Schema: { Version: history.length, Tag: history.at(-1)!.tag },
    },
    pieceChars,
  );
}

/** What is left of a copy, as lines. */
export function takeLines(copy: SnapshotCopy): string[] {
  const lines: string[] = [];
  for (let piece = copy.next(); piece !== null; piece = copy.next()) {
    lines.push(...piece.split('\n').filter((line) => line !== ''));
  }
  return lines;
}

/** The records of a snapshot by their table, as `dumpTables` gives them. */
export function recordsByTable(lines: readonly string[]): Record<string, string[]> {
  const tables: Record<string, string[]> = Object.fromEntries(
    SAVED_TABLES.map(({ table }) => [table, []]),
  );
  for (const { Type, Data } of lines.map((line) => JSON.parse(line) as SnapshotRecord)) {
    const table = SAVED_TABLES.find(({ type }) => type === Type)?.table;
    if (table !== undefined) tables[table]!.push(JSON.stringify(Data));
  }
  for (const rows of Object.values(tables)) rows.sort();
  return tables;
}
