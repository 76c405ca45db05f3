/**
 * ServerRPC over the link and the replica.
 *
 * Default and consistent reads go to the datacenter. `?stale` and `?cached` are answered from the replica in
 * microseconds, and go on working while the datacenter cannot be reached. Blocking queries park here: subscribe first,
 * then read, then wait for the push, so no change is lost in between.
 */
import type { Answer, CallOptions, ServerRPC } from '../../http-api/server-rpc.ts';
import { RPCError } from '../../protocol/errors.ts';
import type { LoginRequest } from '../../protocol/login-http.ts';
import { METHOD_KINDS } from '../../protocol/method-kinds.ts';
import type { MethodArgs, MethodName } from '../../protocol/methods.ts';
import { type Batcher, unwrapReply } from './batcher.ts';
import type { Dial } from './link-transport.ts';
import { forwardLogin } from './login-forwarder.ts';
import type { Replica } from './replica.ts';
import type { WatchedAnswer } from './watched-answer.ts';

const FILTERED = { Filtered: 'true' };

export class LinkRPC implements ServerRPC {
  readonly #batcher: Batcher;
  readonly #replica: Replica;
  readonly #datacenter: string;
  readonly #now: () => number;
  readonly #dial: (() => Promise<Dial>) | null;

  /** @param dial where logins go; null for a link without */
  constructor(
    batcher: Batcher,
    replica: Replica,
    datacenter: string,
    now: () => number,
    dial: (() => Promise<Dial>) | null = null,
  ) {
    this.#dial = dial;
    this.#batcher = batcher;
    this.#replica = replica;
    this.#datacenter = datacenter;
    this.#now = now;
  }

  /** A bearer token travels beside the link. @throws RPCError */
  async logIn(request: LoginRequest): Promise<Answer> {
    if (this.#dial === null) throw new RPCError('unavailable', 'nobody verifies logins here');
    return forwardLogin(await this.#dial(), request);
  }

  async call<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    options: CallOptions,
  ): Promise<Answer> {
    this.#requireDatacenter(options.datacenter);
    const isRead = METHOD_KINDS[method] === 'read';
    if (isRead && (options.cached || options.consistency === 'stale')) {
      const known = this.#replica.peek(method, args, options.token);
      if (known !== undefined) return this.#replicaAnswer(known, options, 'HIT');
      return await this.#intoReplica(method, args, options);
    }
    return unwrapReply(await this.#batcher.send(method, args, options.token, isRead));
  }

  async watch<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    options: CallOptions,
    minIndex: number,
    waitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer> {
    this.#requireDatacenter(options.datacenter);
    const deadline = this.#now() + waitMs;
    let answer: WatchedAnswer;
    do {
      const opened = await this.#replica.open(method, args, options.token);
      answer = opened.answer;
      // Somebody else's subscription may lag behind a write that this client was told of: only the datacenter knows.
      if (!opened.fresh && options.consistency !== 'stale' && !options.cached)
        await this.#replica.confirm(answer);
      await this.#untilNewer(answer, minIndex, deadline, signal);
      // A subscription that was lost tells of nothing any more: the wait goes on with a new one.
    } while (answer.isDropped && this.#isWaiting(answer, minIndex, deadline, signal));
    if (!answer.hasBody) await this.#replica.refresh(answer);
    return this.#toAnswer(answer);
  }

  #isWaiting(
    answer: WatchedAnswer,
    minIndex: number,
    deadline: number,
    signal: AbortSignal | undefined,
  ): boolean {
    return answer.index <= minIndex && this.#now() < deadline && signal?.aborted !== true;
  }

  /** Resolves when the answer's index exceeds `minIndex` or it is dropped, at the deadline, or when the client is gone. */
  #untilNewer(
    answer: WatchedAnswer,
    minIndex: number,
    deadline: number,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    if (answer.isDropped || !this.#isWaiting(answer, minIndex, deadline, signal))
      return Promise.resolve();
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        answer.removeWaiter(wake);
        signal?.removeEventListener('abort', finish);
        resolve();
      };
      const wake = (): void => {
        if (answer.isDropped || answer.index > minIndex) finish();
      };
      const timer = setTimeout(finish, deadline - this.#now());
      answer.addWaiter(wake);
      signal?.addEventListener('abort', finish);
    });
  }

  async #intoReplica(method: MethodName, args: unknown, options: CallOptions): Promise<Answer> {
    const { answer } = await this.#replica.open(method, args, options.token);
    if (!answer.hasBody) await this.#replica.refresh(answer);
    return this.#replicaAnswer(answer, options, 'MISS');
  }

  #replicaAnswer(answer: WatchedAnswer, options: CallOptions, cache: 'HIT' | 'MISS'): Answer {
    const { lastContactMs } = this.#replica;
    const { index, isFiltered } = answer;
    const body = answer.body ?? '';
    const notes = isFiltered ? FILTERED : undefined;
    // As in Consul: what is kept up to date has no age, whenever it changed last.
    return options.cached
      ? { index, body, notes, lastContactMs, cache, ageMs: lastContactMs }
      : { index, body, notes, lastContactMs };
  }

  #toAnswer(answer: WatchedAnswer): Answer {
    const plain = { index: answer.index, body: answer.body ?? '' };
    return answer.isFiltered ? { ...plain, notes: FILTERED } : plain;
  }

  #requireDatacenter(name: string): void {
    if (name !== '' && name !== this.#datacenter) {
      throw new RPCError('unknown-datacenter', 'No path to datacenter');
    }
  }
}
