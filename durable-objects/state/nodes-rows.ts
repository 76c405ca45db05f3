/** The nodes table: its rows, how they are found, and the mapper to the wire shape. */
import type { Node } from '../../protocol/types/catalog.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { optionalField, quote } from './catalog-json.ts';
import { CatalogTable } from './catalog-table.ts';
import { foldName } from './catalog-topics.ts';

export type NodeRow = {
  key: string;
  name: string;
  id: string;
  address: string;
  /** JSON, or null for an absent map. */
  tagged_addresses: string | null;
  meta: string | null;
  locality: string | null;
  create_index: number;
  modify_index: number;
};

export const nodesTable = new CatalogTable<NodeRow>(
  'nodes',
  ['key'],
  ['key', 'name', 'id', 'address', 'tagged_addresses', 'meta', 'locality'],
  { id: '', tagged_addresses: null, meta: null, locality: null },
);

const FIND = `SELECT ${nodesTable.select()} FROM nodes WHERE key = ?`;
const FIND_BY_ID = `SELECT ${nodesTable.select()} FROM nodes WHERE lower(id) = ? AND id <> ''`;

export function findNodeRow(sql: SQL, name: string): NodeRow | undefined {
  return firstRow<NodeRow>(sql, FIND, foldName(name));
}

export function hasNode(sql: SQL, name: string): boolean {
  return firstRow(sql, 'SELECT 1 AS one FROM nodes WHERE key = ?', foldName(name)) !== undefined;
}

export function findNodeRowByID(sql: SQL, id: string): NodeRow | undefined {
  if (id === '') return undefined;
  return firstRow<NodeRow>(sql, FIND_BY_ID, id.toLowerCase());
}

/** Every node, in the order of names. */
export function nodeRows(sql: SQL): Iterable<NodeRow> {
  return sql.exec<NodeRow>(`SELECT ${nodesTable.select()} FROM nodes ORDER BY key`);
}

/** JSON of the wire shape, with the fields in Consul's order. */
export function renderNode(row: NodeRow, datacenter: string): string {
  return (
    `{"ID":${quote(row.id)},"Node":${quote(row.name)},"Address":${quote(row.address)}` +
    `,"Datacenter":${quote(datacenter)},"TaggedAddresses":${row.tagged_addresses ?? 'null'}` +
    `,"Meta":${row.meta ?? 'null'}${optionalField('Locality', row.locality)}` +
    `,"CreateIndex":${row.create_index},"ModifyIndex":${row.modify_index}}`
  );
}

export function toNode(row: NodeRow, datacenter: string): Node {
  return JSON.parse(renderNode(row, datacenter)) as Node;
}
