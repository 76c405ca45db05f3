/**
 * What the HTTP layer needs of a datacenter: one call for reads and writes, one for waiting.
 *
 * The Worker implements it over a Durable Object stub and relay objects, the sidecar over its link and replica.
 */
import type { Notes } from '../protocol/frames.ts';
import type { MethodArgs, MethodName } from '../protocol/methods.ts';

export type Consistency = 'default' | 'consistent' | 'stale';

export interface CallOptions {
  readonly token: string;
  /** '' means the datacenter that the API belongs to. */
  readonly datacenter: string;
  readonly consistency: Consistency;
  /** `?cached`: an answer may come from a replica that is kept up to date, without asking the datacenter. */
  readonly cached: boolean;
}

/** What is asked on an agent's own behalf: the datacenter itself, which answers for itself. */
export function directCall(token: string, datacenter = ''): CallOptions {
  return { token, datacenter, consistency: 'default', cached: false };
}

/**
 * The next round of a loop that follows what it has asked for: the subscription's word is enough. A direct call would
 * first ask the datacenter whether that word is the latest, so each change would wake it once more for each follower.
 *
 * @param known index of the answer that the loop has, 0 before the first
 */
export function followingCall(token: string, known: number, datacenter = ''): CallOptions {
  const direct = directCall(token, datacenter);
  return known === 0 ? direct : { ...direct, consistency: 'stale' };
}

export interface Answer {
  /** The last index at which the query's own topics changed; for a write, the index that it took. */
  readonly index: number;
  /**
   * The JSON text of the answer as the datacenter rendered it, or '' for "there is no such thing".
   * It goes to the client as it is wherever no parameter asks for another form.
   */
  readonly body: string;
  /** How old the replica's knowledge is in milliseconds, when the answer came from one; absent from the datacenter. */
  readonly lastContactMs?: number;
  /** HIT or MISS when the answer was looked for in a replica. */
  readonly cache?: 'HIT' | 'MISS';
  /** For how long the replica's answer has not been kept up to date, in milliseconds. */
  readonly ageMs?: number;
  /** Facts beside the answer, on answers from the datacenter itself. */
  readonly notes?: Notes | undefined;
}

export interface ServerRPC {
  /** @throws RPCError */
  call<M extends MethodName>(method: M, args: MethodArgs<M>, options: CallOptions): Promise<Answer>;

  /**
   * Waits until the answer's index exceeds `minIndex`, or `waitMs` have passed, or `signal` is aborted.
   *
   * Never wakes for a change that the query does not depend on. After the wait it gives the unchanged answer with its
   * true index, which may be lower than `minIndex`.
   *
   * @throws RPCError
   */
  watch<M extends MethodName>(
    method: M,
    args: MethodArgs<M>,
    options: CallOptions,
    minIndex: number,
    waitMs: number,
    signal: AbortSignal | undefined,
  ): Promise<Answer>;
}
