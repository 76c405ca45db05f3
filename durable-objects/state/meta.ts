/** Facts about the datacenter itself, one row each. */
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';

/**
 * `floor` is the highest index whose tombstone was reaped. A query for an absent name that holds a lower index cannot
 * be told what happened since, so it is answered at once. `restored` is the index of the last restore: no query's index
 * is lower, and the log tells of other rows before it. `agents` and `recent-failures` are counts (failure-counts.ts). `founded` says that the datacenter was made on purpose, `datacenters` is a copy of
 * the deployment's list.
 */
export type MetaName =
  | 'uuid'
  | 'incarnation'
  | 'floor'
  | 'restored'
  | 'ca-root'
  | 'autopilot'
  | 'agents'
  | 'recent-failures'
  | 'founded'
  | 'datacenters';

export function getMeta(sql: SQL, name: MetaName): string | undefined {
  return firstRow<{ value: string }>(sql, 'SELECT value FROM meta WHERE name = ?', name)?.value;
}

export function setMetaTxn(sql: SQL, name: MetaName, value: string): void {
  sql.exec('INSERT OR REPLACE INTO meta (name, value) VALUES (?, ?)', name, value);
}

export function deleteMetaTxn(sql: SQL, name: MetaName): void {
  sql.exec('DELETE FROM meta WHERE name = ?', name);
}

export function getFloor(sql: SQL): number {
  return Number(getMeta(sql, 'floor') ?? 0);
}

/** Index of the last restore from a snapshot; 0 when there was none. */
export function getRestoredIndex(sql: SQL): number {
  return Number(getMeta(sql, 'restored') ?? 0);
}

/** Index of a name that is absent and has no tombstone. */
export function absentIndex(sql: SQL): number {
  return Math.max(1, getFloor(sql));
}
