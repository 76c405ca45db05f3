/**
 * Reads of the catalog, each as the JSON text of its answer (Consul:
 * agent/consul/state/catalog.go).
 */
import { compareUTF8 } from '../../protocol/canonical-json.ts';
import type { MergeArgs } from '../../protocol/methods.ts';
import type { SQL } from '../db/storage.ts';
import {
  type InstanceFilter,
  type Selection,
  type Visibility,
  hasMeta,
  instancesOf,
  isAmong,
} from './catalog-instances.ts';
import { foldName } from './catalog-topics.ts';
import { type ListRow, joinItems } from './list-rows.ts';
import { withCentralConfig } from './central-config.ts';
import { EntryReader } from './config-reader.ts';
import { sortByDistance } from './near.ts';
import { type NodeRow, findNodeRow, nodeRows, renderNode } from './nodes-rows.ts';
import {
  type ServiceRow,
  renderNodeService,
  renderServiceNode,
  serviceRowsOfNode,
} from './services-rows.ts';

/** @param only keys of the nodes to list, all unless given */
export function listNodes(
  sql: SQL,
  datacenter: string,
  filter: InstanceFilter,
  sees: Visibility,
  only?: readonly string[],
): Iterable<ListRow> {
  const rows =
    only === undefined
      ? nodeRows(sql)
      : only.map((key) => findNodeRow(sql, key)).filter((row) => row !== undefined);
  const visible = Iterator.from(rows).filter(
    (row) => hasMeta(row.meta, filter.nodeMeta) && sees.nodeRead(row.name),
  );
  const sorted = sortByDistance(sql, filter.near, visible, (row) => row.name);
  return Iterator.from(sorted).map((row) => ({
    group: row.key,
    text: renderNode(row, datacenter),
  }));
}

/** A node with a map of its services by ID; '' when there is none. */
export function describeNode(sql: SQL, datacenter: string, name: string, sees: Visibility): string {
  const found = findNodeWithServices(sql, name, sees);
  if (found === undefined) return '';
  const services = found.services
    .toSorted((a, b) => compareUTF8(a.id, b.id))
    .map((row) => `${JSON.stringify(row.id)}:${renderNodeService(row)}`);
  return `{"Node":${renderNode(found.node, datacenter)},"Services":{${services.join(',')}}}`;
}

/** A node with the list of its services. */
export function listNodeServices(
  sql: SQL,
  datacenter: string,
  { node: name, mergeCentralConfig }: MergeArgs & { node: string },
  sees: Visibility,
): string {
  const found = findNodeWithServices(sql, name, sees);
  if (found === undefined) return '{"Node":null,"Services":null}';
  const entries = new EntryReader(sql);
  const rows = mergeCentralConfig
    ? found.services.map((row) => withCentralConfig(entries, row))
    : found.services;
  const services = rows.length === 0 ? 'null' : joinItems(rows.map(renderNodeService));
  return `{"Node":${renderNode(found.node, datacenter)},"Services":${services}}`;
}

type NamedTags = { name: string; tags: string; node_name: string; node_meta: string | null };

/** The one read that goes over all instances, so it takes no more of each than it needs. */
const ALL_TAGS =
  'SELECT s.name, s.tags, n.name AS node_name, n.meta AS node_meta FROM services s JOIN nodes n ON n.key = s.node';

/**
 * Names of services with the union of their instances' tags, as members of one object. Spellings
 * that differ in case are listed apart.
 *
 * @param only folded names of the services to list, all unless given
 */
export function listServices(
  sql: SQL,
  filter: InstanceFilter,
  sees: Visibility,
  only?: readonly string[],
): ListRow[] {
  const tagsOf = new Map<string, Set<string>>();
  for (const row of tagRows(sql, only)) {
    if (!hasMeta(row.node_meta, filter.nodeMeta)) continue;
    if (!sees.serviceRead(row.name) || !sees.nodeRead(row.node_name)) continue;
    let tags = tagsOf.get(row.name);
    if (tags === undefined) tagsOf.set(row.name, (tags = new Set<string>()));
    if (row.tags !== '[]') for (const tag of JSON.parse(row.tags) as string[]) tags.add(tag);
  }
  const entries = [...tagsOf].toSorted(([a], [b]) => compareUTF8(a, b));
  return entries.map(([name, tags]) => ({
    group: foldName(name),
    text: `${JSON.stringify(name)}:${JSON.stringify([...tags].toSorted(compareUTF8))}`,
  }));
}

function tagRows(sql: SQL, only: readonly string[] | undefined): Iterable<NamedTags> {
  if (only === undefined) return sql.exec<NamedTags>(ALL_TAGS);
  const { term, binding } = isAmong('s.name_key', only);
  return sql.exec<NamedTags>(`${ALL_TAGS} WHERE ${term}`, binding);
}

export function listServiceInstances(
  sql: SQL,
  datacenter: string,
  selection: Selection,
  filter: InstanceFilter,
  sees: Visibility,
): Iterable<ListRow> {
  return Iterator.from(instancesOf(sql, selection, filter, sees)).map(({ service, node }) => ({
    group: node.key,
    text: renderServiceNode(service, node, datacenter),
  }));
}

function findNodeWithServices(
  sql: SQL,
  name: string,
  sees: Visibility,
): { node: NodeRow; services: ServiceRow[] } | undefined {
  const node = findNodeRow(sql, name);
  if (node === undefined || !sees.nodeRead(node.name)) return undefined;
  return {
    node,
    services: serviceRowsOfNode(sql, node.key).filter((row) => sees.serviceRead(row.name)),
  };
}
