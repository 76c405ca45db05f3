/** Calls to one datacenter with one token. */
import type { Answer, CallOptions, ServerRPC } from '../../http-api/server-rpc.ts';
import type { MethodArgs, MethodName, MethodReply } from '../../protocol/methods.ts';

export class BoundRPC {
  readonly #rpc: ServerRPC;
  readonly #datacenter: string;
  readonly #token: () => string;

  /** @param datacenter '' for the own one */
  constructor(rpc: ServerRPC, datacenter: string, token: () => string) {
    this.#rpc = rpc;
    this.#datacenter = datacenter;
    this.#token = token;
  }

  call<M extends MethodName>(method: M, args: MethodArgs<M>): Promise<Answer> {
    return this.#rpc.call(method, args, this.#options('default'));
  }

  async json<M extends MethodName>(method: M, args: MethodArgs<M>): Promise<MethodReply<M> | null> {
    const { body } = await this.call(method, args);
    return body === '' ? null : (JSON.parse(body) as MethodReply<M>);
  }

  /** What the subscription says is what counts, whatever else was written meanwhile: so it is a stale read. */
  async index<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    minIndex: number,
    waitMs: number,
    signal: AbortSignal,
  ): Promise<number> {
    const options = this.#options('stale');
    return (await this.#rpc.watch(method, args, options, minIndex, waitMs, signal)).index;
  }

  #options(consistency: CallOptions['consistency']): CallOptions {
    return { token: this.#token(), datacenter: this.#datacenter, consistency, cached: false };
  }
}
