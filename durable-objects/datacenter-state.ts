/**
 * A datacenter without its platform: the writer, the watchers and the endpoints over any Storage. The Durable Object class
 * wraps it, and so do tests over Node's SQLite.
 */
import { RPCError, toRPCError } from '../protocol/errors.ts';
import type { Reply } from '../protocol/frames.ts';
import { METHOD_KINDS } from '../protocol/method-kinds.ts';
import type { DatacenterInfo, MethodName } from '../protocol/methods.ts';
import {
  HEARTBEAT_CHECK_MS,
  KV_MAX_VALUE_BYTES,
  KV_VALUE_CEILING_BYTES,
  LOG_MAX_AGE_MS,
  LOG_MAX_BYTES,
  REAP_EVERY_INDEXES,
} from '../protocol/limits.ts';
import type { RowListMethod } from '../protocol/row-lists.ts';
import type { Authorizer } from './acl/authorizer.ts';
import { noted, noticing } from './acl/noticing.ts';
import { ACL_DISABLED } from './acl-settings.ts';
import { CSRLimiter } from './ca/csr-limiter.ts';
import { foundAuthority } from './ca-founding.ts';
import { CONNECT_DEFAULT } from './connect-settings.ts';
import { DeferredStorage } from './db/deferred-storage.ts';
import type { DatacenterSettings } from './datacenter-settings.ts';
import type { Storage } from './db/storage.ts';
import { type AnyRead, type AnyWrite, findEndpoint } from './dispatch.ts';
import type { Applied, EndpointContext, ReadEndpoint, RowSource } from './endpoints/endpoint.ts';
import { LogKeeper } from './log-keeper.ts';
import { forgetACLs } from './state/acl-changed.ts';
import { foundACLs } from './state/acl-found.ts';
import type { Reading } from './state/kv-read.ts';
import { forgetKinds } from './state/config-kinds.ts';
import { forgetSchemas } from './state/kv-schemas.ts';
import { forgetKeyTTLs } from './state/kv-ttl.ts';
import { getFloor, getMeta, getRestoredIndex, setMetaTxn } from './state/meta.ts';
import { reapTxn } from './state/reap.ts';
import { SESSION_TTL_MIN_MS } from './state/session-ttl.ts';
import { TokenResolver } from './token-resolver.ts';
import { AnswerCache } from './watch/answer-cache.ts';
import type { QueryRows } from './watch/push-maker.ts';
import { Subscriptions } from './watch/subscriptions.ts';
import type { Topic } from './watch/topics.ts';
import { type WatchedQuery, queryIdentity } from './watch/watched-query.ts';
import { type WriteTxn, Writer } from './writer.ts';

/** Counted for the life of the loaded program, which outlives the object's own memory. */
let constructions = 0;

export interface Clock {
  now(): number;
  newUUID(): string;
}

export interface Call {
  readonly method: string;
  readonly args: unknown;
  readonly token: string;
  /** Who is recorded in the change log. */
  readonly actor: string;
}

export class DatacenterState {
  readonly storage: Storage;
  readonly writer: Writer;
  readonly subscriptions: Subscriptions;
  /** Trimming of the change log, and how to hold it. */
  readonly log: LogKeeper;
  readonly context: EndpointContext;
  readonly uuid: string;
  readonly incarnation: string;
  readonly #constructedAt: number;
  readonly #tokens: TokenResolver;
  /** No answer has a lower index: whoever holds an older one is told that everything may have changed. */
  readonly #restoredIndex: number;
  /** True while the last step of reaping left some over. */
  #moreToReap = false;

