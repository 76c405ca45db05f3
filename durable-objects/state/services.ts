/**
 * Writing service instances (Consul: agent/consul/state/catalog.go, ensureServiceTxn and
 * deleteServiceTxn).
 */
import { invalid } from '../../protocol/errors.ts';
import {
  SERVICES,
  SERVICE_KINDS,
  connectTopic,
  serviceAddedTopic,
  serviceAlteredTopic,
  serviceTopic,
} from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import type { CatalogHooks } from './catalog-hooks.ts';
import { metadataFault } from './catalog-metadata.ts';
import type { Content } from './catalog-table.ts';
import { foldName, isTouchedNode, touchNode, touchOnce } from './catalog-topics.ts';
import { releaseVirtualIPTxn } from './catalog-virtual-ip.ts';
import { checkRowsOfService } from './checks-rows.ts';
import { removeCheckTxn } from './checks.ts';
import { withDerivedTopicsTxn } from './derived-topics.ts';
import { touchBehindGateway } from './gateway-topics.ts';
import type { Instance } from './instance-topics.ts';
import { hasNode } from './nodes-rows.ts';
import { type ServiceInput, serviceContent } from './services-content.ts';
import {
  type ServiceRow,
  findServiceRow,
  hasConnectInstances,
  hasInstances,
  renderNodeService,
  serviceRowsOfName,
  serviceRowsOfNode,
  servicesTable,
} from './services-rows.ts';
import { withVirtualAddressesTxn } from './services-virtual.ts';
import { noteReportTxn } from './unreported.ts';

/**
 * Creates or replaces an instance; its checks stay, also when its name or tags change.
 *
 * @throws RPCError when the node is missing, or the metadata cannot be
 */
export function upsertServiceTxn(tx: WriteTxn, node: string, service: ServiceInput): ServiceRow {
  const fault = metadataFault(service.Meta ?? {});
  if (fault !== null) {
    throw invalid(`Invalid Service Meta for node ${node} and serviceID ${service.ID}: ${fault}`);
  }
  const existing = findServiceRow(tx.sql, node, service.ID);
  // An instance goes with its node: where there is one, there is the other.
  const nodeKey = foldName(node);
  if (existing === undefined && !isTouchedNode(tx, nodeKey) && !hasNode(tx.sql, nodeKey))
    throw invalid('Missing node registration');
  if (existing !== undefined) noteReportTxn(tx, nodeKey, service.ID);
  const content = withVirtualAddressesTxn(tx, serviceContent(nodeKey, service));
  return withDerivedTopicsTxn(tx, namesAtStake(existing, content), () =>
    storeServiceTxn(tx, existing, content),
  );
}

/** Services whose being in the catalog, or in the mesh, may change; gateways with a wildcard follow that. */
function namesAtStake(existing: ServiceRow | undefined, content: Content<ServiceRow>): string[] {
  if (
    existing?.name === content.name &&
    existing.kind === content.kind &&
    existing.connect === content.connect &&
    existing.connect_key === content.connect_key
  ) {
    return [];
  }
  return [existing, content].flatMap((row) =>
    row === undefined ? [] : [row.name_key, ...(row.connect_key === '' ? [] : [row.connect_key])],
  );
}

function storeServiceTxn(
  tx: WriteTxn,
  existing: ServiceRow | undefined,
  content: Content<ServiceRow>,
): ServiceRow {
  const row = servicesTable.putTxn(tx, existing, content);
  if (row === existing) return row;
  // An instance under a new name has left its old service: whoever follows that one in the log is to see it.
  const isRenamed = existing !== undefined && existing.name !== row.name;
  if (isRenamed) recordRemoval(tx, existing);
  tx.record({
    kind: 'service.set',
    key: `${row.node}/${row.key}`,
    previousIndex: isRenamed ? tx.index : (existing?.modify_index ?? 0),
    value: renderNodeService(row),
    scope: row.name,
  });
  touchNode(tx, row.node);
  if (existing?.name !== row.name || existing.tags !== row.tags) touchServices(tx, existing, row);
  if (existing !== undefined && hasOtherKind(existing, row)) touchOnce(tx, SERVICE_KINDS);
  touchInstance(tx, row, row);
  if (existing !== undefined) touchInstance(tx, existing, row);
  return row;
}

