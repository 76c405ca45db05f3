/**
 * ServerRPC over a Durable Object stub, with waiting in relay objects.
 *
 * The Worker itself has no replica: `?stale` and `?cached` are answered by the datacenter like any read.
 */
import { EDGE_MAX_WAIT_MS } from '../protocol/limits.ts';
import type { MethodArgs, MethodName } from '../protocol/methods.ts';
import type { Answer, CallOptions, ServerRPC } from '../http-api/server-rpc.ts';
import type { DeployedDatacenters, Env } from './env.ts';
import { waitInRelay } from './relay-client.ts';
import { toAnswer } from './to-answer.ts';

const ACTOR = 'worker';

export class StubRPC implements ServerRPC {
  readonly #env: Env;
  readonly #datacenters: DeployedDatacenters;

  constructor(env: Env, datacenters: DeployedDatacenters) {
    this.#env = env;
    this.#datacenters = datacenters;
  }

  async call<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    options: CallOptions,
  ): Promise<Answer> {
    // An object that was named once exists for ever: an unknown `?dc=` must not make one.
    const { stub } = await this.#datacenters.require(options.datacenter);
    return toAnswer(await stub.call({ method, args, token: options.token, actor: ACTOR }));
  }

  /** Waits are capped: the platform cuts requests that stay silent, and clients ask again anyway. */
  async watch<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    options: CallOptions,
    minIndex: number,
    waitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    const deadline = Date.now() + Math.min(waitMs, EDGE_MAX_WAIT_MS);
    let answer = await this.call(method, args, options);
    while (answer.index <= minIndex && Date.now() < deadline && signal?.aborted !== true) {
      const query = { method, args, token: options.token, knownIndex: answer.index };
      const datacenter = await this.#datacenters.require(options.datacenter);
      const leftMs = deadline - Date.now();
      const pushed = await waitInRelay(this.#env, datacenter, query, leftMs, signal);
      if (pushed === null) return answer;
      // Told to read: because the answer is large, or because the relay lost count. The latter changes nothing here.
      answer =
        pushed.body === null
          ? await this.call(method, args, options)
          : { index: pushed.index, body: pushed.body };
    }
    return answer;
  }
}
