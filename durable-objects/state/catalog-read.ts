/**
 * Reads of the catalog, each as the JSON text of its answer (Consul:
 * agent/consul/state/catalog.go).
 */
import { compareUTF8 } from '../../protocol/canonical-json.ts';
import type { SQL } from '../db/storage.ts';
import {
  type InstanceFilter,
  type Selection,
  type Visibility,
  findInstances,
  hasMeta,
} from './catalog-instances.ts';
import { sortByDistance } from './near.ts';
import { type NodeRow, findNodeRow, nodeRows, renderNode } from './nodes-rows.ts';
import {
  type ServiceRow,
  renderNodeService,
  renderServiceNode,
  serviceRowsOfNode,
} from './services-rows.ts';

export function listNodes(
  sql: SQL,
  datacenter: string,
  filter: InstanceFilter,
  sees: Visibility,
): string {
  const rows = nodeRows(sql).filter(
    (row) => sees.nodeRead(row.name) && hasMeta(row.meta, filter.nodeMeta),
  );
  const sorted = sortByDistance(sql, filter.near, rows, (row) => row.name);
  return renderList(sorted.map((row) => renderNode(row, datacenter)));
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
  name: string,
  sees: Visibility,
): string {
  const found = findNodeWithServices(sql, name, sees);
  if (found === undefined) return '{"Node":null,"Services":null}';
  const services = renderList(found.services.map(renderNodeService));
  return `{"Node":${renderNode(found.node, datacenter)},"Services":${services}}`;
}

type NamedTags = { name: string; tags: string; node_name: string; node_meta: string | null };

/** The one read that goes over all instances, so it takes no more of each than it needs. */
const ALL_TAGS =
  'SELECT s.name, s.tags, n.name AS node_name, n.meta AS node_meta FROM services s JOIN nodes n ON n.key = s.node';

/**
 * Names of services with the union of their instances' tags. Spellings that differ in case are
 * listed apart.
 */
export function listServices(sql: SQL, filter: InstanceFilter, sees: Visibility): string {
  const tagsOf = new Map<string, Set<string>>();
  for (const row of sql.exec<NamedTags>(ALL_TAGS)) {
    if (!sees.serviceRead(row.name) || !sees.nodeRead(row.node_name)) continue;
    if (!hasMeta(row.node_meta, filter.nodeMeta)) continue;
    let tags = tagsOf.get(row.name);
    if (tags === undefined) tagsOf.set(row.name, (tags = new Set<string>()));
    if (row.tags !== '[]') for (const tag of JSON.parse(row.tags) as string[]) tags.add(tag);
  }
  const entries = [...tagsOf].toSorted(([a], [b]) => compareUTF8(a, b));
  const fields = entries.map(
    ([name, tags]) => `${JSON.stringify(name)}:${JSON.stringify([...tags].toSorted(compareUTF8))}`,
  );
  return `{${fields.join(',')}}`;
}

export function listServiceInstances(
  sql: SQL,
  datacenter: string,
  selection: Selection,
  filter: InstanceFilter,
  sees: Visibility,
): string {
  const found = findInstances(sql, selection, filter, sees);
  return renderList(found.map(({ service, node }) => renderServiceNode(service, node, datacenter)));
}

export function renderList(items: readonly string[]): string {
  return `[${items.join(',')}]`;
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
