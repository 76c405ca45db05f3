/** Reads of health, each as the JSON text of its answer (Consul: agent/consul/state/catalog.go). */
import { BOUND_TEXT } from '../db/bound-text.ts';
import type { SQL } from '../db/storage.ts';
import {
  type FoundInstance,
  type InstanceFilter,
  type Selection,
  type Visibility,
  findInstances,
  hasMeta,
  isAmong,
  selectionClause,
} from './catalog-instances.ts';
import { foldName } from './catalog-topics.ts';
import { type CheckRow, checkRowsOfNode, checksTable, renderCheck } from './checks-rows.ts';
import { type ListRow, joinItems, renderList } from './list-rows.ts';
import { ListSize, NARROWER } from './list-size.ts';
import { sortByDistance } from './near.ts';
import { findNodeRow, renderNode } from './nodes-rows.ts';
import { renderNodeService } from './services-rows.ts';

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
): Iterable<ListRow> {
  const found = findInstances(sql, selection, filter, sees);
  if (found.length === 0) return [];
  const checks = renderChecks(sql, selection, found);
  return Iterator.from(found).map((instance) => ({
    group: instance.node.key,
    text:
      `{"Node":${renderNode(instance.node, datacenter)},"Service":${renderNodeService(instance.service)}` +
      `,"Checks":${joinItems(checksOfInstance(checks, instance))}}`,
  }));
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
  const checks = new Map<string, CheckRow[]>();
  for (const [owner, row] of ownedChecks(sql, selection)) addTo(checks, owner, row);
  return checks;
}

function* ownedChecks(sql: SQL, selection: Selection): Generator<[owner: string, row: CheckRow]> {
  const { query, bindings } = checksOfSelection(selection);
  for (const row of sql.exec<CheckRow>(query, ...bindings))
    yield [`${row.node}\n${row.service_key}`, row];
}

/** A node's own checks are rendered once for all its instances. @throws RPCError too-large */
function renderChecks(
  sql: SQL,
  selection: Selection,
  found: readonly FoundInstance[],
): ByOwner<string> {
  const names = new Map(found.map(({ node }) => [node.key, node.name]));
  const size = new ListSize(NARROWER.instances);
  const rendered = new Map<string, string[]>();
  for (const [owner, row] of ownedChecks(sql, selection)) {
    const name = names.get(row.node);
    if (name === undefined) continue;
    const text = renderCheck(row, name);
    size.add(text);
    addTo(rendered, owner, text);
  }
  return rendered;
}

function addTo<Item>(lists: Map<string, Item[]>, key: string, item: Item): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
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
  return renderList(
    Iterator.from(rows).map((row) => renderCheck(row, node.name)),
    NARROWER.checks,
  );
}

type JoinedCheck = CheckRow & { node_name: string; node_meta: string | null };

const JOINED_COLUMNS = `${checksTable.select('c')}, n.name AS node_name, n.meta AS node_meta`;
const ALL_JOINED = `SELECT ${JOINED_COLUMNS} FROM checks c JOIN nodes n ON n.key = c.node WHERE 1`;
const IN_STATE = `${ALL_JOINED} AND lower(c.status) = ?`;
const IN_ORDER = 'ORDER BY c.node, c.key';
/** Order and index are forced for the reason given at checksOfSelection. */
const OF_SERVICE =
  `SELECT ${JOINED_COLUMNS} FROM services s ` +
  'CROSS JOIN checks c INDEXED BY checks_by_service ON c.node = s.node AND c.service_key = s.key ' +
  `JOIN nodes n ON n.key = c.node WHERE s.name_key = ${BOUND_TEXT} AND c.service_key <> ''`;
export const CHECKS_OF_SERVICE = `${OF_SERVICE} ${IN_ORDER}`;

/**
 * The checks of a service's instances, without those of their nodes.
 *
 * @param only keys of nodes: no checks of others
 */
export function listChecksOfService(
  sql: SQL,
  service: string,
  filter: InstanceFilter,
  sees: Visibility,
  only?: readonly string[],
): Iterable<ListRow> {
  const { query, bindings } = restricted(OF_SERVICE, [foldName(service)], only);
  return renderJoined(sql, sql.exec<JoinedCheck>(query, ...bindings), filter, sees);
}

/**
 * Checks in a state, or with `any` all of them. Consul takes any text for a state, so an unknown
 * one matches none.
 *
 * @param only keys of nodes: no checks of others
 */
export function listChecksInState(
  sql: SQL,
  state: string,
  filter: InstanceFilter,
  sees: Visibility,
  only?: readonly string[],
): Iterable<ListRow> {
  const { query, bindings } =
    state === 'any'
      ? restricted(ALL_JOINED, [], only)
      : restricted(IN_STATE, [state.toLowerCase()], only);
  return renderJoined(sql, sql.exec<JoinedCheck>(query, ...bindings), filter, sees);
}

function restricted(
  query: string,
  bindings: readonly string[],
  only: readonly string[] | undefined,
): { query: string; bindings: string[] } {
  if (only === undefined) return { query: `${query} ${IN_ORDER}`, bindings: [...bindings] };
  const { term, binding } = isAmong('c.node', only);
  return { query: `${query} AND ${term} ${IN_ORDER}`, bindings: [...bindings, binding] };
}

function renderJoined(
  sql: SQL,
  rows: Iterable<JoinedCheck>,
  filter: InstanceFilter,
  sees: Visibility,
): Iterable<ListRow> {
  const visible = Iterator.from(rows).filter(
    (row) =>
      hasMeta(row.node_meta, filter.nodeMeta) &&
      sees.nodeRead(row.node_name) &&
      seesCheck(row, sees),
  );
  const sorted = sortByDistance(sql, filter.near, visible, (row) => row.node_name);
  return Iterator.from(sorted).map((row) => ({
    group: row.node,
    text: renderCheck(row, row.node_name),
  }));
}

function seesCheck(row: CheckRow, sees: Visibility): boolean {
  return row.service_key === '' || sees.serviceRead(row.service_name);
}