/** @returns null when the instance's ModifyIndex is not `expected`; 0 stands for "absent" */
export function upsertServiceCASTxn(
  tx: WriteTxn,
  node: string,
  service: ServiceInput,
  expected: number,
): ServiceRow | null {
  const existing = findServiceRow(tx.sql, node, service.ID);
  return (existing?.modify_index ?? 0) === expected ? upsertServiceTxn(tx, node, service) : null;
}

/** Removes an instance with its checks. @returns false when there was none */
export function deleteServiceTxn(
  tx: WriteTxn,
  node: string,
  id: string,
  hooks: CatalogHooks,
): boolean {
  const row = findServiceRow(tx.sql, node, id);
  if (row !== undefined) removeServiceTxn(tx, row, hooks);
  return row !== undefined;
}

/** @returns false when the instance is absent or its ModifyIndex is not `expected` */
export function deleteServiceCASTxn(
  tx: WriteTxn,
  node: string,
  id: string,
  expected: number,
  hooks: CatalogHooks,
): boolean {
  const row = findServiceRow(tx.sql, node, id);
  if (row === undefined || row.modify_index !== expected) return false;
  removeServiceTxn(tx, row, hooks);
  return true;
}

function removeServiceTxn(tx: WriteTxn, row: ServiceRow, hooks: CatalogHooks): void {
  for (const check of checkRowsOfService(tx.sql, row.node, row.key))
    removeCheckTxn(tx, check, hooks);
  eraseServiceTxn(tx, row);
  touchNode(tx, row.node);
}

/** Removes the instances of a node that is being removed; the node's own topic is the caller's. */
export function removeServicesOfNodeTxn(tx: WriteTxn, node: string): void {
  for (const row of serviceRowsOfNode(tx.sql, node)) eraseServiceTxn(tx, row);
}

function eraseServiceTxn(tx: WriteTxn, row: ServiceRow): void {
  const names = [row.name_key, ...(row.connect_key === '' ? [] : [row.connect_key])];
  withDerivedTopicsTxn(tx, names, () => servicesTable.delete(tx.sql, row));
  recordRemoval(tx, row);
  touchServices(tx, row, undefined);
  touchInstance(tx, row);
}

/** The list of services has changed, or may have: the last two say where. */
function touchServices(
  tx: WriteTxn,
  before: ServiceRow | undefined,
  after: ServiceRow | undefined,
): void {
  touchOnce(tx, SERVICES);
  if (after !== undefined) tx.wake(serviceAddedTopic(after.name, after.tags));
  if (before !== undefined) tx.wake(serviceAlteredTopic(before.name_key));
}

function recordRemoval(tx: WriteTxn, row: ServiceRow): void {
  tx.record({
    kind: 'service.delete',
    key: `${row.node}/${row.key}`,
    previousIndex: row.modify_index,
    value: null,
    scope: row.name,
  });
}

/**
 * Told after the row was written: a name whose last instance has gone leaves a tombstone.
 *
 * @param written an instance that there certainly is, for which nobody needs to look
 */
function touchInstance(
  tx: WriteTxn,
  { name_key, kind, connect_key }: Instance,
  written?: Instance,
): void {
  const isGone = written?.name_key !== name_key && !hasInstances(tx.sql, name_key);
  touchOnce(tx, serviceTopic(name_key), isGone);
  if (isGone) releaseVirtualIPTxn(tx, name_key);
  touchBehindGateway(tx, kind, name_key);
  if (connect_key === '') return;
  const isUnreachable = !hasConnectInstances(tx.sql, connect_key);
  if (isUnreachable) releaseVirtualIPTxn(tx, connect_key);
  touchOnce(tx, connectTopic(connect_key), isUnreachable);
}

/** After the services behind a terminating gateway changed: its instances show the addresses of those. */
export function refreshGatewayAddressesTxn(tx: WriteTxn, gateway: string): void {
  for (const row of serviceRowsOfName(tx.sql, foldName(gateway))) {
    if (row.kind !== 'terminating-gateway') continue;
    const { create_index: _created, modify_index: _modified, ...content } = row;
    storeServiceTxn(tx, row, withVirtualAddressesTxn(tx, content));
  }
}

/** Whether the instance counts as another sort of service than before. */
function hasOtherKind(before: ServiceRow, after: ServiceRow): boolean {
  return before.kind !== after.kind || before.connect_key !== after.connect_key;
}
