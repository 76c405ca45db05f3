/**
 * The RPC method table: every call that a datacenter takes, with its arguments and the JSON of its answer.
 *
 * The same names travel on the link and over the Durable Object stub. Adding a method means a line here, an endpoint in
 * durable-objects/endpoints/ (the dispatch table does not compile without it) and a route in http-api/.
 */
import type { EntryIDs, NodeDigestArgs, NodeDigestReply } from './node-digest.ts';
import type { NodeInfo, ServiceDump } from './types/ui.ts';
import type {
  CheckServiceNode,
  DeregisterRequest,
  GatewayService,
  HealthCheck,
  Node,
  NodeService,
  RegisterRequest,
  ResolvedExportedService,
  ServiceNode,
} from './types/catalog.ts';
import type { CoordinateEntry, DatacenterMap } from './types/coordinate.ts';
import type { UserEvent } from './types/event.ts';
import type { HealthWhy } from './types/health-why.ts';
import type { KVPair, KVSchema, Uint64 } from './types/kv.ts';
import type { LivenessStatus } from './types/liveness.ts';
import type {
  AuditArgs,
  AuditPage,
  ChangesArgs,
  KVHistory,
  KVPastArgs,
  KVRollbackArgs,
  KVRollbackResult,
} from './types/history.ts';
import type { OperatorMethods } from './operator-methods.ts';
import type {
  PreparedQuery,
  QueryApplyArgs,
  QueryExecuteArgs,
  QueryExecution,
} from './types/prepared-query.ts';
import type { ACLMethods } from './acl-methods.ts';
import type { MeshMethods } from './mesh-methods.ts';
import type { Method } from './method.ts';
import type { ReplicationMethods } from './replication-methods.ts';
import type { Session } from './types/session.ts';
import type { TxnOp, TxnResponse } from './types/txn.ts';

/** The write of one key. `Value` is standard base64. */
export interface KVWriteArgs {
  verb: 'set' | 'cas' | 'lock' | 'unlock' | 'delete' | 'delete-cas' | 'delete-tree';
  key: string;
  value?: string;
  flags?: Uint64;
  /** For cas and delete-cas: the ModifyIndex that the entry must have; 0 means that it must be absent. */
  index?: number;
  /** For lock and unlock. */
  session?: string;
  /** For set, cas, lock and unlock: the key is deleted after so many milliseconds unless it is written before. */
  ttlMs?: number;
}

export interface KVPageArgs {
  prefix: string;
  form: 'list' | 'keys';
  /** For keys. */
  separator?: string;
  after?: string;
  limit: number;
}

export interface SessionCreateArgs {
  ID?: string;
  Name?: string;
  Node: string;
  LockDelayMs: number;
  Behavior?: string;
  TTL?: string;
  NodeChecks?: string[] | null;
  ServiceChecks?: { ID: string; Namespace?: string }[] | null;
  /** The deprecated `Checks` field of the API. */
  Checks?: string[] | null;
}

/** The filters are regular expressions in Go's syntax; '' takes every node and service. */
export interface EventFireArgs {
  /** A UUID, for an event that was fired elsewhere: the datacenter takes it once. Without it the datacenter makes one. */
  id?: string;
  name: string;
  /** Standard base64; '' for none. */
  payload: string;
  nodeFilter: string;
  serviceFilter: string;
  tagFilter: string;
}

export interface EventListArgs {
  /** Events of exactly this name; without it all. */
  name?: string;
  /** Only the latest so many: an answer small enough to be pushed. */
  last?: number;
}

/** Filters that the datacenter applies itself; `filter=` expressions are applied by the HTTP layer. */
export interface NodeFilterArgs {
  nodeMeta?: Record<string, string>;
  /** Sort by distance from this node's coordinate. */
  near?: string;
}

export interface ServiceQueryArgs extends NodeFilterArgs, MergeArgs {
  service: string;
  tags?: string[];
  /** Instances that can be reached through Connect instead of the service itself. */
  connect?: boolean;
  /** Ingress gateways of the service. */
  ingress?: boolean;
}

export interface MergeArgs {
  /** Proxies and gateways with what configuration entries say of them. */
  mergeCentralConfig?: boolean;
}

export interface Methods extends ReplicationMethods, ACLMethods, MeshMethods, OperatorMethods {
  'kv.get': Method<'read', { key: string }, KVPair[]>;
  'kv.list': Method<'read', { prefix: string }, KVPair[]>;
  'kv.keys': Method<'read', { prefix: string; separator?: string }, string[]>;
  'kv.apply': Method<'write', KVWriteArgs, boolean>;