  constructor(
    platform: Storage,
    datacenter: string,
    clock: Clock,
    settings: DatacenterSettings = {},
  ) {
    // One for all: what waits to be written is seen by whoever reads through it.
    const storage = DeferredStorage.over(platform);
    this.storage = storage;
    for (const forget of [forgetKeyTTLs, forgetSchemas, forgetKinds, forgetACLs])
      forget(storage.sql);
    const { now, newUUID } = clock;
    this.context = {
      sql: storage.sql,
      datacenter,
      now,
      newUUID,
      info: () => this.#info(),
      answers: new AnswerCache(),
      authorizerOf: (token) => this.authorizer(token),
      acl: settings.acl ?? ACL_DISABLED,
      connect: settings.connect ?? CONNECT_DEFAULT,
      csrLimiter: new CSRLimiter(),
      linkOf: settings.linkOf ?? (() => 'none'),
      liveness: { massFailure: null, heartbeatMs: HEARTBEAT_CHECK_MS, ...settings.liveness },
      intentionDefault: settings.intentionDefault ?? 'allow',
      sessionTTLMinMs: settings.sessionTTLMinMs ?? SESSION_TTL_MIN_MS,
      kvMaxValueBytes: Math.min(
        settings.kvMaxValueBytes ?? KV_MAX_VALUE_BYTES,
        KV_VALUE_CEILING_BYTES,
      ),
    };
    this.#tokens = new TokenResolver(storage.sql, datacenter, this.context.acl, now);
    constructions++;
    this.#constructedAt = now();
    this.subscriptions = new Subscriptions({
      answer: (query) => this.#evaluate(query),
      rows: (query) => this.#rowsOf(query),
      rightsOf: (token) => this.#tokens.identityOf(token),
    });
    this.writer = new Writer(storage, this.subscriptions, clock.now);
    this.log = new LogKeeper(storage.sql, this.writer, clock.now, {
      maxAgeMs: settings.retention?.maxAgeMs ?? LOG_MAX_AGE_MS,
      maxBytes: settings.retention?.maxBytes ?? LOG_MAX_BYTES,
    });
    this.uuid = this.#identity('uuid', clock);
    this.incarnation = this.#identity('incarnation', clock);
    this.#restoredIndex = getRestoredIndex(storage.sql);
    foundACLs(this.writer, this.context);
    foundAuthority(storage, this.context, this.uuid);
  }

