/**
 * ServerRPC over a Durable Object stub, with waiting in relay objects.
 *
 * The Worker itself has no replica: `?stale` and `?cached` are answered by the datacenter like any read.
 */
import { RPCError } from '../protocol/errors.ts';
import type { Reply } from '../protocol/frames.ts';
import { EDGE_MAX_WAIT_MS } from '../protocol/limits.ts';
import type { MethodArgs, MethodName } from '../protocol/methods.ts';
import type { Answer, CallOptions, ServerRPC } from '../http-api/server-rpc.ts';
import type { Env } from './env.ts';
import { waitInRelay } from './relay-client.ts';

const ACTOR = 'worker';

export class StubRPC implements ServerRPC {
  readonly #env: Env;

  constructor(env: Env) {
    this.#env = env;
  }

  async call<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    options: CallOptions,
  ): Promise<Answer> {
    // An object that was named once exists for ever: an unknown `?dc=` must not make one.
    if (options.datacenter !== '' && options.datacenter !== this.#env.DATACENTER) {
      throw new RPCError('unknown-datacenter', 'No path to datacenter');
    }
    const { DATACENTER, DATACENTER_OBJECTS } = this.#env;
    const stub = DATACENTER_OBJECTS.get(DATACENTER_OBJECTS.idFromName(DATACENTER));
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
      const pushed = await waitInRelay(this.#env, query, deadline - Date.now(), signal);
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

function toAnswer(reply: Reply): Answer {
  if (reply.code !== undefined) throw new RPCError(reply.code, reply.body);
  return { index: reply.index, body: reply.body, notes: reply.notes };
}
