/** Columns and key of a table, as the database itself knows them. */
import type { SQL } from '../db/storage.ts';

export interface Column {
  readonly name: string;
  readonly type: 'text' | 'integer' | 'real';
  readonly isNullable: boolean;
}

export interface TableShape {
  readonly table: string;
  readonly columns: readonly Column[];
  /** Names of the key's columns in their order. */
  readonly key: readonly string[];
}

type ColumnRow = { name: string; type: string; notnull: number; pk: number };

const NAME = /^[a-z_][a-z0-9_]*$/;

/** Whether a name may stand in a statement as it is. */
export function isPlainName(name: string): boolean {
  return NAME.test(name);
}

/** @throws Error when there is no such table, or when it holds what a line of JSON cannot */
export function readShape(sql: SQL, table: string): TableShape {
  if (!isPlainName(table)) throw new Error(`not the name of a table: ${table}`);
  const rows = sql
    .exec<ColumnRow>(`SELECT name, type, "notnull", pk FROM pragma_table_info('${table}')`)
    .toArray();
  if (rows.length === 0) throw new Error(`there is no table ${table}`);
  const columns = rows.map(({ name, type, notnull }) => ({
    name,
    type: columnType(table, name, type),
    isNullable: notnull === 0,
  }));
  const key = rows
    .filter(({ pk }) => pk > 0)
    .sort((a, b) => a.pk - b.pk)
    .map(({ name }) => name);
  if (key.length === 0) throw new Error(`${table} has no key`);
  return { table, columns, key };
}

function columnType(table: string, name: string, declared: string): Column['type'] {
  const type = declared.toLowerCase();
  if (type === 'text' || type === 'integer' || type === 'real') return type;
  throw new Error(`${table}.${name} is of type ${declared}, which no record can hold`);
}

/** What is wrong with a value for a column, or null. */
export function valueProblem({ name, type, isNullable }: Column, value: unknown): string | null {
  if (value === null) return isNullable ? null : `${name} is null`;
  if (type === 'text') return typeof value === 'string' ? null : `${name} is no text`;
  if (typeof value !== 'number') return `${name} is no number`;
  return type === 'real' || Number.isSafeInteger(value) ? null : `${name} is no integer`;
}
