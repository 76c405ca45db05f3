/**
 * Tables and triggers that exist while a snapshot is saved or restored. The object may end at any moment, so whoever
 * starts removes what is left of before.
 */
import type { SQL } from '../db/storage.ts';

const PREFIX = 'tmp_';

/** The names of one piece of work: nothing that exists is called so. */
export class TemporaryNames {
  readonly prefix: string;

  constructor(sql: SQL, purpose: 'copy' | 'restore') {
    let number = 1;
    while (temporaries(sql, `${PREFIX}${purpose}_${number}_`).length > 0) number++;
    this.prefix = `${PREFIX}${purpose}_${number}_`;
  }

  of(what: string): string {
    return this.prefix + what;
  }
}

/**
 * Removes everything temporary, or only what belongs to one piece of work.
 *
 * SQLite drops no table while any statement is open, and the platform closes one that was left in the middle only when its
 * memory is collected. Such a table is emptied, and goes when the object starts next.
 */
export function dropTemporaryTxn(sql: SQL, prefix = PREFIX): void {
  const left = temporaries(sql, prefix);
  // Triggers first: those of a table go with it, and could then not be dropped by name.
  for (const { type, name } of left) if (type === 'trigger') sql.exec(`DROP TRIGGER "${name}"`);
  for (const { type, name } of left) {
    if (type === 'table' && !tryDropTable(sql, name)) sql.exec(`DELETE FROM "${name}"`);
  }
}

/** @returns false while a statement is open somewhere */
export function tryDropTable(sql: SQL, name: string): boolean {
  try {
    sql.exec(`DROP TABLE "${name}"`);
    return true;
  } catch (error) {
    if (/locked/i.test((error as Error).message)) return false;
    throw error;
  }
}

function temporaries(sql: SQL, prefix: string): { type: string; name: string }[] {
  return sql
    .exec<{ type: string; name: string }>(
      "SELECT type, name FROM sqlite_master WHERE type IN ('table', 'trigger') AND substr(name, 1, ?) = ?",
      prefix.length,
      prefix,
    )
    .toArray();
}
