/**
 * Finding instances of services with their nodes, and the filters that the datacenter applies
 * itself.
 *
 * Everything is found by an index: the cost of a read is that of its answer, not of the catalog.
 */
import { BOUND_TEXT } from '../db/bound-text.ts';
import type { SQL } from '../db/storage.ts';
import { foldName } from './catalog-topics.ts';
import { withCentralConfig } from './central-config.ts';
import { EntryReader } from './config-reader.ts';
import { type LinkingKind, gatewaysOfService } from './gateway-links.ts';
import { ListSize, NARROWER } from './list-size.ts';
import { sortByDistance } from './near.ts';
import { type NodeRow, nodesTable } from './nodes-rows.ts';
import { type ServiceRow, servicesTable } from './services-rows.ts';

/** What a reader may see of the catalog: the authorizer's part that reads need. */
export interface Visibility {
  nodeRead(node: string): boolean;
  serviceRead(service: string): boolean;
}

/**
 * Instances of a service, or those through which Connect reaches it, or (without a name) all there
 * are.
 */
export interface Selection {
  readonly service: string;
  readonly connect?: boolean;
  /** Instances of these gateways as well; for an ingress gateway's, without those of the service. */
  readonly gateways?: { readonly kind: LinkingKind; readonly names: readonly string[] };
  /** Keys of nodes: nothing that stands on others. */
  readonly nodes?: readonly string[] | undefined;
}

/** The selection that a query means: it finds the gateways through which the service is reached. */
export function withGateways(
  sql: SQL,
  { service, connect, ingress }: { service: string; connect?: boolean; ingress?: boolean },
): Selection {
  const kind = ingress ? 'ingress-gateway' : connect ? 'terminating-gateway' : undefined;
  if (kind === undefined || service === '') return { service };
  const gateways = { kind, names: gatewaysOfService(sql, kind, service) } as const;
  return ingress ? { service, gateways } : { service, connect: true, gateways };
}

export interface InstanceFilter {
  /** All of them must be there, whatever their case. */
  readonly tags?: readonly string[];
  /** All pairs must be there exactly. */
  readonly nodeMeta?: Readonly<Record<string, string>>;
  /** Sorts by the distance from this node, instead of by names alone. */
  readonly near?: string;
  /** Proxies and gateways as configuration entries complete them. */
  readonly mergeCentralConfig?: boolean;
}

export interface FoundInstance {
  readonly service: ServiceRow;
  readonly node: NodeRow;
}

/** A WHERE clause over `services` and its bindings. */
export function selectionClause(selection: Selection): { where: string; bindings: string[] } {
  const { where, bindings } = nameClause(selection);
  if (selection.nodes === undefined) return { where, bindings };
  const { term, binding } = isAmong('node', selection.nodes);
  return { where: `(${where}) AND ${term}`, bindings: [...bindings, binding] };
}

/**
 * The condition that a column has one of these values, and its one binding.
 *
 * A single value, as of a change on one node, needs no list.
 */
export function isAmong(
  column: string,
  values: readonly string[],
): { term: string; binding: string } {
  const [first] = values;
  if (first !== undefined && values.length === 1)
    return { term: `${column} = ${BOUND_TEXT}`, binding: first };
  return {
    term: `${column} IN (SELECT value FROM json_each(?))`,
    binding: JSON.stringify(values),
  };
}

const NAME_TERM = `name_key = ${BOUND_TEXT}`;
/** Its second part is that of the partial index, which SQLite does not use without it. */
const CONNECT_TERM = `(connect_key = ${BOUND_TEXT} AND connect_key <> '')`;

function nameClause(selection: Selection): { where: string; bindings: string[] } {
  const { service, connect, gateways } = selection;
  if (service === '') return { where: '1', bindings: [] };
  const isIngress = gateways !== undefined && !connect;
  const terms: string[] = [];
  const bindings: string[] = [];
  if (!isIngress) {
    terms.push(connect ? CONNECT_TERM : NAME_TERM);
    bindings.push(foldName(service));
  }
  if (isIngress || (gateways?.names ?? []).length > 0) {
    terms.push(`(name_key IN (SELECT value FROM json_each(?)) AND kind = '${gateways!.kind}')`);
    bindings.push(JSON.stringify(gateways!.names));
  }
  return { where: terms.join(' OR '), bindings };
}

/** What an instance is in any answer, at least. */
const MIN_INSTANCE_CHARS = 300;

/** All of them, for whoever goes over them more than once. @throws RPCError too-large for more than fit an answer */
export function findInstances(
  sql: SQL,
  selection: Selection,
  filter: InstanceFilter,
  sees: Visibility,
): readonly FoundInstance[] {
  const size = new ListSize(NARROWER.instances);
  const found: FoundInstance[] = [];
  for (const instance of instancesOf(sql, selection, filter, sees)) {
    size.count(MIN_INSTANCE_CHARS);
    found.push(instance);
  }
  return found;
}

/** One by one, in the order of node names, then of IDs; those near a node first when the filter asks for it. */
export function instancesOf(
  sql: SQL,
  selection: Selection,
  filter: InstanceFilter,
  sees: Visibility,
): Iterable<FoundInstance> {
  const found = visibleInstances(sql, selection, filter, sees);
  return sortByDistance(sql, filter.near, found, ({ node }) => node.name);
}

function* visibleInstances(
  sql: SQL,
  selection: Selection,
  filter: InstanceFilter,
  sees: Visibility,
): Generator<FoundInstance> {
  const { where, bindings } = selectionClause(selection);
  const nodes = new Map<string, NodeRow>();
  const nodeQuery = `SELECT ${nodesTable.select()} FROM nodes WHERE key IN (SELECT node FROM services WHERE ${where})`;
  for (const node of sql.exec<NodeRow>(nodeQuery, ...bindings)) {
    if (hasMeta(node.meta, filter.nodeMeta) && sees.nodeRead(node.name)) nodes.set(node.key, node);
  }
  const entries = filter.mergeCentralConfig ? new EntryReader(sql) : undefined;
  // A service's own proxies go before the gateways that stand for it.
  const order = selection.gateways === undefined ? '' : "kind = 'terminating-gateway', ";
  const query = `SELECT ${servicesTable.select()} FROM services WHERE ${where} ORDER BY ${order}node, key`;
  for (const service of sql.exec<ServiceRow>(query, ...bindings)) {
    const node = nodes.get(service.node);
    if (
      node === undefined ||
      !hasTags(service.tags, filter.tags) ||
      !sees.serviceRead(service.name)
    )
      continue;
    yield { service: entries ? withCentralConfig(entries, service) : service, node };
  }
}

/** @param json a node's metadata as its column holds them */
export function hasMeta(
  json: string | null,
  wanted: Readonly<Record<string, string>> | undefined,
): boolean {
  const pairs = Object.entries(wanted ?? {});
  if (pairs.length === 0) return true;
  if (json === null) return false;
  const meta = JSON.parse(json) as Record<string, string>;
  return pairs.every(([key, value]) => Object.hasOwn(meta, key) && meta[key] === value);
}

/** @param json a service's tags as their column holds them */
export function hasTags(json: string, wanted: readonly string[] | undefined): boolean {
  if (wanted === undefined || wanted.length === 0) return true;
  const tags = new Set((JSON.parse(json) as string[]).map((tag) => tag.toLowerCase()));
  return wanted.every((tag) => tags.has(tag.toLowerCase()));
}
