/**
 * The mapper of the kv table: rows to wire JSON. Rendering is by hand because it is the hottest text there is.
 *
 * Rows come with their whole value, also where it stands in pieces.
 */
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import { chunkCount, putChunksTxn, readChunks } from './kv-chunks.ts';
import { prefixRange } from './ranges.ts';

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
  /** Number of pieces of a value too long for the row; 0 for any other. */
  chunks: number;
};

const COLUMNS = 'key, value, flags, session, lock_index, create_index, modify_index, chunks';
// Built once: the platform finds a prepared statement by its text, quickest when that is the same string.
const FIND = `SELECT ${COLUMNS} FROM kv WHERE key = ?`;
const PUT = `INSERT OR REPLACE INTO kv (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`;

export function findKVRow(sql: SQL, key: string): KVRow | undefined {
  const row = firstRow<KVRow>(sql, FIND, key);
  return row === undefined || row.chunks === 0 ? row : wholeRow(sql, row);
}

/** Rows of a prefix in the order of their keys. */
export function* kvRowsBelow(sql: SQL, prefix: string): Generator<KVRow> {
  const { where, bindings } = prefixRange('key', prefix);
  const query = `SELECT ${COLUMNS} FROM kv WHERE ${where} ORDER BY key`;
  for (const row of sql.exec<KVRow>(query, ...bindings))
    yield row.chunks === 0 ? row : wholeRow(sql, row);
}

/** At most `limit` rows from `start` on, up to, not including, `end`; null for no end. */
export function* kvRowsBetween(
  sql: SQL,
  start: { readonly key: string; readonly isIncluded: boolean },
  end: string | null,
  limit: number,
): Generator<KVRow> {
  const from = `key ${start.isIncluded ? '>=' : '>'} ?`;
  const where = end === null ? from : `${from} AND key < ?`;
  const bindings = end === null ? [start.key, limit] : [start.key, end, limit];
  const query = `SELECT ${COLUMNS} FROM kv WHERE ${where} ORDER BY key LIMIT ?`;
  for (const row of sql.exec<KVRow>(query, ...bindings))
    yield row.chunks === 0 ? row : wholeRow(sql, row);
}

function wholeRow(sql: SQL, row: KVRow): KVRow {
  return { ...row, value: readChunks(sql, row.key, row.modify_index) };
}

/** @returns the row as it now stands */
export function putKVRow(sql: SQL, row: Omit<KVRow, 'chunks'>): KVRow {
  const chunks = chunkCount(row.value);
  sql.exec(
    PUT,
    row.key,
    chunks === 0 ? row.value : '',
    row.flags,
    row.session,
    row.lock_index,
    row.create_index,
    row.modify_index,
    chunks,
  );
  if (chunks > 0) putChunksTxn(sql, row.key, row.modify_index, row.value);
  return { ...row, chunks };
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
