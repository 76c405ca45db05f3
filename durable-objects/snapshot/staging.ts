/**
 * Staging tables: a second set beside the live ones, made by the very migrations that made those.
 *
 * A snapshot of an older schema is filled into tables of that schema, and the later migrations then run over its data.
 * Their statements are the committed ones with every table's name replaced; indexes are left out, for the live ones are
 * made anew when the tables have been swapped.
 */
import type { SQL } from '../db/storage.ts';
import type { SchemaHistory } from '../db/schema-history.ts';
import { type TableShape, readShape } from './table-shape.ts';
import { type TemporaryNames, tryDropTable } from './temporary-names.ts';

const COMMENT = /^\s*--[^\n]*\n/;
const WITHOUT_TABLES = /^\s*(CREATE\s+(UNIQUE\s+)?INDEX|DROP\s+INDEX|PRAGMA)\b/i;
/** Words that a table's name follows. */
const BEFORE_NAME =
  /\b(TABLE(?:\s+IF(?:\s+NOT)?\s+EXISTS)?|INTO|FROM|UPDATE|JOIN|RENAME\s+TO|REFERENCES)\s+/gi;
const NAME = /^[`"]?([A-Za-z_]\w*)[`"]?/;
/** What may follow those words instead: `UPDATE SET` of an upsert, and functions that give rows. */
const NO_NAMES = new Set(['SET', 'JSON_EACH', 'JSON_TREE']);
const QUALIFIER = /([`"])(\w+)\1(?=\.)/g;

/** The statement over staging tables, or null for one that has nothing to do there. */
export function stageStatement(
  statement: string,
  { prefix }: Pick<TemporaryNames, 'prefix'>,
): string | null {
  let text = statement;
  while (COMMENT.test(text)) text = text.replace(COMMENT, '');
  if (WITHOUT_TABLES.test(text)) return null;
  let staged = '';
  let at = 0;
  for (const match of text.matchAll(BEFORE_NAME)) {
    const start = match.index + match[0].length;
    const name = NAME.exec(text.slice(start));
    if (name === null || NO_NAMES.has(name[1]!.toUpperCase())) continue;
    staged += `${text.slice(at, start)}"${prefix}${name[1]!}"`;
    at = start + name[0].length;
  }
  staged += text.slice(at);
  return staged.replaceAll(QUALIFIER, (whole, quote: string, name: string) =>
    name.startsWith(prefix) ? whole : quote + prefix + name + quote,
  );
}

/** Applies migrations number `from` to before `to`, counted from 0. */
export function migrateStagingTxn(
  sql: SQL,
  history: SchemaHistory,
  names: TemporaryNames,
  from: number,
  to = history.length,
): void {
  for (const { statements } of history.slice(from, to)) {
    for (const statement of statements) {
      const staged = stageStatement(statement, names);
      if (staged !== null) sql.exec(staged);
    }
  }
}

/**
 * Puts a staging table into the place of the live one, with the indexes that that has.
 *
 * Renaming costs the same whatever the tables hold. Where it cannot be done, as a statement is open, the rows are copied:
 * that takes a second for each ten megabytes.
 */
export function swapTableTxn(sql: SQL, table: string, names: TemporaryNames): void {
  const indexes = sql
    .exec<{ sql: string }>(
      "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
      table,
    )
    .toArray();
  if (!tryDropTable(sql, table)) {
    copyRowsTxn(sql, readShape(sql, table), names);
    return;
  }
  sql.exec(`ALTER TABLE "${names.of(table)}" RENAME TO "${table}"`);
  for (const index of indexes) sql.exec(index.sql);
}

function copyRowsTxn(sql: SQL, { table, columns }: TableShape, names: TemporaryNames): void {
  const list = columns.map(({ name }) => `"${name}"`).join(', ');
  sql.exec(`DELETE FROM "${table}"`);
  sql.exec(`INSERT INTO "${table}" (${list}) SELECT ${list} FROM "${names.of(table)}"`);
}
