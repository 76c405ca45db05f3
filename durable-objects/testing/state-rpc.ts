/** /v1 over a datacenter in memory, without a link: what the Worker's stub does, in one process. */
import type { Answer, CallOptions, ServerRPC } from '../../http-api/server-rpc.ts';
import { RPCError } from '../../protocol/errors.ts';
import type { MethodArgs, MethodName } from '../../protocol/methods.ts';
import type { DatacenterFixture } from './datacenter-fixture.ts';

export class StateRPC implements ServerRPC {
  readonly #datacenter: DatacenterFixture;
  /** Methods that were waited on, and not merely read. */
  readonly watched: MethodName[] = [];
  /** Failures that nobody meant. */
  readonly defects: string[] = [];

  constructor(datacenter: DatacenterFixture) {
    this.#datacenter = datacenter;
  }

  async call<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    options: CallOptions,
  ): Promise<Answer> {
    if (options.datacenter !== '' && options.datacenter !== 'dc1')
      throw new RPCError('unknown-datacenter', 'No path to datacenter');
    const call = { method, args, token: options.token, actor: 'test' };
    const reply = this.#datacenter.state.callAlone(call);
    if (reply.code === 'internal') this.defects.push(`${method}: ${reply.body}`);
    if (reply.code !== undefined) throw new RPCError(reply.code, reply.body);
    return { index: reply.index, body: reply.body };
  }

  /** Does not wait: time stands still here. */
  watch<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    options: CallOptions,
  ): Promise<Answer> {
    this.watched.push(method);
    return this.call(method, args, options);
  }
}
