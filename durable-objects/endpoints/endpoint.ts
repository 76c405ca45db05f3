/** The shape of an endpoint: authorize, prepare, read or write, reply. */
import type {
  DatacenterInfo,
  MethodArgs,
  NodeFilterArgs,
  ReadMethod,
  WriteMethod,
} from '../../protocol/methods.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import type { SQL } from '../db/storage.ts';
import type { Reading } from '../state/kv-read.ts';
import { topicIndex } from '../state/topic-index.ts';
import type { AnswerCache } from '../watch/answer-cache.ts';
import { COORDINATES, type Topic } from '../watch/topics.ts';
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
  /** Consul's session_ttl_min. */
  readonly sessionTTLMinMs: number;
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
        return { index, body: render(context, args, authorizer) };
      });
    },
  };
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
  /** @returns the JSON of the reply */
  apply(tx: WriteTxn, args: MethodArgs<M>, context: EndpointContext): string;
}

export type ReadEndpoints<M extends ReadMethod> = { readonly [K in M]: ReadEndpoint<K> };
export type WriteEndpoints<M extends WriteMethod> = { readonly [K in M]: WriteEndpoint<K> };