  /** A page of a key's changes, newest first. `start` is the `Next` of the page before. */
  'kv.history': Method<'read', { key: string; start?: number; limit?: number }, KVHistory>;
  /** What kv.get, kv.list or kv.keys would have answered at an index or a time. The past never changes. */
  /**
   * A part of what kv.list or kv.keys answer: at most `limit` keys after `after`. The note `Next` is there when more are
   * left, and holds what the next page comes after, percent-encoded.
   */
  'kv.page': Method<'read', KVPageArgs, KVPair[] | string[]>;
  'kv.at': Method<'read', KVPastArgs, KVPair[] | string[]>;
  /** Puts a key, or all of a prefix, back to what it was at an index or a time. */
  'kv.rollback': Method<'write', KVRollbackArgs, KVRollbackResult>;

  'kv-schema.get': Method<'read', { prefix: string }, KVSchema>;
  'kv-schema.list': Method<'read', Record<string, never>, KVSchema[]>;
  /** `schema` is JSON text. */
  'kv-schema.set': Method<'write', { prefix: string; schema: string }, boolean>;
  'kv-schema.delete': Method<'write', { prefix: string }, boolean>;

  /** A page of what changed after a place in the log, oldest first: http-api/stream/change-page.ts. */
  'changes.list': Method<'read', ChangesArgs, never>;
  /**
   * Tells by its index that there may be more to list: no answer, only something to watch. With `after` it is the index of
   * the next change that matches, or `after` itself; without, any index.
   */
  'changes.head': Method<'read', { topics: string[]; after?: string }, never>;
  /** A page of the log backward. */
  'audit.list': Method<'read', AuditArgs, AuditPage>;

  'txn.read': Method<'read', { ops: TxnOp[] }, TxnResponse>;
  'txn.apply': Method<'write', { ops: TxnOp[] }, TxnResponse>;

  'session.get': Method<'read', { id: string }, Session[]>;
  'session.list': Method<'read', Record<string, never>, Session[]>;
  'session.node': Method<'read', { node: string }, Session[]>;
  'session.create': Method<'write', SessionCreateArgs, { ID: string }>;
  'session.destroy': Method<'write', { id: string }, boolean>;
  'session.renew': Method<'write', { id: string }, Session[]>;

  'catalog.register': Method<'write', RegisterRequest, boolean>;
  'catalog.deregister': Method<'write', DeregisterRequest, boolean>;
  'catalog.nodes': Method<'read', NodeFilterArgs, Node[]>;
  'catalog.node': Method<
    'read',
    { node: string },
    { Node: Node; Services: Record<string, NodeService> } | null
  >;
  'catalog.node-services': Method<
    'read',
    MergeArgs & { node: string },
    { Node: Node | null; Services: NodeService[] | null }
  >;
  'catalog.services': Method<'read', NodeFilterArgs, Record<string, string[]>>;
  'catalog.service': Method<'read', ServiceQueryArgs, ServiceNode[]>;

  /** Which services stand behind an ingress or a terminating gateway. */
  'catalog.gateway-services': Method<'read', { gateway: string }, GatewayService[]>;
  'exported-services.list': Method<'read', Record<string, never>, ResolvedExportedService[]>;
  /** For the web interface: all nodes, or one. */
  'internal.node-dump': Method<'read', { node?: string }, NodeInfo[]>;
  'internal.service-dump': Method<'read', Record<string, never>, ServiceDump>;
  'internal.gateway-dump': Method<'read', { gateway: string }, ServiceDump>;
  /** Gives a mesh service exactly these IPv4 addresses beside its own. */
  'virtual-ip.assign': Method<
    'write',
    { service: string; addresses: string[] },
    { Found: boolean; UnassignedFrom: { ServiceName: { Name: string }; Peer: string }[] | null }
  >;
  /** The address under which mesh clients reach a service, '' when it has none. */
  'catalog.virtual-ip': Method<'read', { service: string }, string>;

  'health.node': Method<'read', { node: string }, HealthCheck[]>;
  'health.checks': Method<'read', NodeFilterArgs & { service: string }, HealthCheck[]>;
  'health.state': Method<'read', NodeFilterArgs & { state: string }, HealthCheck[]>;
  'health.service': Method<'read', ServiceQueryArgs, CheckServiceNode[]>;
  'health.why': Method<'read', { service: string }, HealthWhy>;

