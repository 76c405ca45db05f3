/** The certificate authority after a restore. */
import { type SQL, firstRow } from '../db/storage.ts';
import type { TemporaryNames } from './temporary-names.ts';

/**
 * Before the swap: a snapshot without an authority, as versions before it had one save it, leaves the present one in
 * its place. A new one would be trusted by nobody.
 */
export function stageAuthorityTxn(sql: SQL, names: TemporaryNames): void {
  const staged = `SELECT 1 AS one FROM "${names.of('ca_config')}" LIMIT 1`;
  if (firstRow(sql, staged) !== undefined) return;
  for (const table of ['ca_config', 'ca_roots']) {
    sql.exec(`INSERT INTO "${names.of(table)}" SELECT * FROM ${table}`);
  }
}
