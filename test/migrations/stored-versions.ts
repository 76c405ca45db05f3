/** The versions of the schema, and a datacenter as each of them left it. */
import fs from 'node:fs';
import path from 'node:path';
import { DatabaseSync, type SQLOutputValue } from 'node:sqlite';
import { ROOT } from '../support/lictor-process.ts';

const MIGRATIONS = path.join(ROOT, 'migrations');
const DATA = path.join(import.meta.dirname, 'data');

export interface Version {
  readonly tag: string;
  /** What drizzle's migrator knows it by: it applies what is later than the last one it applied. */
  readonly when: number;
}

export function listVersions(): Version[] {
  const journal = fs.readFileSync(path.join(MIGRATIONS, 'meta/_journal.json'), 'utf8');
  return (JSON.parse(journal) as { entries: Version[] }).entries;
}

/** Names of the data files, without their ending. */
export function listData(): string[] {
  return fs.readdirSync(DATA).map((file) => path.basename(file, '.sql'));
}

export function migrate(database: DatabaseSync, versions: readonly Version[]): void {
  for (const { tag } of versions)
    database.exec(fs.readFileSync(path.join(MIGRATIONS, `${tag}.sql`), 'utf8'));
}

/** Brings an empty database to the last of `versions`, with the data of all of them. */
export function store(database: DatabaseSync, versions: readonly Version[]): void {
  migrate(database, versions);
  for (const { tag } of versions) {
    const file = path.join(DATA, `${tag}.sql`);
    if (fs.existsSync(file)) database.exec(fs.readFileSync(file, 'utf8'));
  }
}

/** The migrator's own table, as if it had applied `versions`. */
export function markApplied(database: DatabaseSync, versions: readonly Version[]): void {
  database.exec(
    'CREATE TABLE __drizzle_migrations (id SERIAL PRIMARY KEY, hash text NOT NULL, created_at numeric)',
  );
  const insert = database.prepare(
    "INSERT INTO __drizzle_migrations (hash, created_at) VALUES ('', ?)",
  );
  for (const { when } of versions) insert.run(when);
}

export type Row = Record<string, SQLOutputValue>;

export function tablesOf(database: DatabaseSync): string[] {
  return database
    .prepare(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE '\\_%' ESCAPE '\\' ORDER BY name",
    )
    .all()
    .map(({ name }) => String(name));
}

export function rowsOf(database: DatabaseSync, table: string): Row[] {
  return database.prepare(`SELECT * FROM ${table}`).all();
}

/** Every table's columns and every index, in an order of their own: what two databases are compared by. */
export function shapeOf(database: DatabaseSync): Record<string, unknown> {
  const indexes = database
    .prepare(
      "SELECT name, sql FROM sqlite_schema WHERE type = 'index' AND sql IS NOT NULL ORDER BY name",
    )
    .all();
  const columns = tablesOf(database).map((table) => [
    table,
    database
      .prepare(`SELECT name, type, "notnull", dflt_value, pk FROM pragma_table_info('${table}')`)
      .all(),
  ]);
  return { indexes, ...(Object.fromEntries(columns) as Record<string, unknown>) };
}
