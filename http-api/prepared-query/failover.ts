/**
 * Where else to look when a query finds nothing at home (Consul: agent/consul/prepared_query_endpoint.go,
 * queryFailover).
 *
 * It runs where requests come in, for datacenters know nothing of one another.
 */
import type {
  PreparedQuery,
  QueryExecution,
  QueryFailoverTarget,
} from '../../protocol/types/prepared-query.ts';

/** The other places, as whoever executes a query can reach them. */
export interface OtherPlaces {
  /** The other datacenters, the nearest first. */
  datacenters(): Promise<readonly string[]>;
  /**
   * Executes a filled-in query without failover in another datacenter, or for a peer in the own one.
   *
   * @throws when the place cannot be reached or refuses: the next one is tried
   */
  executeIn(target: QueryFailoverTarget, query: PreparedQuery): Promise<QueryExecution>;
}

export interface Failover {
  /** What was found last; it has no nodes if nothing was found anywhere. */
  readonly execution: QueryExecution;
  /** How many places were asked, those that failed included. */
  readonly failovers: number;
}

/** The given result itself, unless it is empty and the query says where else to look. */
export async function failOver(home: QueryExecution, places: OtherPlaces): Promise<Failover> {
  if (home.Rendered === undefined) return { execution: home, failovers: 0 };
  const query = home.Rendered;
  let execution = home;
  let failovers = 0;
  for (const target of failoverTargets(query, await places.datacenters())) {
    failovers += 1;
    try {
      execution = await places.executeIn(target, query);
    } catch {
      // Which place failed is of no use to the client: it gets what the next one finds, or nothing.
      execution = { ...execution, Nodes: [], Ranks: [] };
    }
    if (execution.Nodes.length > 0) break;
  }
  return { execution, failovers };
}

/**
 * The datacenters other than `home`, where a query was asked for.
 *
 * @param own the datacenter of whoever executes it, from which the distances to `others` are known
 */
export function datacentersBeside(
  home: string,
  own: string,
  others: readonly string[],
): readonly string[] {
  if (home === '' || home === own) return others;
  return [own, ...others.filter((name) => name !== home)];
}

/** The nearest datacenters first, then those that are named; unknown ones are passed over, none is asked twice. */
export function failoverTargets(
  { Service: { Failover: failover } }: PreparedQuery,
  nearest: readonly string[],
): QueryFailoverTarget[] {
  const near = nearest.slice(0, Math.max(0, failover.NearestN));
  const targets = near.map((Datacenter) => ({ Datacenter, Peer: '' }));
  const named: readonly QueryFailoverTarget[] = failover.Datacenters?.length
    ? failover.Datacenters.map((Datacenter) => ({ Datacenter, Peer: '' }))
    : (failover.Targets ?? []);
  for (const target of named) {
    const { Datacenter, Peer } = target;
    if (Datacenter !== '' && !nearest.includes(Datacenter)) continue;
    if (Peer !== '' || (Datacenter !== '' && !near.includes(Datacenter))) targets.push(target);
  }
  return targets;
}
