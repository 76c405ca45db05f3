/**
 * Which kinds of configuration entries there may be.
 *
 * Every registration asks for gateways and exports, and most datacenters have none: remembered here, the question costs
 * nothing. A kind is never taken back, not even by a write that fails: a question too many is all that this costs.
 */
import type { SQL } from '../db/storage.ts';

const knownKinds = new WeakMap<SQL, Set<string>>();

/** False only when there is certainly no entry of the kind. */
export function mayHaveKind(sql: SQL, kind: string): boolean {
  let kinds = knownKinds.get(sql);
  if (kinds === undefined) {
    const rows = sql.exec<{ kind: string }>('SELECT DISTINCT kind FROM config_entries').toArray();
    knownKinds.set(sql, (kinds = new Set(rows.map((row) => row.kind))));
  }
  return kinds.has(kind);
}

/** An entry of the kind was written. */
export function noteKind(sql: SQL, kind: string): void {
  knownKinds.get(sql)?.add(kind);
}

/** The tables may have been replaced. */
export function forgetKinds(sql: SQL): void {
  knownKinds.delete(sql);
}