  /** '' when there is none with this ID. */
  'query.get': Method<'read', { id: string }, PreparedQuery[]>;
  'query.list': Method<'read', Record<string, never>, PreparedQuery[]>;
  /** The query that a name or ID means, its template filled in; '' when there is none. */
  'query.explain': Method<'read', { nameOrID: string }, PreparedQuery>;
  /** What the query finds here, without failover; '' when there is no such query. */
  'query.execute': Method<'read', QueryExecuteArgs, QueryExecution>;
  /** The same for another datacenter's query: the one that has it filled it in and sends it along. */
  'query.execute-remote': Method<
    'read',
    { query: PreparedQuery; connect?: boolean },
    QueryExecution
  >;
  /**
   * Every query without its token, for agents: which names exist, and what they mean, so that names that mean
   * nothing are refused without a question.
   */
  'query.definitions': Method<'read', Record<string, never>, PreparedQuery[]>;
  /** Gives the query's ID. */
  'query.apply': Method<'write', QueryApplyArgs, string>;

  /** Answers `[]` for a node that has none. */
  'coordinate.node': Method<'read', { node: string }, CoordinateEntry[]>;
  'coordinate.nodes': Method<'read', Record<string, never>, CoordinateEntry[]>;
  'coordinate.datacenters': Method<'read', Record<string, never>, DatacenterMap[]>;
  'coordinate.update': Method<'write', CoordinateEntry, boolean>;
  /** `entry` is a configuration entry as its writer spelled it; the reply is false when `cas` did not match. */
  'config.apply': Method<'write', { entry: unknown; cas?: number }, boolean>;
  'config.delete': Method<'write', { kind: string; name: string; cas?: number }, boolean>;
  'config.get': Method<'read', { kind: string; name: string }, Record<string, unknown>>;
  'config.list': Method<'read', { kind: string }, Record<string, unknown>[]>;

  /** A node with its services and checks, for its agent's anti-entropy; with `only`, of these those alone. */
  'node.state': Method<'read', { node: string; only?: EntryIDs }, NodeState | null>;
  /** Tells an agent what of its node differs from what it has, in digests. Null for an unknown node. */
  'node.digest': Method<'read', NodeDigestArgs, NodeDigestReply | null>;
  /** Says nothing; its index tells a node's agent that somebody has written to its node. */
  'node.changed': Method<'read', { node: string }, null>;
  /** Answers the event as Consul does, with LTime 0. */
  'event.fire': Method<'write', EventFireArgs, UserEvent>;
  /** The datacenter's ring, the oldest first, whomever the events are aimed at. */
  'event.list': Method<'read', EventListArgs, UserEvent[]>;

  /** What an agent says of a node, mostly of another's; said twice it changes nothing. */
  'node.report': Method<'write', { node: string; status: NodeReport }, boolean>;
  /** Which nodes members are asked about, and the brake on mass failures. */
  'liveness.status': Method<'read', Record<string, never>, LivenessStatus>;
  /** Marks every node as failed that the brake holds. Gives their number. */
  'liveness.release': Method<'write', Record<string, never>, number>;

  /** What the datacenter object tells of itself. It never blocks: nothing in it has an index. */
  'status.datacenter': Method<'read', Record<string, never>, DatacenterInfo>;
}

/**
 * `alive`: gossip says so, or it answered a ping. `failed`: gossip says so. `left`: went of its own will, was forced to, or was
 * forgotten. `unreachable`: alive as far as gossip knows, but it answers no ping. Said by an agent of itself: `linked`, when it
 * is asked over its link; `unwatched`, when no member of its pool would see it fail.
 */
export type NodeReport = 'alive' | 'failed' | 'left' | 'unreachable' | 'linked' | 'unwatched';

export interface DatacenterInfo {
  Datacenter: string;
  UUID: string;
  /** Changes when a snapshot is restored. */
  Incarnation: string;
  /** The last index that a write took. */
  Index: number;
  /** How often the object was constructed since its program was loaded: it rises with every eviction. */
  Constructions: number;
  /** When that last happened, in milliseconds since 1970. */
  ConstructedAt: number;
  /** Distinct queries that somebody watches. */
  WatchedQueries: number;
}

export interface NodeState {
  Node: Node;
  Services: NodeService[];
  Checks: HealthCheck[];
}

export type MethodName = keyof Methods;
export type MethodArgs<M extends MethodName> = Methods[M]['args'];
export type MethodReply<M extends MethodName> = Methods[M]['reply'];
export type ReadMethod = {
  [M in MethodName]: Methods[M]['kind'] extends 'read' ? M : never;
}[MethodName];
export type WriteMethod = Exclude<MethodName, ReadMethod>;
