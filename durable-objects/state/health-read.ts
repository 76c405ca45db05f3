/** Reads of health, each as the JSON text of its answer (Consul: agent/consul/state/catalog.go). */
import type { SQL } from '../db/storage.ts';
import {
  type FoundInstance,
  type InstanceFilter,
  type Selection,
  type Visibility,
  findInstances,
  hasMeta,
  selectionClause,
} from './catalog-instances.ts';
import { renderList } from './catalog-read.ts';
import { foldName } from './catalog-topics.ts';
import { type CheckRow, checkRowsOfNode, checksTable, renderCheck } from './checks-rows.ts';
import { sortByDistance } from './near.ts';
import { findNodeRow, renderNode } from './nodes-rows.ts';
import { renderNodeService, serviceRowsOfNode } from './services-rows.ts';

/**
 * Instances with their nodes and checks: the node's own first, then the instance's, each in the
 * order of IDs.
 */
export function listHealthyOrNot(
  sql: SQL,
  datacenter: string,
  selection: Selection,
  filter: InstanceFilter,
  sees: Visibility,
): string {
  const found = findInstances(sql, selection, filter, sees);
  if (found.length === 0) return '[]';
  const checks = renderOnce(checksByOwner(sql, selection), found);
  const entries = found.map(
    (instance) =>
      `{"Node":${renderNode(instance.node, datacenter)},"Service":${renderNodeService(instance.service)}` +
      `,"Checks":${renderList(checksOfInstance(checks, instance))}}`,
  );
  return renderList(entries);
}

/**
 * Checks of the nodes and the instances of a selection; equal pairs once.
 *
 * The order of the join and the index are forced: left to itself SQLite reads every check of the
 * datacenter, or of each node once for each instance on it, which a node with a hundred instances
 * makes quadratic.
 */
export function checksOfSelection(selection: Selection): { query: string; bindings: string[] } {
  const { where, bindings } = selectionClause(selection);
  const query =
    `SELECT ${checksTable.select('c')} FROM (` +
    `SELECT node, '' AS service_key FROM services WHERE ${where} ` +
    `UNION SELECT node, key FROM services WHERE ${where}` +
    ') s CROSS JOIN checks c INDEXED BY checks_by_service ON c.node = s.node AND c.service_key = s.service_key ' +
    'ORDER BY s.node, s.service_key, c.key';
  return { query, bindings: [...bindings, ...bindings] };
}

/** Checks by whose they are: `node key \n service key`, the latter empty for a node's own. */
export type ByOwner<Check> = ReadonlyMap<string, readonly Check[]>;

export function checksByOwner(sql: SQL, selection: Selection): ByOwner<CheckRow> {
  const { query, bindings } = checksOfSelection(selection);
  const checks = new Map<string, CheckRow[]>();
  for (const row of sql.exec<CheckRow>(query, ...bindings)) {
    const owner = `${row.node}\n${row.service_key}`;
    const list = checks.get(owner);
    if (list === undefined) checks.set(owner, [row]);
    else list.push(row);
  }
  return checks;
}

/** A node's own checks are rendered once for all its instances. */
function renderOnce(checks: ByOwner<CheckRow>, found: readonly FoundInstance[]): ByOwner<string> {
  const names = new Map(found.map(({ node }) => [node.key, node.name]));
  const rendered = new Map<string, string[]>();
  for (const [owner, rows] of checks) {
    const name = names.get(rows[0]!.node);
    if (name === undefined) continue;
    rendered.set(
      owner,
      rows.map((row) => renderCheck(row, name)),
    );
  }
  return rendered;
}

/** The node's own checks first, then the instance's. */
export function checksOfInstance<Check>(
  checks: ByOwner<Check>,
  { service, node }: FoundInstance,
): Check[] {
  const own = checks.get(`${node.key}\n`) ?? [];
  const its = service.key === '' ? [] : (checks.get(`${node.key}\n${service.key}`) ?? []);
  return [...own, ...its];
}

export function listChecksOfNode(sql: SQL, name: string, sees: Visibility): string {
  const node = findNodeRow(sql, name);
  if (node === undefined || !sees.nodeRead(node.name)) return '[]';
  const rows = checkRowsOfNode(sql, node.key).filter((row) => seesCheck(row, sees));
  return renderList(rows.map((row) => renderCheck(row, node.name)));
}

type JoinedCheck = CheckRow & { node_name: string; node_meta: string | null };

const JOINED_COLUMNS = `${checksTable.select('c')}, n.name AS node_name, n.meta AS node_meta`;
const ALL_JOINED = `SELECT ${JOINED_COLUMNS} FROM checks c JOIN nodes n ON n.key = c.node`;
/** Order and index are forced for the reason given at checksOfSelection. */
export const CHECKS_OF_SERVICE =
  `SELECT ${JOINED_COLUMNS} FROM services s ` +
  'CROSS JOIN checks c INDEXED BY checks_by_service ON c.node = s.node AND c.service_key = s.key ' +
  "JOIN nodes n ON n.key = c.node WHERE s.name_key = ? AND c.service_key <> '' ORDER BY c.node, c.key";

/** The checks of a service's instances, without those of their nodes. */
export function listChecksOfService(
  sql: SQL,
  service: string,
  filter: InstanceFilter,
  sees: Visibility,
): string {
  const rows = sql.exec<JoinedCheck>(CHECKS_OF_SERVICE, foldName(service));
  return renderJoined(sql, rows, filter, sees);
}

/**
 * Checks in a state, or with `any` all of them. Consul takes any text for a state, so an unknown
 * one matches none.
 */
export function listChecksInState(
  sql: SQL,
  state: string,
  filter: InstanceFilter,
  sees: Visibility,
): string {
  const rows =
    state === 'any'
      ? sql.exec<JoinedCheck>(`${ALL_JOINED} ORDER BY c.node, c.key`)
      : sql.exec<JoinedCheck>(
          `${ALL_JOINED} WHERE lower(c.status) = ? ORDER BY c.node, c.key`,
          state.toLowerCase(),
        );
  return renderJoined(sql, rows, filter, sees);
}

/** One node whole, for its agent's anti-entropy; '' when there is none. */
export function describeNodeState(
  sql: SQL,
  datacenter: string,
  name: string,
  sees: Visibility,
): string {
  const node = findNodeRow(sql, name);
  if (node === undefined || !sees.nodeRead(node.name)) return '';
  const services = serviceRowsOfNode(sql, node.key).filter((row) => sees.serviceRead(row.name));
  return (
    `{"Node":${renderNode(node, datacenter)},"Services":${renderList(services.map(renderNodeService))}` +
    `,"Checks":${listChecksOfNode(sql, name, sees)}}`
  );
}

function renderJoined(
  sql: SQL,
  rows: Iterable<JoinedCheck>,
  filter: InstanceFilter,
  sees: Visibility,
): string {
  const visible: JoinedCheck[] = [];
  for (const row of rows) {
    if (
      !sees.nodeRead(row.node_name) ||
      !seesCheck(row, sees) ||
      !hasMeta(row.node_meta, filter.nodeMeta)
    )
      continue;
    visible.push(row);
  }
  const sorted = sortByDistance(sql, filter.near, visible, (row) => row.node_name);
  return renderList(sorted.map((row) => renderCheck(row, row.node_name)));
}

function seesCheck(row: CheckRow, sees: Visibility): boolean {
  return row.service_key === '' || sees.serviceRead(row.service_name);
}
