/** The shape of an endpoint: authorize, prepare, read or write, reply. */
import type { DatacenterInfo, MethodArgs, ReadMethod, WriteMethod } from '../../protocol/methods.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import type { SQL } from '../db/storage.ts';
import type { Reading } from '../state/kv-read.ts';
import type { Topic } from '../watch/topics.ts';
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
}

export interface ReadEndpoint<M extends ReadMethod> {
  readonly kind: 'read';
  /** Everything that the answer depends on; a watcher sleeps while none of it changes. */
  topics(args: MethodArgs<M>): Topic[];
  /** @throws RPCError forbidden, or what is wrong with the arguments */
  read(context: EndpointContext, args: MethodArgs<M>, authorizer: Authorizer): Reading;
}

export interface WriteEndpoint<M extends WriteMethod> {
  readonly kind: 'write';
  /** Refuses, and fills in defaults, before anything is written. What it gives is what `apply` gets. */
  prepare(context: EndpointContext, args: MethodArgs<M>, authorizer: Authorizer): MethodArgs<M>;
  /** @returns the JSON of the reply */
  apply(tx: WriteTxn, args: MethodArgs<M>, context: EndpointContext): string;
}

export type ReadEndpoints<M extends ReadMethod> = { readonly [K in M]: ReadEndpoint<K> };
export type WriteEndpoints<M extends WriteMethod> = { readonly [K in M]: WriteEndpoint<K> };