  /**
   * Runs `work`, in which `call` may write, in one transaction. Old tombstones go with it now and then, so that an idle
   * datacenter needs no alarm for them.
   */
  batch<T>(work: () => T): T {
    return this.#clearingOnFailure(() => {
      const result = work();
      const index = this.writer.openIndex;
      if (index > this.writer.lastIndex) this.log.armTxn();
      // A full step means that there is more: the next write goes on, so that large writes cannot outrun it.
      if (this.#moreToReap || this.#isReapDue(index))
        this.#moreToReap = reapTxn(this.storage.sql, this.context.now());
      return result;
    });
  }

  /** Counted from the index itself: an object that is evicted often would never get far in a count of its own. */
  #isReapDue(index: number): boolean {
    const steps = (upTo: number): number => Math.floor(upTo / REAP_EVERY_INDEXES);
    return steps(index) > steps(this.writer.lastIndex);
  }

  #clearingOnFailure<T>(work: () => T): T {
    try {
      return this.writer.batch(work);
    } catch (error) {
      this.context.answers.clear();
      this.log.forget();
      forgetSchemas(this.storage.sql);
      forgetACLs(this.storage.sql);
      throw error;
    }
  }

  /** One call by itself. */
  callAlone(call: Call): Reply {
    return isWrite(call.method) ? this.batch(() => this.call(call)) : this.call(call);
  }

  /** A query as a watcher holds it: its topics and its present answer. */
  openQuery(call: Call): { reading: Reading; query: Parameters<Subscriptions['add']>[2] } {
    const endpoint = findEndpoint(call.method);
    if (endpoint.kind !== 'read')
      throw toRPCError(`${call.method} is a write and cannot be watched`);
    const reading = this.#read(endpoint, call);
    const query = {
      identity: queryIdentity(call.method, call.args, call.token),
      method: call.method as never,
      args: call.args as never,
      token: call.token,
      rights: this.#tokens.identityOf(call.token),
      topics: reading.topics ?? endpoint.topics(call.args as never),
    };
    return { reading, query };
  }

  /** What a query depends on at present; one that cannot be read any more keeps what its arguments say. */
  topicsNow(call: Call): readonly Topic[] {
    const endpoint = findEndpoint(call.method) as AnyRead;
    const byArguments = endpoint.topics(call.args as never);
    try {
      return this.#evaluate(call).topics ?? byArguments;
    } catch (error) {
      if (error instanceof RPCError) return byArguments;
      throw error;
    }
  }

  /**
   * Whether an index names one answer only. Once tombstones are reaped the index of a list may fall back to one that it
   * had before, when it held what has been deleted since. A restore forgets every answer from before it.
   */
  standsFor(index: number): boolean {
    return index >= Math.max(this.#restoredIndex, getFloor(this.storage.sql));
  }

  /** A failure is a reply too. A write needs an open batch, in which a failed one rolls back alone. */
  call(call: Call): Reply {
    try {
      const endpoint = findEndpoint(call.method);
      return endpoint.kind === 'read' ? this.#read(endpoint, call) : this.#write(endpoint, call);
    } catch (error) {
      return renderFailure(toRPCError(error));
    }
  }

  #read(endpoint: AnyRead, { args, token }: Pick<Call, 'args' | 'token'>): Reading {
    const authorizer = noticing(this.authorizer(token));
    const reading = noted(endpoint.read(this.context, args as never, authorizer), authorizer);
    const isOlder = reading.index < this.#restoredIndex;
    return isOlder ? { ...reading, index: this.#restoredIndex } : reading;
  }

  #write(endpoint: AnyWrite, call: Call): Reply {
    const args = endpoint.prepare(this.context, call.args as never, this.authorizer(call.token));
    const apply = (tx: WriteTxn): string | Applied =>
      endpoint.apply(tx, args as never, this.context);
    const { index, value } = this.writer.write(call.actor, apply, !endpoint.throwsBeforeWriting);
    return typeof value === 'string' ? { index, body: value } : { index, ...value };
  }

  #evaluate({ method, args, token }: Pick<Call, 'method' | 'args' | 'token'>): Reading {
    return this.#read(findEndpoint(method) as AnyRead, { args, token });
  }

  #rowsOf({ method, args, token }: WatchedQuery): QueryRows | undefined {
    type Rows = RowSource<RowListMethod> | undefined;
    const rows = (findEndpoint(method) as ReadEndpoint<RowListMethod>).rows as Rows;
    if (rows === undefined) return undefined;
    return {
      topics: rows.topics(args as never),
      groups: (touched) =>
        rows.groups(args as never, touched, this.context, this.authorizer(token)),
      read: (groups) => rows.read(this.context, args as never, this.authorizer(token), groups),
    };
  }

  /** What a token may do here. @throws RPCError forbidden for one that nobody made */
  authorizer(token: string): Authorizer {
    return this.#tokens.resolve(token);
  }

  #info(): DatacenterInfo {
    return {
      Datacenter: this.context.datacenter,
      UUID: this.uuid,
      Incarnation: this.incarnation,
      Index: this.writer.lastIndex,
      Constructions: constructions,
      ConstructedAt: this.#constructedAt,
      WatchedQueries: this.subscriptions.size,
    };
  }

  /** Made once in the life of a datacenter, and kept with its data. */
  #identity(name: 'uuid' | 'incarnation', clock: Clock): string {
    const known = getMeta(this.storage.sql, name);
    if (known !== undefined) return known;
    const made = clock.newUUID();
    this.storage.transactionSync(() => setMetaTxn(this.storage.sql, name, made));
    return made;
  }
}

export const isWrite = (method: string): boolean => METHOD_KINDS[method as MethodName] === 'write';

export function renderFailure(error: RPCError): Reply {
  return { index: 0, body: error.message, code: error.code };
}
