/**
 * Writing health checks (Consul: agent/consul/state/catalog.go, ensureCheckCASTxn and
 * deleteCheckTxn).
 *
 * A change of one check writes its row, a change row, the two topics of checks, and one topic for
 * each service that it affects: its own, or for a node's check every one on the node.
 */
import { invalid } from '../../protocol/errors.ts';
import type { HealthCheck } from '../../protocol/types/catalog.ts';
import type { WriteTxn } from '../writer.ts';
import { renderCheckDefinition } from './catalog-definition.ts';
import type { CatalogHooks } from './catalog-hooks.ts';
import type { Content } from './catalog-table.ts';
import { foldName, touchCheckGone, wakeChecksOf } from './catalog-topics.ts';
import {
  type CheckRow,
  checkRowsOfNode,
  checksTable,
  findCheckRow,
  renderCheck,
} from './checks-rows.ts';
import { noteAgentTxn } from './failure-counts.ts';
import { type Instance, touchInstances } from './instance-topics.ts';
import { type NodeRow, findNodeRow } from './nodes-rows.ts';
import { type ServiceHead, findServiceHead, serviceRowsOfNode } from './services-rows.ts';

/**
 * What a writer says of a check; an absent status is critical, since nothing has vouched for it
 * yet.
 */
export type CheckInput = Pick<HealthCheck, 'Node' | 'CheckID'> & Partial<HealthCheck>;

/**
 * Creates or replaces a check. One of a service takes the service's name and tags as they stand
 * now, and keeps them until it is written again.
 *
 * @param known the node's row, from whoever has just read it
 * @throws RPCError when the node or the service is missing
 */
export function upsertCheckTxn(
  tx: WriteTxn,
  check: CheckInput,
  hooks: CatalogHooks,
  known?: NodeRow,
): CheckRow {
  requireKey(check.Node, check.CheckID, 'failed health check lookup');
  const node = known ?? findNodeRow(tx.sql, check.Node);
  if (node === undefined) throw invalid('Missing node registration');
  const service = requireService(tx, node.key, check.ServiceID ?? '');
  const existing = findCheckRow(tx.sql, node.key, check.CheckID);
  return putCheckTxn(tx, node, existing, checkContent(node.key, check, service), hooks, service);
}

/**
 * Sets the status and the output of a check, and leaves the rest as it is; one that is absent stays
 * absent.
 */
export function setCheckStatusTxn(
  tx: WriteTxn,
  node: string,
  id: string,
  status: string,
  output: string,
  hooks: CatalogHooks,
): void {
  const nodeRow = findNodeRow(tx.sql, node);
  const existing = findCheckRow(tx.sql, node, id);
  if (nodeRow === undefined || existing === undefined) return;
  putCheckTxn(tx, nodeRow, existing, { ...existing, status, output }, hooks);
}

/** @returns null when the check's ModifyIndex is not `expected`; 0 stands for "absent" */
export function upsertCheckCASTxn(
  tx: WriteTxn,
  check: CheckInput,
  expected: number,
  hooks: CatalogHooks,
): CheckRow | null {
  requireKey(check.Node, check.CheckID, 'failed check lookup');
  const existing = findCheckRow(tx.sql, check.Node, check.CheckID);
  return (existing?.modify_index ?? 0) === expected ? upsertCheckTxn(tx, check, hooks) : null;
}

/** @returns false when there was none */
export function deleteCheckTxn(
  tx: WriteTxn,
  node: string,
  id: string,
  hooks: CatalogHooks,
): boolean {
  requireKey(node, id, 'check lookup failed');
  const row = findCheckRow(tx.sql, node, id);
  if (row !== undefined) removeCheckTxn(tx, row, hooks);
  return row !== undefined;
}

/** @returns false when the check is absent or its ModifyIndex is not `expected` */
export function deleteCheckCASTxn(
  tx: WriteTxn,
  node: string,
  id: string,
  expected: number,
  hooks: CatalogHooks,
): boolean {
  requireKey(node, id, 'check lookup failed: failed check lookup');
  const row = findCheckRow(tx.sql, node, id);
  if (row === undefined || row.modify_index !== expected) return false;
  removeCheckTxn(tx, row, hooks);
  return true;
}

