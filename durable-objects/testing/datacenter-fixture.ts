/** A whole datacenter over Node's SQLite: calls as a sidecar makes them, and what its watchers are told. */
import type { MethodArgs, MethodReply, ReadMethod, WriteMethod } from '../../protocol/methods.ts';
import { RPCError } from '../../protocol/errors.ts';
import type { Reply } from '../../protocol/frames.ts';
import type { RegisterRequest } from '../../protocol/types/catalog.ts';
import type { DatacenterSettings } from '../datacenter-settings.ts';
import { DatacenterState } from '../datacenter-state.ts';
import type { LinkState } from '../state/node-health.ts';
import type { QueryPush, Watcher } from '../watch/watched-query.ts';
import { createNodeStorage } from './node-storage.ts';

const ACTOR = 'test';

/** One subscription: what was pushed to it since the last `take`. */
export class WatchedForTest implements Watcher {
  readonly takesChanges = false;
  #pushes: QueryPush[] = [];

  deliver(pushes: readonly QueryPush[]): void {
    this.#pushes.push(...pushes);
  }

  take(): QueryPush[] {
    return this.#pushes.splice(0);
  }
}

export class DatacenterFixture {
  now = 1_000_000;
  /** The link of every node. */
  link: LinkState = 'none';
  #uuids = 0;
  readonly storage = createNodeStorage();
  readonly #settings: DatacenterSettings;
  state: DatacenterState;

  constructor(settings: DatacenterSettings = {}) {
    this.#settings = settings;
    this.state = this.#construct();
  }

  /** Everything in memory is gone, as when the platform evicts the object. */
  evict(): void {
    this.state = this.#construct();
  }

  #construct(): DatacenterState {
    const clock = {
      now: () => this.now,
      newUUID: () => `00000000-0000-4000-8000-${String(++this.#uuids).padStart(12, '0')}`,
    };
    return new DatacenterState(this.storage, 'dc1', clock, {
      linkOf: () => this.link,
      ...this.#settings,
    });
  }

  /** @throws RPCError */
  write<M extends WriteMethod>(method: M, args: MethodArgs<M>): MethodReply<M> {
    return parse(this.state.callAlone({ method, args, token: '', actor: ACTOR })) as MethodReply<M>;
  }

  /** Undefined for "there is no such thing". @throws RPCError */
  read<M extends ReadMethod>(method: M, args: MethodArgs<M>): MethodReply<M> | undefined {
    return parse(this.readRaw(method, args)) as MethodReply<M> | undefined;
  }

  readRaw<M extends ReadMethod>(method: M, args: MethodArgs<M>): Reply {
    return this.state.callAlone({ method, args, token: '', actor: ACTOR });
  }

  indexOf<M extends ReadMethod>(method: M, args: MethodArgs<M>): number {
    return this.readRaw(method, args).index;
  }

  watch<M extends ReadMethod>(method: M, args: MethodArgs<M>): WatchedForTest {
    const watcher = new WatchedForTest();
    const call = { method, args, token: '', actor: ACTOR };
    const { reading, query } = this.state.openQuery(call);
    this.state.subscriptions.add(watcher, 1, query, reading.index);
    return watcher;
  }

  register(request: RegisterRequest): void {
    this.write('catalog.register', request);
  }

  /** Rows that a write adds to or changes in the tables; secondary indexes are not counted here. */
  rowsWrittenBy(work: () => void): number {
    const count = () =>
      Number(this.storage.database.prepare('SELECT total_changes() AS n').get()!['n']);
    const before = count();
    work();
    return count() - before;
  }

  get lastIndex(): number {
    return this.state.writer.lastIndex;
  }
}

function parse(reply: Reply): unknown {
  if (reply.code !== undefined) throw new RPCError(reply.code, reply.body);
  return reply.body === '' ? undefined : (JSON.parse(reply.body) as unknown);
}
