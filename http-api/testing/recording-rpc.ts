/** A datacenter that remembers what it was asked and gives the answer that the test put there. */
import type { RPCError } from '../../protocol/errors.ts';
import type { MethodArgs, MethodName } from '../../protocol/methods.ts';
import { createAPI } from '../fetch-adapter.ts';
import type { Route } from '../route.ts';
import type { Answer, CallOptions, ServerRPC } from '../server-rpc.ts';
import type { SnapshotStore } from '../snapshot-store.ts';

export interface RecordedCall {
  readonly method: MethodName;
  readonly args: unknown;
  readonly options: CallOptions;
  /** Set when the caller waits for a later index. */
  readonly minIndex?: number;
}

export class RecordingRPC implements ServerRPC {
  readonly calls: RecordedCall[] = [];
  answer: Answer | RPCError = { index: 7, body: 'true' };

  call<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    options: CallOptions,
  ): Promise<Answer> {
    return this.#reply({ method, args, options });
  }

  watch<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    options: CallOptions,
    minIndex: number,
  ): Promise<Answer> {
    return this.#reply({ method, args, options, minIndex });
  }

  #reply(call: RecordedCall): Promise<Answer> {
    this.calls.push(call);
    return this.answer instanceof Error
      ? Promise.reject(this.answer)
      : Promise.resolve(this.answer);
  }
}

export const NO_SNAPSHOTS: SnapshotStore = {
  save: () => Promise.reject(new Error('this test has no snapshots')),
  restore: () => Promise.reject(new Error('this test has no snapshots')),
};

/** The routes as an agent named n1 in dc1 serves them, without a socket. */
export function serve(
  routes: readonly Route[],
  rpc: ServerRPC,
  snapshots: SnapshotStore = NO_SNAPSHOTS,
) {
  const limits = {
    kvMaxValueBytes: 1024,
    txnMaxBytes: 8192,
    defaultQueryTimeMs: 300_000,
    maxQueryTimeMs: 600_000,
  };
  const context = { rpc, snapshots, limits, datacenter: 'dc1', nodeName: 'n1' };
  const app = createAPI(routes, { context });
  return (method: string, path: string, body?: string) =>
    app.request(`http://127.0.0.1${path}`, body === undefined ? { method } : { method, body });
}