/** A check is found by node and ID; Consul's store refuses to look for half of that. @throws RPCError */
export function requireKey(node: string, id: string, what: string): void {
  if (node === '' || id === '')
    throw invalid(`${what}: index error: object is missing a value for this index`);
}

/** @param service the check's own, from whoever has just read it */
function putCheckTxn(
  tx: WriteTxn,
  node: NodeRow,
  existing: CheckRow | undefined,
  content: Content<CheckRow>,
  hooks: CatalogHooks,
  service?: ServiceHead,
): CheckRow {
  const row = checksTable.putTxn(tx, existing, content);
  if (row === existing) return row;
  if (existing === undefined) noteAgentTxn(tx.sql, row.key, 1);
  tx.record({
    kind: 'check.set',
    key: `${row.node}/${row.key}`,
    previousIndex: existing?.modify_index ?? 0,
    value: renderCheck(row, node.name),
    scope: row.service_name,
  });
  wakeChecksOf(tx, row.node);
  touchInstances(tx, service === undefined ? instancesOf(tx, row) : [service]);
  if (existing !== undefined && existing.service_key !== row.service_key)
    touchInstances(tx, instancesOf(tx, existing));
  hooks.checkChangedTxn(tx, node.name, row.id, row.status);
  return row;
}

export function removeCheckTxn(tx: WriteTxn, row: CheckRow, hooks: CatalogHooks): void {
  eraseCheckTxn(tx, row);
  touchCheckGone(tx, row.node);
  touchInstances(tx, instancesOf(tx, row));
  hooks.checkChangedTxn(tx, row.node, row.id, null);
}

/**
 * Removes the checks of a node that is being removed. Topics and hooks are the caller's: the node
 * is told of once.
 *
 * @returns whether there were any
 */
export function removeChecksOfNodeTxn(tx: WriteTxn, node: string): boolean {
  const rows = checkRowsOfNode(tx.sql, node);
  for (const row of rows) eraseCheckTxn(tx, row);
  return rows.length > 0;
}

function eraseCheckTxn(tx: WriteTxn, row: CheckRow): void {
  checksTable.delete(tx.sql, row);
  noteAgentTxn(tx.sql, row.key, -1);
  const key = `${row.node}/${row.key}`;
  tx.record({
    kind: 'check.delete',
    key,
    previousIndex: row.modify_index,
    value: null,
    scope: row.service_name,
  });
}

function requireService(tx: WriteTxn, node: string, id: string): ServiceHead | undefined {
  if (id === '') return undefined;
  const service = findServiceHead(tx.sql, node, id);
  if (service === undefined) throw invalid('Missing service registration');
  return service;
}

function checkContent(
  node: string,
  check: CheckInput,
  service: ServiceHead | undefined,
): Content<CheckRow> {
  return {
    node,
    key: foldName(check.CheckID),
    id: check.CheckID,
    service_key: service?.key ?? '',
    service_id: service?.id ?? '',
    name: check.Name ?? '',
    status: check.Status || 'critical',
    notes: check.Notes ?? '',
    output: check.Output ?? '',
    service_name: service?.name ?? check.ServiceName ?? '',
    service_tags: service?.tags ?? JSON.stringify(check.ServiceTags ?? []),
    type: check.Type ?? '',
    interval: check.Interval ?? '',
    timeout: check.Timeout ?? '',
    exposed_port: check.ExposedPort ?? 0,
    definition: renderCheckDefinition(check.Definition).json,
  };
}

/**
 * Whose health a check is part of. Its own service may be gone already: then nobody is told here.
 */
function instancesOf(tx: WriteTxn, row: CheckRow): Instance[] {
  if (row.service_key === '') return serviceRowsOfNode(tx.sql, row.node);
  const service = findServiceHead(tx.sql, row.node, row.service_key);
  return service === undefined ? [] : [service];
}
