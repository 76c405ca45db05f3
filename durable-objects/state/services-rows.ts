/** The services table: its rows, how they are found, and the mappers to the two wire shapes. */
import type { NodeService } from '../../protocol/types/catalog.ts';
import { BOUND_TEXT } from '../db/bound-text.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { optionalField, quote } from './catalog-json.ts';
import { renderProxy } from './catalog-proxy.ts';
import { CatalogTable } from './catalog-table.ts';
import { foldName } from './catalog-topics.ts';
import type { NodeRow } from './nodes-rows.ts';

export type ServiceRow = {
  /** The node's key. */
  node: string;
  key: string;
  id: string;
  name_key: string;
  name: string;
  kind: string;
  /** JSON, like every column that is named after a structure. */
  tags: string;
  address: string;
  tagged_addresses: string | null;
  meta: string | null;
  port: number;
  socket_path: string;
  weight_passing: number;
  weight_warning: number;
  /** 0 or 1 */
  enable_tag_override: number;
  proxy: string;
  connect: string;
  locality: string | null;
  connect_key: string;
  create_index: number;
  modify_index: number;
};

const CONTENT_COLUMNS = [
  'id',
  'name_key',
  'name',
  'kind',
  'tags',
  'address',
  'tagged_addresses',
  'meta',
  'port',
  'socket_path',
  'weight_passing',
  'weight_warning',
  'enable_tag_override',
  'proxy',
  'connect',
  'locality',
  'connect_key',
] as const;

export const servicesTable = new CatalogTable<ServiceRow>(
  'services',
  ['node', 'key'],
  ['node', 'key', ...CONTENT_COLUMNS],
  {
    kind: '',
    tags: '[]',
    address: '',
    tagged_addresses: null,
    meta: null,
    socket_path: '',
    weight_passing: 1,
    weight_warning: 1,
    enable_tag_override: 0,
    proxy: renderProxy(undefined),
    connect: '{}',
    locality: null,
    connect_key: '',
  },
);

// Built once: a text that is put together anew has to be hashed anew wherever statements are looked up.
const FIND = `SELECT ${servicesTable.select()} FROM services WHERE node = ? AND key = ?`;

export function findServiceRow(sql: SQL, node: string, id: string): ServiceRow | undefined {
  return firstRow<ServiceRow>(sql, FIND, foldName(node), foldName(id));
}

/** What the checks of an instance take from it: each column that is read costs a little. */
export type ServiceHead = Pick<
  ServiceRow,
  'key' | 'id' | 'name' | 'tags' | 'name_key' | 'kind' | 'connect_key'
>;

const FIND_HEAD =
  'SELECT key, id, name, tags, name_key, kind, connect_key FROM services WHERE node = ? AND key = ?';

export function findServiceHead(sql: SQL, node: string, id: string): ServiceHead | undefined {
  return firstRow<ServiceHead>(sql, FIND_HEAD, foldName(node), foldName(id));
}

/** In the order of IDs. */
export function serviceRowsOfNode(sql: SQL, node: string): ServiceRow[] {
  return sql
    .exec<ServiceRow>(
      `SELECT ${servicesTable.select()} FROM services WHERE node = ${BOUND_TEXT} ORDER BY key`,
      foldName(node),
    )
    .toArray();
}

export function serviceRowsOfName(sql: SQL, nameKey: string): ServiceRow[] {
  return sql
    .exec<ServiceRow>(
      `SELECT ${servicesTable.select()} FROM services WHERE name_key = ${BOUND_TEXT} ORDER BY node, key`,
      nameKey,
    )
    .toArray();
}

export function hasInstances(sql: SQL, nameKey: string): boolean {
  return (
    firstRow(sql, 'SELECT 1 AS one FROM services WHERE name_key = ? LIMIT 1', nameKey) !== undefined
  );
}

export function hasConnectInstances(sql: SQL, connectKey: string): boolean {
  const query = "SELECT 1 AS one FROM services WHERE connect_key = ? AND connect_key <> '' LIMIT 1";
  return firstRow(sql, query, connectKey) !== undefined;
}

/** Some answers of Consul show absent tags as null, where others have an empty list. */
export function nullIfEmpty(tags: string): string {
  return tags === '[]' ? 'null' : tags;
}

/**
 * JSON of a NodeService, with the fields in Consul's order and its empty ones left out as there.
 */
export function renderNodeService(row: ServiceRow): string {
  return (
    `{${row.kind === '' ? '' : `"Kind":${quote(row.kind)},`}"ID":${quote(row.id)}` +
    `,"Service":${quote(row.name)},"Tags":${row.tags},"Address":${quote(row.address)}` +
    `${optionalField('TaggedAddresses', row.tagged_addresses)},"Meta":${row.meta ?? 'null'}` +
    `${row.port === 0 ? '' : `,"Port":${row.port}`}` +
    `${row.socket_path === '' ? '' : `,"SocketPath":${quote(row.socket_path)}`}` +
    `,"Weights":${renderWeights(row)},"EnableTagOverride":${row.enable_tag_override === 1}` +
    `${optionalField('Locality', row.locality)},"Proxy":${row.proxy},"Connect":${row.connect},"PeerName":""` +
    `,"CreateIndex":${row.create_index},"ModifyIndex":${row.modify_index}}`
  );
}

export function toNodeService(row: ServiceRow): NodeService {
  return JSON.parse(renderNodeService(row)) as NodeService;
}

/**
 * JSON of a ServiceNode: an instance joined with its node. Here Consul leaves almost nothing out.
 */
export function renderServiceNode(row: ServiceRow, node: NodeRow, datacenter: string): string {
  return (
    `{"ID":${quote(node.id)},"Node":${quote(node.name)},"Address":${quote(node.address)}` +
    `,"Datacenter":${quote(datacenter)},"TaggedAddresses":${node.tagged_addresses ?? 'null'}` +
    `,"NodeMeta":${node.meta ?? 'null'},"ServiceKind":${quote(row.kind)}` +
    `,"ServiceID":${quote(row.id)},"ServiceName":${quote(row.name)},"ServiceTags":${row.tags}` +
    `,"ServiceAddress":${quote(row.address)}` +
    `${optionalField('ServiceTaggedAddresses', row.tagged_addresses)},"ServiceWeights":${renderWeights(row)}` +
    `,"ServiceMeta":${row.meta ?? '{}'},"ServicePort":${row.port}` +
    `,"ServiceSocketPath":${quote(row.socket_path)}` +
    `,"ServiceEnableTagOverride":${row.enable_tag_override === 1},"ServiceProxy":${row.proxy}` +
    `,"ServiceConnect":${row.connect},"ServiceLocality":${row.locality ?? 'null'}` +
    `,"CreateIndex":${row.create_index},"ModifyIndex":${row.modify_index}}`
  );
}

function renderWeights(row: ServiceRow): string {
  return `{"Passing":${row.weight_passing},"Warning":${row.weight_warning}}`;
}
