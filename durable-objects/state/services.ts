/**
 * Writing service instances (Consul: agent/consul/state/catalog.go, ensureServiceTxn and
 * deleteServiceTxn).
 */
import { canonicalJSON } from '../../protocol/canonical-json.ts';
import { invalid } from '../../protocol/errors.ts';
import type { NodeService, ServiceAddress } from '../../protocol/types/catalog.ts';
import { SERVICES, SERVICE_KINDS, connectTopic, nodeTopic, serviceTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import type { CatalogHooks } from './catalog-hooks.ts';
import { nonEmptyJSON, optionalJSON } from './catalog-json.ts';
import { renderProxy } from './catalog-proxy.ts';
import type { Content } from './catalog-table.ts';
import { type Instance, foldName, touchOnce } from './catalog-topics.ts';
import { assignVirtualIPTxn, releaseVirtualIPTxn } from './catalog-virtual-ip.ts';
import { checkRowsOfService } from './checks-rows.ts';
import { removeCheckTxn } from './checks.ts';
import { findNodeRow } from './nodes-rows.ts';
import {
  type ServiceRow,
  findServiceRow,
  hasConnectInstances,
  hasInstances,
  renderNodeService,
  serviceRowsOfNode,
  servicesTable,
} from './services-rows.ts';

/** What a writer says of an instance, after `prepareService`; absent fields become empty. */
export type ServiceInput = Pick<NodeService, 'ID' | 'Service'> & Partial<NodeService>;

/** Under this name a tagged address says where mesh clients reach the service. */
const VIRTUAL_ADDRESS_TAG = 'consul-virtual';

/**
 * Creates or replaces an instance; its checks stay, also when its name or tags change.
 *
 * @throws RPCError when the node is missing
 */
export function upsertServiceTxn(tx: WriteTxn, node: string, service: ServiceInput): ServiceRow {
  const nodeRow = findNodeRow(tx.sql, node);
  if (nodeRow === undefined) throw invalid('Missing node registration');
  const existing = findServiceRow(tx.sql, nodeRow.key, service.ID);
  const content = serviceContent(nodeRow.key, service);
  if (content.connect_key !== '') {
    const Address = assignVirtualIPTxn(tx, content.connect_key);
    content.tagged_addresses = renderTaggedAddresses({
      ...service.TaggedAddresses,
      [VIRTUAL_ADDRESS_TAG]: { Address, Port: content.port },
    });
  }
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
  touchOnce(tx, nodeTopic(row.node));
  if (existing?.name !== row.name || existing.tags !== row.tags) touchOnce(tx, SERVICES);
  if (existing !== undefined && hasOtherKind(existing, row)) touchOnce(tx, SERVICE_KINDS);
  touchInstance(tx, row);
  if (existing !== undefined) touchInstance(tx, existing);
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
  touchOnce(tx, nodeTopic(row.node));
}

/** Removes the instances of a node that is being removed; the node's own topic is the caller's. */
export function removeServicesOfNodeTxn(tx: WriteTxn, node: string): void {
  for (const row of serviceRowsOfNode(tx.sql, node)) eraseServiceTxn(tx, row);
}

function eraseServiceTxn(tx: WriteTxn, row: ServiceRow): void {
  servicesTable.delete(tx.sql, row);
  recordRemoval(tx, row);
  touchOnce(tx, SERVICES);
  touchInstance(tx, row);
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

/** Told after the row was written: a name whose last instance has gone leaves a tombstone. */
function touchInstance(tx: WriteTxn, { name_key, connect_key }: Instance): void {
  touchOnce(tx, serviceTopic(name_key), !hasInstances(tx.sql, name_key));
  if (connect_key === '') return;
  const gone = !hasConnectInstances(tx.sql, connect_key);
  if (gone) releaseVirtualIPTxn(tx, connect_key);
  touchOnce(tx, connectTopic(connect_key), gone);
}

function serviceContent(node: string, service: ServiceInput): Content<ServiceRow> {
  return {
    node,
    key: foldName(service.ID),
    id: service.ID,
    name_key: foldName(service.Service),
    name: service.Service,
    kind: service.Kind ?? '',
    tags: JSON.stringify(service.Tags ?? []),
    address: service.Address ?? '',
    tagged_addresses: renderTaggedAddresses(service.TaggedAddresses ?? {}),
    meta: optionalJSON(service.Meta),
    port: service.Port ?? 0,
    socket_path: service.SocketPath ?? '',
    weight_passing: service.Weights?.Passing ?? 1,
    weight_warning: service.Weights?.Warning ?? 1,
    enable_tag_override: service.EnableTagOverride === true ? 1 : 0,
    proxy: renderProxy(service.Proxy),
    connect: renderConnect(service),
    locality: nonEmptyJSON(service.Locality),
    connect_key: connectKey(service),
  };
}

/** Null for none, which Consul leaves out; of an address both parts are always there. */
function renderTaggedAddresses(
  tagged: Readonly<Record<string, Partial<ServiceAddress>>>,
): string | null {
  const entries = Object.entries(tagged).map(([tag, given]) => {
    const address: ServiceAddress = { Address: given?.Address ?? '', Port: given?.Port ?? 0 };
    return [tag, address] as const;
  });
  return nonEmptyJSON(Object.fromEntries(entries));
}

/**
 * Consul leaves `Native: false` out. A sidecar definition is the agent's to act upon, here it is
 * only kept.
 */
function renderConnect({ Connect }: ServiceInput): string {
  const sidecar = Connect?.SidecarService ?? undefined;
  return canonicalJSON({ Native: Connect?.Native === true || undefined, SidecarService: sidecar });
}

/** A proxy makes its destination reachable, a native service itself. */
function connectKey(service: ServiceInput): string {
  if (service.Kind === 'connect-proxy')
    return foldName(service.Proxy?.DestinationServiceName ?? '');
  return service.Connect?.Native === true ? foldName(service.Service) : '';
}

/** Whether the instance counts as another sort of service than before. */
function hasOtherKind(before: ServiceRow, after: ServiceRow): boolean {
  return before.kind !== after.kind || before.connect_key !== after.connect_key;
}
