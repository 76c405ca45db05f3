/**
 * Staging tables: a second set beside the live ones, made by the very migrations that made those.
 *
 * A snapshot of an older schema is filled into tables of that schema, and the later migrations then run over its data.
 * Their statements are the committed ones with every table's name replaced; indexes are left out, for the live ones are
 * made anew when the tables have been swapped.
 */
import type { SQL } from '../db/storage.ts';
import type { SchemaHistory } from '../db/schema-history.ts';
import { stagingName } from './temporary-names.ts';

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
export function stageStatement(statement: string): string | null {
  let text = statement;
  while (COMMENT.test(text)) text = text.replace(COMMENT, '');
  if (WITHOUT_TABLES.test(text)) return null;
  let staged = '';
  let at = 0;
  for (const match of text.matchAll(BEFORE_NAME)) {
    const start = match.index + match[0].length;
    const name = NAME.exec(text.slice(start));
    if (name === null || NO_NAMES.has(name[1]!.toUpperCase())) continue;
    staged += `${text.slice(at, start)}"${stagingName(name[1]!)}"`;
    at = start + name[0].length;
  }
  staged += text.slice(at);
  return staged.replaceAll(QUALIFIER, (whole, quote: string, name: string) =>
    name.startsWith(stagingName('')) ? whole : quote + stagingName(name) + quote,
  );
}

/** Applies migrations number `from` to before `to`, counted from 0. */
export function migrateStagingTxn(
  sql: SQL,
  history: SchemaHistory,
  from: number,
  to: number,
): void {
  for (const { statements } of history.slice(from, to)) {
    for (const statement of statements) {
      const staged = stageStatement(statement);
      if (staged !== null) sql.exec(staged);
    }
  }
}

/** Puts a staging table into the place of the live one, with the indexes that that has. */
export function swapTableTxn(sql: SQL, table: string): void {
  const indexes = sql
    .exec<{ sql: string }>(
      "SELECT sql FROM sqlite_master WHERE type = 'index' AND tbl_name = ? AND sql IS NOT NULL",
      table,
    )
    .toArray();
  sql.exec(`DROP TABLE "${table}"`);
  sql.exec(`ALTER TABLE "${stagingName(table)}" RENAME TO "${table}"`);
  for (const index of indexes) sql.exec(index.sql);
}
