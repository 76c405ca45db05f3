/**
 * What a prepared query finds among this datacenter's own instances (Consul: agent/consul/prepared_query_endpoint.go,
 * execute).
 *
 * The answer has an order but no chance in it: instances that are equally near are marked so, and whoever hands them
 * to a client shuffles them.
 */
import {
  type InstanceFacts,
  fitsQuery,
  hasFailover,
} from '../../http-api/prepared-query/fits-query.ts';
import { rankByDistance } from '../../http-api/prepared-query/rank.ts';
import type { PreparedQuery } from '../../protocol/types/prepared-query.ts';
import { BOUND_TEXT } from '../db/bound-text.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import {
  type FoundInstance,
  type Selection,
  type Visibility,
  findInstances,
} from './catalog-instances.ts';
import { joinItems } from './list-rows.ts';
import { type CheckRow, renderCheck } from './checks-rows.ts';
import { checksByOwner, checksOfInstance } from './health-read.ts';
import { Distances } from './near.ts';
import { renderNode } from './nodes-rows.ts';
import { hideToken } from './prepared-query-rows.ts';
import { renderNodeService } from './services-rows.ts';

export interface ExecutionOptions {
  readonly datacenter: string;
  /** Connect instances, whatever the query says. */
  readonly connect: boolean;
  /** The name of the node to sort by, '' for none. */
  readonly near: string;
}

/** JSON of a QueryExecution. @param query with its template filled in */
export function executeQuery(
  sql: SQL,
  query: PreparedQuery,
  options: ExecutionOptions,
  sees: Visibility,
): string {
  const { Service, DNS } = query;
  const isLocal = Service.Peer === '';
  const distances = new Distances(sql, options.near);
  const found = isLocal ? findFit(sql, query, options, sees) : [];
  const { items, ranks } = rankByDistance(found, ({ node }) => distances.to(node.name));
  const looksElsewhere = found.length === 0 && hasFailover(Service);
  const fields = {
    DNS,
    Datacenter: isLocal ? options.datacenter : '',
    PeerName: Service.Peer,
    Ranks: ranks,
    Near: options.near,
    ...(looksElsewhere ? { Rendered: { ...query, Token: hideToken(query.Token) } } : {}),
  };
  const nodes = items.map((instance) => renderInstance(instance, options.datacenter));
  return (
    `{"Service":${JSON.stringify(Service.Service)},"Nodes":${joinItems(nodes)}` +
    `,${JSON.stringify(fields).slice(1)}`
  );
}

/** What a query's topics are beside the queries themselves: the instances that it looks at. */
export function selectionOf({ Service }: PreparedQuery, connect: boolean): Selection {
  return { service: Service.Service, connect: Service.Connect || connect };
}

interface FitInstance extends FoundInstance {
  readonly checks: readonly CheckRow[];
}

function findFit(
  sql: SQL,
  query: PreparedQuery,
  { connect }: ExecutionOptions,
  sees: Visibility,
): FitInstance[] {
  const selection = selectionOf(query, connect);
  // A template may leave nothing of the name; without one a selection is everything there is.
  if (selection.service === '') return [];
  const candidates = findInstances(sql, selection, {}, sees);
  if (candidates.length === 0) return [];
  const checks = checksByOwner(sql, selection);
  const isFit = fitsQuery(query.Service);
  const fit: FitInstance[] = [];
  for (const instance of candidates) {
    const its = checksOfInstance(checks, instance);
    if (isFit(factsOf(instance, its))) fit.push({ ...instance, checks: its });
  }
  return fit;
}

function factsOf({ service, node }: FoundInstance, checks: readonly CheckRow[]): InstanceFacts {
  return {
    tags: JSON.parse(service.tags) as string[],
    serviceMeta: JSON.parse(service.meta ?? '{}') as Record<string, string>,
    nodeMeta: JSON.parse(node.meta ?? '{}') as Record<string, string>,
    checks,
  };
}

const orNull = (list: string): string => (list === '[]' ? 'null' : list);

/** As Consul answers here and nowhere else, instances without tags or checks and checks without tags have null for them. */
function renderInstance({ service, node, checks }: FitInstance, datacenter: string): string {
  const tags = orNull(service.tags);
  const list = checks.map((check) =>
    renderCheck({ ...check, service_tags: orNull(check.service_tags) }, node.name),
  );
  return (
    `{"Node":${renderNode(node, datacenter)},"Service":${renderNodeService({ ...service, tags })}` +
    `,"Checks":${list.length === 0 ? 'null' : joinItems(list)}}`
  );
}

/**
 * The node that a query is sorted by, '' for none.
 *
 * @param near a node's name, or `_ip` for the one whose address is `ip`; `_agent` has been replaced
 */
export function nearNode(sql: SQL, near: string, ip: string): string {
  if (near !== '_ip') return near;
  if (ip === '') return '';
  const query = `SELECT name FROM nodes WHERE address = ${BOUND_TEXT} ORDER BY key LIMIT 1`;
  return firstRow<{ name: string }>(sql, query, ip)?.name ?? '';
}
