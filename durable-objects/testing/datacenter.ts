/** A whole datacenter over Node's SQLite: every method by name, as a link calls them, and watches that count. */
import type { ErrorCode } from '../../protocol/errors.ts';
import type { MethodArgs, MethodName, MethodReply } from '../../protocol/methods.ts';
import { DatacenterState } from '../datacenter-state.ts';
import { createNodeStorage } from './node-storage.ts';

export class TestDatacenter {
  readonly storage = createNodeStorage();
  now = 1_000_000;
  #uuids = 0;
  #watches = 0;
  readonly state = new DatacenterState(this.storage, 'dc1', {
    now: () => this.now,
    newUUID: () => `uuid-${++this.#uuids}`,
  });

  /** @returns the parsed reply, undefined for "there is no such thing". @throws Error with the refusal's text */
  call<M extends MethodName>(method: M, args: MethodArgs<M>): MethodReply<M> {
    const reply = this.state.callAlone({ method, args, token: '', actor: 'test' });
    if (reply.code !== undefined) throw new Error(reply.body);
    return (reply.body === '' ? undefined : JSON.parse(reply.body)) as MethodReply<M>;
  }

  /** The code with which a call is refused, undefined when it is not. */
  codeOf<M extends MethodName>(method: M, args: MethodArgs<M>): ErrorCode | undefined {
    return this.state.callAlone({ method, args, token: '', actor: 'test' }).code;
  }

  indexOf<M extends MethodName>(method: M, args: MethodArgs<M>): number {
    return this.state.callAlone({ method, args, token: '', actor: 'test' }).index;
  }

  get lastIndex(): number {
    return this.state.writer.lastIndex;
  }

  /** Watches a query. @returns how often its watcher was woken since the last call */
  watch<M extends MethodName>(method: M, args: MethodArgs<M>): () => number {
    let woken = 0;
    const { reading, query } = this.state.openQuery({ method, args, token: '', actor: 'test' });
    const watcher = { deliver: () => void woken++ };
    this.state.subscriptions.add(watcher, ++this.#watches, query, reading.index);
    return () => {
      const count = woken;
      woken = 0;
      return count;
    };
  }

  /** Rows that the work wrote, index entries not counted. */
  rowsWritten(work: () => void): number {
    const count = (): number =>
      (this.storage.database.prepare('SELECT total_changes() AS n').get() as { n: number }).n;
    const before = count();
    work();
    return count() - before;
  }
}
