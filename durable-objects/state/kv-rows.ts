/** The mapper of the kv table: rows to wire JSON. Rendering is by hand because it is the hottest text there is. */
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';

export type KVRow = {
  key: string;
  /** Standard base64. */
  value: string;
  /** Decimal text of an unsigned 64-bit number. */
  flags: string;
  session: string;
  lock_index: number;
  create_index: number;
  modify_index: number;
};

export const KV_COLUMNS = 'key, value, flags, session, lock_index, create_index, modify_index';

export function findKVRow(sql: SQL, key: string): KVRow | undefined {
  return firstRow<KVRow>(sql, `SELECT ${KV_COLUMNS} FROM kv WHERE key = ?`, key);
}

/** Index at which an absent key was deleted last, so that its history goes on where it stopped; 0 if it never was. */
export function findDeletionIndex(sql: SQL, key: string): number {
  const row = firstRow<{ idx: number | null }>(
    sql,
    `SELECT MAX(idx) AS idx FROM (SELECT idx FROM kv_tombstones WHERE key = ?1
       UNION ALL SELECT idx FROM kv_graves WHERE key = ?1)`,
    key,
  );
  return row?.idx ?? 0;
}

/** KVPair JSON with the fields in Consul's order; an empty value is null, as Go renders an empty byte slice. */
export function renderKVRow(row: KVRow, withValue = true): string {
  const value = withValue && row.value !== '' ? `"${row.value}"` : 'null';
  const session = row.session === '' ? '' : `,"Session":${JSON.stringify(row.session)}`;
  return (
    `{"LockIndex":${row.lock_index},"Key":${JSON.stringify(row.key)},"Flags":${row.flags},"Value":${value}` +
    `${session},"CreateIndex":${row.create_index},"ModifyIndex":${row.modify_index}}`
  );
}
