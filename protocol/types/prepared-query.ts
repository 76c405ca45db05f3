/** Prepared queries, spelled as Consul 1.21 spells them on the wire (agent/structs/prepared_query.go). */
import type { CheckServiceNode, RaftIndex } from './catalog.ts';

export interface QueryFailoverTarget {
  Peer: string;
  Datacenter: string;
}

export interface QueryFailover {
  /** How many other datacenters to try, the nearest first. */
  NearestN: number;
  /** Tried after those, in this order. */
  Datacenters: string[] | null;
  /** Instead of the two above. */
  Targets: QueryFailoverTarget[] | null;
}

export interface ServiceQuery {
  Service: string;
  /** Of Consul's enterprise edition: refused unless it is empty. */
  SamenessGroup: string;
  Failover: QueryFailover;
  /** Takes instances with a warning out, too. */
  OnlyPassing: boolean;
  /** Checks that do not count. */
  IgnoreCheckIDs: string[] | null;
  /** A node's name, `_agent` or `_ip`. */
  Near: string;
  /** All of them must be there; those after a `!` must not. */
  Tags: string[] | null;
  NodeMeta: Record<string, string> | null;
  ServiceMeta: Record<string, string> | null;
  Connect: boolean;
  Peer: string;
}

export interface QueryTemplate {
  /** '' for a query that is no template, or `name_prefix_match`. */
  Type: string;
  Regexp: string;
  RemoveEmptyTags: boolean;
}

export interface QueryDNS {
  /** A Go duration, '' for the service's own. */
  TTL: string;
}

/** What a query says, without what it is called and bound to. */
export interface QueryDefinition {
  Template: QueryTemplate;
  Service: ServiceQuery;
  DNS: QueryDNS;
}

/** A query as a client sends it. */
export interface QueryInput extends QueryDefinition {
  ID: string;
  Name: string;
  Session: string;
  /** With which it is executed instead of the caller's own. */
  Token: string;
}

export interface PreparedQuery extends QueryInput, RaftIndex {}

/** Stands for a token that the reader may not see. */
export const HIDDEN_TOKEN = '<hidden>';

export const NAME_PREFIX_MATCH = 'name_prefix_match';

/** What a client gets from /v1/query/<name>/execute, apart from the facts about the answer itself. */
export interface QueryResult {
  Service: string;
  Nodes: CheckServiceNode[];
  DNS: QueryDNS;
  /** Where the instances are: '' for those of a peer. */
  Datacenter: string;
  PeerName: string;
  /** How many other places were asked. */
  Failovers: number;
}

/** What a datacenter found for a query among its own instances. */
export interface QueryExecution extends Omit<QueryResult, 'Failovers'> {
  /**
   * One number for each of `Nodes`, which are in its order: the smaller the nearer, equal ones in no particular order.
   * Whoever hands them out shuffles those, so that equal instances share the load.
   */
  Ranks: number[];
  /** The node that was sorted by, '' for none. */
  Near: string;
  /** Set when nothing was found and the query says where else to look: the query as it was executed, its token hidden. */
  Rendered?: PreparedQuery;
}

/** Creates a query, whose ID must be empty, or replaces or deletes the one with its ID. */
export type QueryApplyArgs =
  | { op: 'create' | 'update'; query: QueryInput }
  | { op: 'delete'; id: string };

export interface QueryExecuteArgs {
  nameOrID: string;
  /** The node of the agent that was asked, '' on the Worker: what `_agent` stands for. */
  agent: string;
  /** Before what the query itself says: a node's name, `_agent` or `_ip`. */
  near?: string;
  /** The client's address, for `_ip`. */
  ip?: string;
  /** Connect instances, whatever the query says. */
  connect?: boolean;
  /** Instances of this cluster peer instead of the query's own place: one step of its failover. */
  peer?: string;
}
