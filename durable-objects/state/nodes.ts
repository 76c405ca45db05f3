/**
 * Writing nodes (Consul: agent/consul/state/catalog.go, ensureNodeTxn and deleteNodeTxn).
 *
 * Every `*Txn` function runs inside the caller's write. A node is found by its name without regard
 * to case, and by its ID: one that comes back under another name is renamed.
 */
import { invalid } from '../../protocol/errors.ts';
import { type Node, SERF_HEALTH_CHECK_ID } from '../../protocol/types/catalog.ts';
import type { SQL } from '../db/storage.ts';
import { NODES } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import type { CatalogHooks } from './catalog-hooks.ts';
import { localityJSON, optionalJSON } from './catalog-json.ts';
import { foldName, touchNode, touchNodeGone, touchOnce } from './catalog-topics.ts';
import { findCheckRow } from './checks-rows.ts';
import { removeChecksOfNodeTxn } from './checks.ts';
import { touchInstances } from './instance-topics.ts';
import { removeCoordinatesOfNodeTxn } from './coordinates.ts';
import {
  type NodeRow,
  findNodeRow,
  findNodeRowByID,
  nodesTable,
  renderNode,
} from './nodes-rows.ts';
import { serviceRowsOfNode } from './services-rows.ts';
import { removeServicesOfNodeTxn } from './services.ts';
import { noteReportTxn } from './unreported.ts';

/**
 * What a writer says of a node. Whatever is absent becomes empty: a registration replaces the node.
 */
export type NodeInput = Pick<Node, 'Node'> & Partial<Node>;

/**
 * Creates or replaces a node.
 *
 * @throws RPCError when the ID is another's under this name and that one is alive
 */
export function upsertNodeTxn(tx: WriteTxn, node: NodeInput, hooks: CatalogHooks): NodeRow {
  const key = foldName(node.Node);
  const id = node.ID ?? '';
  const holder = findNodeRowByID(tx.sql, id);
  const renamed = holder !== undefined && holder.key !== key ? holder : undefined;
  if (id !== '' && (holder === undefined || renamed !== undefined)) {
    requireFreeName(tx.sql, node, renamed !== undefined);
  }
  // As in Consul, what stood on the old name does not move along: the agent registers it anew.
  if (renamed !== undefined) removeNodeTxn(tx, renamed, hooks);

  const existing = findNodeRow(tx.sql, node.Node);
  if (existing !== undefined) noteReportTxn(tx, key);
  const content = {
    key,
    name: node.Node,
    id,
    address: node.Address ?? '',
    tagged_addresses: optionalJSON(node.TaggedAddresses),
    meta: optionalJSON(node.Meta),
    locality: localityJSON(node.Locality),
  };
  const row = nodesTable.putTxn(tx, existing, content, renamed?.create_index);
  if (row === existing) return row;
  recordNode(tx, 'node.set', row, (existing ?? renamed)?.modify_index ?? 0);
  touchOnce(tx, NODES);
  touchNode(tx, key);
  if (existing !== undefined) touchInstances(tx, serviceRowsOfNode(tx.sql, key));
  return row;
}

/** @returns null when the node's ModifyIndex is not `expected`; 0 stands for "absent" */
export function upsertNodeCASTxn(
  tx: WriteTxn,
  node: NodeInput,
  expected: number,
  hooks: CatalogHooks,
): NodeRow | null {
  const existing = findNodeRow(tx.sql, node.Node);
  return (existing?.modify_index ?? 0) === expected ? upsertNodeTxn(tx, node, hooks) : null;
}

/** Removes a node with its services, checks and sessions. @returns false when there was none */
export function deleteNodeTxn(tx: WriteTxn, name: string, hooks: CatalogHooks): boolean {
  const row = findNodeRow(tx.sql, name);
  if (row !== undefined) removeNodeTxn(tx, row, hooks);
  return row !== undefined;
}

/** @returns false when the node is absent or its ModifyIndex is not `expected` */
export function deleteNodeCASTxn(
  tx: WriteTxn,
  name: string,
  expected: number,
  hooks: CatalogHooks,
): boolean {
  const row = findNodeRow(tx.sql, name);
  if (row === undefined || row.modify_index !== expected) return false;
  removeNodeTxn(tx, row, hooks);
  return true;
}

function removeNodeTxn(tx: WriteTxn, row: NodeRow, hooks: CatalogHooks): void {
  const hadChecks = removeChecksOfNodeTxn(tx, row.key);
  removeServicesOfNodeTxn(tx, row.key);
  removeCoordinatesOfNodeTxn(tx, row.key);
  nodesTable.delete(tx.sql, row);
  recordNode(tx, 'node.delete', row, row.modify_index);
  touchOnce(tx, NODES);
  touchNodeGone(tx, row.key, hadChecks);
  hooks.nodeRemovedTxn(tx, row.name);
}

/**
 * Two nodes alive cannot have one name. Who is failed, or was never watched, or (for a new ID) has
 * no ID, gives way.
 */
function requireFreeName(sql: SQL, node: NodeInput, renaming: boolean): void {
  const other = findNodeRow(sql, node.Node);
  if (other === undefined) return;
  if (other.id === '' && !renaming) return;
  const alive = findCheckRow(sql, other.key, SERF_HEALTH_CHECK_ID);
  if (alive === undefined || alive.status === 'critical') return;
  const address = renaming ? ` (${node.Address ?? ''})` : '';
  throw invalid(
    `Error while renaming Node ID: ${JSON.stringify(node.ID)}${address}: ` +
      `Node name ${node.Node} is reserved by node ${other.id} with name ${other.name} (${other.address})`,
  );
}

function recordNode(tx: WriteTxn, kind: string, row: NodeRow, previousIndex: number): void {
  // The log belongs to one datacenter, so its rows do not repeat the name.
  const value = kind === 'node.set' ? renderNode(row, '') : null;
  tx.record({ kind, key: row.key, previousIndex, value });
}
