/**
 * The shapes that every endpoint of /v1 is written against, whichever side mounts it.
 *
 * A handler sees an APIRequest and gives an APIResponse: neither Hono's nor Node's types, so that the Worker and the
 * sidecar can each feed it in the cheapest way they know.
 */
import type { DatacenterMap } from '../protocol/types/coordinate.ts';
import type { KnownServer } from '../protocol/types/datacenters.ts';
import type { Query } from './query.ts';
import type { LoginRequest } from '../protocol/login-http.ts';
import type { Answer, CallOptions, ServerRPC } from './server-rpc.ts';
import type { SnapshotStore } from './snapshot-store.ts';

export type Method = 'GET' | 'PUT' | 'POST' | 'DELETE';

export interface APIRequest {
  readonly method: string;
  /** What follows the route's own path, percent-decoded once: the key of /v1/kv/, the name of /v1/health/service/. */
  readonly rest: string;
  readonly query: Query;
  /** A header's value, or undefined; the name is lower case. */
  header(name: string): string | undefined;
  /**
   * The whole body; refuses more than `maxBytes` with 413 before it is read into memory.
   *
   * @param limitName the key below `limits` in the agent's configuration that raises the bound, for the error's text
   */
  body(maxBytes?: number, limitName?: string): Promise<Uint8Array>;
  /** The body as it comes, of whatever length; instead of `body`. */
  stream(): ReadableStream<Uint8Array>;
  /** Aborted when the client has gone: a parked query must not outlive it. */
  readonly signal: AbortSignal | undefined;
  /** Address of the client as the socket gave it, or '' where unknown. */
  readonly remoteAddress: string;
  /** Answers are indented though nobody asked, see {@link APIContext.indents}. */
  readonly isIndented?: boolean;
  /** It asks the catalog or health, see {@link APIContext.discoveryStale}. */
  readonly isDiscovery?: boolean;
}

/** A body that was sent in pieces, e.g. by /v1/agent/monitor. */
export type APIStream = ReadableStream<Uint8Array>;

export interface APIResponse {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array | APIStream | null;
}

/** What the side that mounts the API knows and endpoints need. */
export interface APIContext {
  readonly rpc: ServerRPC;
  readonly snapshots: SnapshotStore;
  readonly limits: APILimits;
  /** The datacenter that this API belongs to; `?dc=` may name it or another. */
  readonly datacenter: string;
  /** The datacenter in which what all share is written; absent where that is the own one. */
  readonly primaryDatacenter?: string;
  /** Node name of the agent, which sessions are bound to when their request names none; '' on the Worker. */
  readonly nodeName: string;
  /** Names of the other datacenters, the nearest first, for queries that fail over; absent while there are none. */
  readonly otherDatacenters?: () => Promise<readonly string[]>;
  /** Where the servers of all datacenters stand; absent or undefined where only the own datacenter's are known. */
  readonly datacenterMaps?: () => Promise<readonly DatacenterMap[] | undefined>;
  /** How this side decides on tokens; absent where there is no ACL system. */
  readonly acl?: APIACLs;
  /** Verifies a bearer token and makes a token for it; absent on a side that cannot. */
  readonly logIn?: (request: LoginRequest, options: CallOptions) => Promise<Answer>;
  /**
   * The index by which an operator allows another bootstrap of the ACL system, and forgets it: it is good for one try. 0 where nobody
   * did; absent on a side where nobody could.
   */
  readonly takeACLReset?: () => Promise<number>;
  /** Consul's disable_coordinates: /v1/coordinate/ is refused. */
  readonly disableCoordinates?: boolean;
  /** What stands for Consul's servers in a datacenter, '' for the own one; absent or undefined where only the datacenter itself is known. */
  readonly serverOf?: (datacenter: string) => Promise<KnownServer | undefined>;
  /** Every answer is indented, as Consul does in development mode; only `?pretty` ends it with a new line. */
  readonly indents?: boolean;
  /** Consul's discovery_max_stale: reads of the catalog and health that choose no consistency are as those with `?stale`. */
  readonly discoveryStale?: () => boolean;
  /** Consul's http_config.use_cache: whether `?cached` means anything; absent where it does. */
  readonly usesCache?: () => boolean;
  /** False on an agent that is none; absent where there is no agent. */
  readonly isServer?: boolean;
  /** How /v1/stream waits; absent where watches stay and calls are not counted, as on a sidecar. */
  readonly streams?: StreamSettings;
}

export interface APIACLs {
  readonly enabled: boolean;
  readonly defaultPolicy: 'allow' | 'deny';
  /** What counts while the datacenter cannot be asked; '' where it always can. */
  readonly downPolicy: string;
}

export interface StreamSettings {
  /** A watch lives for one wait, so its query may say where the client stands. */
  readonly isOneShot: boolean;
  /** Pages after which a client is asked to come back. */
  readonly maxPages: number;
}

export interface APILimits {
  /** Consul's limits.kv_max_value_size. */
  readonly kvMaxValueBytes: number;
  /** Consul's limits.txn_max_req_len. */
  readonly txnMaxBytes: number;
  /** Consul's default_query_time: the wait of a blocking query that names none. */
  readonly defaultQueryTimeMs: number;
  /** Consul's max_query_time: the longest wait that a client may ask for. */
  readonly maxQueryTimeMs: number;
}

export type Handler = (
  request: APIRequest,
  context: APIContext,
) => Promise<APIResponse> | APIResponse;

/** One line of the API's table: a path and what each method of it does. */
export interface Route {
  /** Exact, e.g. `/v1/catalog/nodes`; ending in `/` it also takes everything below, e.g. `/v1/kv/`. */
  readonly path: string;
  readonly methods: Partial<Record<Method, Handler>>;
  /** Answers every method instead, OPTIONS and refusals too: for a path whose methods depend on what follows it. */
  readonly any?: Handler;
}
