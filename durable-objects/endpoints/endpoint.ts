/** The shape of an endpoint: authorize, prepare, read or write, reply. */
import type { Notes } from '../../protocol/frames.ts';
import type {
  DatacenterInfo,
  MethodArgs,
  NodeFilterArgs,
  ReadMethod,
  WriteMethod,
} from '../../protocol/methods.ts';
import type { IntentionAction } from '../../protocol/types/intention.ts';
import type { RowGroup } from '../../protocol/pushes.ts';
import type { RowListMethod } from '../../protocol/row-lists.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import { FILTERED } from '../acl/noticing.ts';
import type { ACLSettings } from '../acl-settings.ts';
import type { CSRLimiter } from '../ca/csr-limiter.ts';
import type { ConnectSettings } from '../connect-settings.ts';
import type { SQL } from '../db/storage.ts';
import type { Reading } from '../state/kv-read.ts';
import type { LinkState, LivenessSettings } from '../state/node-health.ts';
import { topicIndex } from '../state/topic-index.ts';
import type { AnswerCache } from '../watch/answer-cache.ts';
import { COORDINATES, type Topic } from '../watch/topics.ts';
import type { TouchedRows } from '../watch/touched-rows.ts';
import { queryIdentity } from '../watch/watched-query.ts';
import type { WriteTxn } from '../writer.ts';

/** What endpoints know of their datacenter. */
export interface EndpointContext {
  readonly sql: SQL;
  readonly datacenter: string;
  /** Milliseconds since 1970. */
  now(): number;
  /** A random UUID for things that the datacenter names itself. */
  newUUID(): string;
  info(): DatacenterInfo;
  readonly answers: AnswerCache;
  /** What another token may do: queries are executed with the one that they captured. */
  authorizerOf(token: string): Authorizer;
  readonly acl: ACLSettings;
  readonly connect: ConnectSettings;
  readonly csrLimiter: CSRLimiter;
  /** The link of a node's agent, as far as it is known. */
  linkOf(node: string): LinkState;
  readonly liveness: LivenessSettings;
  /** Whether connections may be made about which no intention says anything. */
  readonly intentionDefault: IntentionAction;
  /** Consul's session_ttl_min. */
  readonly sessionTTLMinMs: number;
  /** The largest value of a key (limits.kv_max_value_size). */
  readonly kvMaxValueBytes: number;
}

export interface ReadEndpoint<M extends ReadMethod> {
  readonly kind: 'read';
  /** Everything that the answer depends on; a watcher sleeps while none of it changes. */
  topics(args: MethodArgs<M>): Topic[];
  /**
   * True when an answer depends on more than the arguments say, as what a prepared query finds does on the service
   * that it names: each reading then brings its topics along. They may change only when one of them was touched.
   */
  readonly findsTopics?: boolean;
  /** @throws RPCError forbidden, or what is wrong with the arguments */
  read(context: EndpointContext, args: MethodArgs<M>, authorizer: Authorizer): Reading;
  /** How a long list tells what changed of it; without it, it is always told whole. */
  readonly rows?: M extends RowListMethod ? RowSource<M> : never;
}

/** A list whose changes can be told row by row (`protocol/row-lists.ts`). */
export interface RowSource<M extends ReadMethod> {
  /** Those of the query's topics that speak of nothing but rows: after any other the list is told whole. */
  topics(args: MethodArgs<M>): Topic[];
  /** The groups that may have changed; null when that cannot be told. */
  groups(
    args: MethodArgs<M>,
    touched: TouchedRows,
    context: EndpointContext,
    authorizer: Authorizer,
  ): readonly string[] | null;
  /** Every one of the groups as it is now. @throws RPCError as `read` */
  read(
    context: EndpointContext,
    args: MethodArgs<M>,
    authorizer: Authorizer,
    groups: readonly string[],
  ): RowGroup[];
}

/**
 * A read whose index is that of its topics in the topics table, and whose answer depends on nothing else: while the
 * index stands, equal reads are rendered once.
 *
 * The exception is the order of an answer that is sorted by distance: as in Consul, coordinates wake nobody who asked
 * for nodes, services or checks. Whoever asks anew gets the present order.
 */
export function topicRead<M extends ReadMethod>(
  method: M,
  topics: (args: MethodArgs<M>) => Topic[],
  render: (context: EndpointContext, args: MethodArgs<M>, authorizer: Authorizer) => string,
): ReadEndpoint<M> {
  return {
    kind: 'read',
    topics,
    read(context, args, authorizer) {
      const index = topicIndex(context.sql, ...topics(args));
      const { near } = args as NodeFilterArgs;
      const order = near === undefined ? '' : ` ${topicIndex(context.sql, COORDINATES)}`;
      const identity = queryIdentity(method, args, authorizer.identity) + order;
      return context.answers.get(identity, index, () => {
        const body = render(context, args, authorizer);
        return authorizer.notice?.isFiltered ? { index, body, notes: FILTERED } : { index, body };
      });
    },
  };
}

export interface Applied {
  readonly body: string;
  readonly notes?: Notes | undefined;
}

export interface WriteEndpoint<M extends WriteMethod> {
  readonly kind: 'write';
  /** Refuses, and fills in defaults, before anything is written. What it gives is what `apply` gets. */
  prepare(context: EndpointContext, args: MethodArgs<M>, authorizer: Authorizer): MethodArgs<M>;
  /**
   * True when `apply` throws only before it has written: a failure then leaves nothing to undo, and the write needs no
   * savepoint of its own.
   */
  readonly throwsBeforeWriting?: boolean;
  /** @returns the JSON of the reply, with notes where it has any */
  apply(tx: WriteTxn, args: MethodArgs<M>, context: EndpointContext): string | Applied;
}

export type ReadEndpoints<M extends ReadMethod> = { readonly [K in M]: ReadEndpoint<K> };
export type WriteEndpoints<M extends WriteMethod> = { readonly [K in M]: WriteEndpoint<K> };
