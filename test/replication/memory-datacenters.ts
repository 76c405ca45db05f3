/** Two datacenters in memory, and the calls that a replicator makes to both. Either may be away, restored, or replaced by another. */
import { randomUUID } from 'node:crypto';
import type { DatacenterSettings } from '../../durable-objects/datacenter-settings.ts';
import { DatacenterState } from '../../durable-objects/datacenter-state.ts';
import { setMetaTxn } from '../../durable-objects/state/meta.ts';
import { createNodeStorage } from '../../durable-objects/testing/node-storage.ts';
import type { Answer, CallOptions, ServerRPC } from '../../http-api/server-rpc.ts';
import { RPCError } from '../../protocol/errors.ts';
import type { MethodArgs, MethodName, MethodReply } from '../../protocol/methods.ts';

export class MemoryDatacenter {
  isAway = false;
  readonly #settings: DatacenterSettings;
  #storage = createNodeStorage();
  state: DatacenterState;

  constructor(settings: DatacenterSettings = {}) {
    this.#settings = settings;
    this.state = this.#open();
  }

  /** The same name, and nothing of what it had. */
  replace(): void {
    this.#storage = createNodeStorage();
    this.state = this.#open();
  }

  /** A snapshot was restored: it is another state, whose log tells nothing of the one before. */
  restored(): void {
    this.#storage.transactionSync(() => setMetaTxn(this.#storage.sql, 'incarnation', randomUUID()));
    this.state = this.#open();
  }

  /** The log forgets what happened before now. */
  trimLog(): void {
    const keep = 'SELECT MAX(idx) FROM changes';
    this.#storage.sql.exec(`DELETE FROM changes WHERE idx < (${keep})`);
  }

  call<M extends MethodName>(method: M, args: MethodArgs<M>, token = ''): Answer {
    if (this.isAway) throw new RPCError('unknown-datacenter', 'it is away');
    const reply = this.state.callAlone({ method, args, token, actor: 'test' });
    if (reply.code !== undefined) throw new RPCError(reply.code, reply.body);
    return reply;
  }

  json<M extends MethodName>(method: M, args: MethodArgs<M>, token = ''): MethodReply<M> {
    const { body } = this.call(method, args, token);
    return (body === '' ? null : JSON.parse(body)) as MethodReply<M>;
  }

  /** Resolves at the first push of a query, or when the signal is aborted. */
  pushed(
    call: { method: MethodName; args: unknown; token: string },
    known: number,
    signal?: AbortSignal,
  ): Promise<void> {
    return new Promise((resolve) => {
      const { reading, query } = this.state.openQuery({ ...call, actor: 'test' });
      if (reading.index > known) resolve();
      this.state.subscriptions.add(
        { takesChanges: false, deliver: () => resolve() },
        1,
        query,
        reading.index,
      );
      signal?.addEventListener('abort', () => resolve());
    });
  }

  put(key: string, text: string, flags = '0'): void {
    const value = Buffer.from(text).toString('base64');
    this.call('kv.apply', { verb: 'set', key, value, flags: flags as never });
  }

  delete(key: string): void {
    this.call('kv.apply', { verb: 'delete', key });
  }

  /** Keys with their values, flags behind those that have some. */
  pairs(): Record<string, string> {
    const rows = this.#storage.sql
      .exec<{ key: string; value: string; flags: string }>(
        'SELECT key, value, flags FROM kv ORDER BY key',
      )
      .toArray();
    return Object.fromEntries(
      rows.map(({ key, value, flags }) => {
        const text = Buffer.from(value, 'base64').toString();
        return [key, flags === '0' ? text : `${text} ${flags}`];
      }),
    );
  }

  #open(): DatacenterState {
    const clock = { now: () => 1_000_000, newUUID: randomUUID };
    return new DatacenterState(this.#storage, 'dc', clock, this.#settings);
  }
}

/** '' is the follower, any other name the source. */
export class PairRPC implements ServerRPC {
  readonly source: MemoryDatacenter;
  readonly follower: MemoryDatacenter;
  /** Methods of the source that were called. */
  readonly asked: MethodName[] = [];

  constructor(source: DatacenterSettings = {}, follower: DatacenterSettings = {}) {
    this.source = new MemoryDatacenter(source);
    this.follower = new MemoryDatacenter(follower);
  }

  async call<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    { datacenter, token }: CallOptions,
  ): Promise<Answer> {
    if (datacenter !== '') this.asked.push(method);
    return (datacenter === '' ? this.follower : this.source).call(method, args, token);
  }

  async watch<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    { datacenter, token }: CallOptions,
    minIndex: number,
    _waitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const there = datacenter === '' ? this.follower : this.source;
    const first = there.call(method, args, token);
    if (first.index > minIndex || signal?.aborted === true) return first;
    await there.pushed({ method, args, token }, minIndex, signal);
    return there.call(method, args, token);
  }
}
