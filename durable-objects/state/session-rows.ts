/** The mapper of the sessions table: rows to wire JSON, fields in Consul's order. */
import { BOUND_TEXT } from '../db/bound-text.ts';
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import { renderList } from './list-rows.ts';
import { NARROWER } from './list-size.ts';

export type SessionRow = {
  id: string;
  name: string;
  /** Lower-cased name of its node. */
  node: string;
  /** The node's name as whoever created the session wrote it. */
  node_name: string;
  /** May be negative or a fraction: it is echoed as it came, and only a positive delay has an effect. */
  lock_delay_ms: number;
  behavior: string;
  /** As it came, e.g. "90s". */
  ttl: string;
  /** 0 when the session never expires by itself. */
  ttl_ms: number;
  /** JSON list, or null. */
  node_checks: string | null;
  /** JSON list of {ID, Namespace}, or null. */
  service_checks: string | null;
  create_index: number;
  modify_index: number;
};

const COLUMNS =
  'id, name, node, node_name, lock_delay_ms, behavior, ttl, ttl_ms, node_checks, service_checks, create_index, modify_index';

export function findSessionRow(sql: SQL, id: string): SessionRow | undefined {
  return firstRow<SessionRow>(sql, `SELECT ${COLUMNS} FROM sessions WHERE id = ?`, id);
}

/** All sessions in the order of their ids, as Consul lists them. */
export function allSessionRows(sql: SQL): Iterable<SessionRow> {
  return sql.exec<SessionRow>(`SELECT ${COLUMNS} FROM sessions ORDER BY id`);
}

/**
 * Sessions of a node, in the order of their ids. Reads every session: an index on the node would bill a second row
 * for each session created, and few ask.
 */
export function sessionRowsOfNode(sql: SQL, node: string): SessionRow[] {
  return sql
    .exec<SessionRow>(
      `SELECT ${COLUMNS} FROM sessions WHERE node = ${BOUND_TEXT} ORDER BY id`,
      node.toLowerCase(),
    )
    .toArray();
}

export function insertSessionRow(sql: SQL, row: SessionRow): void {
  sql.exec(
    `INSERT INTO sessions (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.id,
    row.name,
    row.node,
    row.node_name,
    row.lock_delay_ms,
    row.behavior,
    row.ttl,
    row.ttl_ms,
    row.node_checks,
    row.service_checks,
    row.create_index,
    row.modify_index,
  );
}

const NANOSECONDS_PER_MS = 1e6;

/** JSON of a Session; LockDelay is in nanoseconds, as Go renders a time.Duration. */
export function renderSessionRow(row: SessionRow): string {
  return (
    `{"ID":${JSON.stringify(row.id)},"Name":${JSON.stringify(row.name)},"Node":${JSON.stringify(row.node_name)}` +
    `,"LockDelay":${Math.round(row.lock_delay_ms * NANOSECONDS_PER_MS)},"Behavior":${JSON.stringify(row.behavior)}` +
    `,"TTL":${JSON.stringify(row.ttl)},"NodeChecks":${row.node_checks ?? 'null'}` +
    `,"ServiceChecks":${row.service_checks ?? 'null'}` +
    `,"CreateIndex":${row.create_index},"ModifyIndex":${row.modify_index}}`
  );
}

/** @throws RPCError too-large */
export function renderSessionRows(rows: Iterable<SessionRow>): string {
  return renderList(Iterator.from(rows).map(renderSessionRow), NARROWER.sessions);
}
