/**
 * Tables and triggers that exist while a snapshot is saved or restored. The object may end at any moment, so whoever
 * starts removes what is left of before.
 */
import type { SQL } from '../db/storage.ts';

const PREFIX = 'tmp_';

/** Of a copy under way; several may be at a time. */
export const copyName = (copy: number, what: string): string => `${PREFIX}copy_${copy}_${what}`;
/** The table that will take the place of a live one. */
export const stagingName = (table: string): string => `${PREFIX}restore_${table}`;

/** Removes everything temporary, or only what belongs to restores or to one copy. */
export function dropTemporaryTxn(sql: SQL, prefix = PREFIX): void {
  const left = sql
    .exec<{ type: string; name: string }>(
      "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'trigger') AND substr(name, 1, ?) = ?",
      prefix.length,
      prefix,
    )
    .toArray();
  // Triggers first: those of a table go with it, and could then not be dropped by name.
  for (const { type, name } of left) if (type === 'trigger') sql.exec(`DROP TRIGGER "${name}"`);
  for (const { type, name } of left) if (type === 'table') sql.exec(`DROP TABLE "${name}"`);
}
