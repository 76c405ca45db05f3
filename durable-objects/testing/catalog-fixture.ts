/** A datacenter's catalog over Node's SQLite, driven through its endpoints as a sidecar would. */
import { AnswerCache } from '../watch/answer-cache.ts';
import type { MethodArgs, MethodReply, ReadMethod } from '../../protocol/methods.ts';
import type { DeregisterRequest, RegisterRequest } from '../../protocol/types/catalog.ts';
import { ACL_DISABLED } from '../acl-settings.ts';
import { CSRLimiter } from '../ca/csr-limiter.ts';
import { CONNECT_DEFAULT } from '../connect-settings.ts';
import { ALLOW_ALL, type Authorizer } from '../acl/authorizer.ts';
import { catalogReads, catalogWrites } from '../endpoints/catalog.ts';
import type { EndpointContext, ReadEndpoint } from '../endpoints/endpoint.ts';
import { healthReads } from '../endpoints/health.ts';
import { nodeStateReads } from '../endpoints/node-state.ts';
import { uiReads } from '../endpoints/ui.ts';
import { Writer } from '../writer.ts';
import { createNodeStorage } from './node-storage.ts';
import { RecordingPublisher } from './recording-publisher.ts';

const READS = { ...catalogReads, ...healthReads, ...nodeStateReads, ...uiReads };
type CatalogMethod = keyof typeof READS & ReadMethod;

export class CatalogFixture {
  readonly storage = createNodeStorage();
  readonly publisher = new RecordingPublisher();
  readonly writer = new Writer(this.storage, this.publisher, () => 1_000_000);
  readonly context: EndpointContext = {
    sql: this.storage.sql,
    datacenter: 'dc1',
    now: () => 1_000_000,
    newUUID: () => '00000000-0000-4000-8000-000000000000',
    info: () => {
      throw new Error('the catalog does not ask for facts about the datacenter');
    },
    answers: new AnswerCache(),
    linkOf: () => 'none',
    liveness: { massFailure: null, heartbeatMs: null },
    authorizerOf: () => this.authorizer,
    acl: ACL_DISABLED,
    connect: CONNECT_DEFAULT,
    csrLimiter: new CSRLimiter(),
    intentionDefault: 'allow',
    sessionTTLMinMs: 10_000,
    kvMaxValueBytes: 512 * 1024,
  };
  authorizer: Authorizer = ALLOW_ALL;

  /** @returns the index of the write, which is the last one's when nothing changed */
  register(request: RegisterRequest): number {
    return this.writer.batch(() => this.registerInBatch(request));
  }

  /** Within `writer.batch`. */
  registerInBatch(request: RegisterRequest): number {
    const endpoint = catalogWrites['catalog.register'];
    const args = endpoint.prepare(this.context, request, this.authorizer);
    return this.writer.write('test', (tx) => endpoint.apply(tx, args, this.context)).index;
  }

  deregister(request: DeregisterRequest): number {
    const endpoint = catalogWrites['catalog.deregister'];
    const args = endpoint.prepare(this.context, request, this.authorizer);
    return this.writer.apply('test', (tx) => endpoint.apply(tx, args, this.context)).index;
  }

  /** The parsed answer, or undefined for "there is no such thing". */
  read<M extends CatalogMethod>(method: M, args: MethodArgs<M>): MethodReply<M> | undefined {
    const { body } = this.#endpoint(method).read(this.context, args, this.authorizer);
    return body === '' ? undefined : (JSON.parse(body) as MethodReply<M>);
  }

  indexOf<M extends CatalogMethod>(method: M, args: MethodArgs<M>): number {
    return this.#endpoint(method).read(this.context, args, this.authorizer).index;
  }

  /** Whether the writes since the last `takeTopics` would wake a watcher of this query. */
  topicsOf<M extends CatalogMethod>(method: M, args: MethodArgs<M>): string[] {
    return this.#endpoint(method).topics(args);
  }

  takeTopics(): string[] {
    return this.publisher.take();
  }

  #endpoint<M extends CatalogMethod>(method: M): ReadEndpoint<M> {
    return READS[method] as unknown as ReadEndpoint<M>;
  }
}
