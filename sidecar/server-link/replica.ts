/**
 * What this host's clients ask for, kept up to date by subscriptions.
 *
 * Equal queries are one subscription, whatever the number of clients. A subscription that nobody asked for during ten
 * minutes is dropped. While the link is down the last answers stay, those of an earlier run included, and their age tells
 * how old they may be.
 */
import {
  FEATURE_CHANGES,
  type HelloReply,
  type Reply,
  type SubscribeArgs,
} from '../../protocol/frames.ts';
import { IDLE_SUBSCRIPTION_MS, MAX_SUBSCRIPTIONS_PER_LINK } from '../../protocol/limits.ts';
import type { MethodName } from '../../protocol/methods.ts';
import type { Push, RowChanges } from '../../protocol/pushes.ts';
import { type Batcher, unwrapReply } from './batcher.ts';
import { ParsedAnswers } from './parsed-answers.ts';
import type { ReplicaKeeper } from './replica-keeper.ts';
import { WatchedAnswer } from './watched-answer.ts';

const SWEEP_INTERVAL_MS = 60_000;

export class Replica {
  readonly #batcher: Batcher;
  readonly #now: () => number;
  readonly #byIdentity = new Map<string, WatchedAnswer>();
  readonly #byId = new Map<number, WatchedAnswer>();
  /** First answers under way, by id: callers of the same query share one. */
  readonly #opening = new Map<number, Promise<WatchedAnswer>>();
  readonly #keeper: ReplicaKeeper | null;
  readonly #parsed = new ParsedAnswers();
  readonly #sweeper: NodeJS.Timeout;
  #nextId = 1;
  /** Connections so far: what failed on an earlier one says nothing about this one. */
  #connects = 0;
  #disconnectedAt: number | null;
  #canConfirm = false;

  /** @param keeper what keeps the replica on disk; without it an earlier run left nothing */
  constructor(batcher: Batcher, now: () => number, keeper: ReplicaKeeper | null = null) {
    this.#batcher = batcher;
    this.#now = now;
    this.#keeper = keeper;
    this.#disconnectedAt = keeper?.contactAt ?? now();
    this.#sweeper = setInterval(() => this.#sweep(), SWEEP_INTERVAL_MS);
    this.#sweeper.unref();
  }

  get size(): number {
    return this.#byId.size;
  }

  /** Blocking queries that wait on this host now. */
  get waiters(): number {
    let count = 0;
    for (const answer of this.#byId.values()) count += answer.waiterCount;
    return count;
  }

  /** For how long the replica has had no word from the datacenter; 0 while the link is up. */
  get lastContactMs(): number {
    // A clock that was set back must not make them younger than they are.
    return this.#disconnectedAt === null ? 0 : Math.max(1, this.#now() - this.#disconnectedAt);
  }

  /** The answer if it is kept up to date already, or was when the link went down. Asks nobody. */
  peek(method: MethodName, args: unknown, token: string): WatchedAnswer | undefined {
    const identity = identityOf(method, args, token);
    const found = this.#byIdentity.get(identity) ?? this.#restore(identity, method, args, token);
    if (found === undefined || !found.hasBody) return undefined;
    if (!found.isSubscribed && this.#isConnected) return undefined;
    found.lastAskedAt = this.#now();
    return found;
  }

  get #isConnected(): boolean {
    return this.#disconnectedAt === null;
  }

  /** For holders of an answer: it is still in use. */
  touch(answer: WatchedAnswer): void {
    answer.lastAskedAt = this.#now();
  }

  /**
   * Subscribes if that was not done before, and gives the answer.
   *
   * @returns `fresh` true when the answer was read for this very call, and so is linearizable
   * @throws RPCError
   */
  async open(
    method: MethodName,
    args: unknown,
    token: string,
  ): Promise<{ answer: WatchedAnswer; fresh: boolean }> {
    const identity = identityOf(method, args, token);
    const known = this.#byIdentity.get(identity) ?? this.#restore(identity, method, args, token);
    if (known !== undefined) known.lastAskedAt = this.#now();
    // What an earlier run left is all there is while the link is down, and has to be asked for again when it is up.
    if (known !== undefined && (known.isSubscribed || !this.#isConnected)) {
      // Before its first answer there is nothing to look at; that answer may have been read before this call began.
      await this.#opening.get(known.id);
      return { answer: known, fresh: false };
    }
    const answer = known ?? this.#create(identity, method, args, token);
    answer.isSubscribed = true;
    const opening = this.#subscribe(answer);
    this.#opening.set(answer.id, opening);
    try {
      await opening;
    } catch (error) {
      this.#forget(answer);
      throw error;
    } finally {
      this.#opening.delete(answer.id);
    }
    return { answer, fresh: true };
  }

  /** A linearizable read of a watched query; the replica learns what it says. */
  async refresh(answer: WatchedAnswer): Promise<Reply> {
    const reply = unwrapReply(
      await this.#batcher.send(answer.method, answer.args, answer.token, true),
    );
    // Replies and pushes come in one order, so this can only be newer than what is known.
    if (reply.index >= answer.index) this.#learnReply(answer, reply);
    return reply;
  }

  /**
   * Makes sure that what is known is no older than this call: as good as `refresh`, and moves the answer only where it
   * has not been pushed.
   */
  async confirm(answer: WatchedAnswer): Promise<void> {
    if (this.#canConfirm && answer.hasBody) {
      const { id, token } = answer;
      const { code, index } = await this.#batcher.send('link.confirm', { id }, token, true);
      if (code === undefined && answer.hasBody && answer.index >= index) return;
    }
    await this.refresh(answer);
  }

  receive(pushes: readonly Push[]): void {
    for (const { id, index, body, changes } of pushes) {
      const answer = this.#byId.get(id);
      if (answer === undefined) continue;
      if (body !== null) this.#learn(answer, index, body);
      else if (changes === undefined || !this.#apply(answer, index, changes))
        this.#readAgain(answer);
    }
  }

  /** Every subscription is sent again; each reply tells whether something was missed. */
  connected(hello: HelloReply, sameState: boolean): void {
    this.#disconnectedAt = null;
    const connect = ++this.#connects;
    this.#canConfirm = hello.features.includes(FEATURE_CHANGES);
    this.#keeper?.connected(hello.incarnation);
    for (const answer of this.#byId.values()) {
      if (this.#opening.has(answer.id)) continue;
      answer.isSubscribed = true;
      if (!sameState) answer.forget();
      this.#subscribe(answer).catch(() => this.#subscriptionFailed(answer, connect));
    }
  }

  /** Without a link the next connect sends it again. With one nobody would: whoever waits has to ask anew. */
  #subscriptionFailed(answer: WatchedAnswer, connect: number): void {
    if (connect === this.#connects && this.#disconnectedAt === null) this.#forget(answer);
  }

  disconnected(): void {
    this.#disconnectedAt ??= this.#now();
    this.#keeper?.disconnected();
  }

  stop(): void {
    clearInterval(this.#sweeper);
    this.#keeper?.stop();
    // Nothing moves them any more: whoever waits asks anew, and is told that the link has ended.
    for (const answer of this.#byId.values()) this.#forget(answer);
  }

  #create(identity: string, method: MethodName, args: unknown, token: string): WatchedAnswer {
    if (this.#byId.size >= MAX_SUBSCRIPTIONS_PER_LINK) this.#dropOldest();
    const answer = new WatchedAnswer(this.#nextId++, method, args, token, this.#parsed);
    answer.lastAskedAt = this.#now();
    this.#byIdentity.set(identity, answer);
    this.#byId.set(answer.id, answer);
    return answer;
  }

  /** An answer of an earlier run. */
  #restore(
    identity: string,
    method: MethodName,
    args: unknown,
    token: string,
  ): WatchedAnswer | undefined {
    if (this.#keeper === null || this.#byId.size >= MAX_SUBSCRIPTIONS_PER_LINK) return undefined;
    const answer = new WatchedAnswer(this.#nextId, method, args, token, this.#parsed);
    if (!this.#keeper.restore(answer)) return undefined;
    this.#nextId++;
    this.#byIdentity.set(identity, answer);
    this.#byId.set(answer.id, answer);
    return answer;
  }

  async #subscribe(answer: WatchedAnswer): Promise<WatchedAnswer> {
    const { id, method, args, token } = answer;
    const subscribe: SubscribeArgs = { id, method, args };
    if (answer.hasBody && answer.index > 0) subscribe.known = answer.index;
    const reply = unwrapReply(await this.#batcher.send('link.subscribe', subscribe, token, false));
    if (!reply.unchanged) this.#learnReply(answer, reply);
    // A push without an answer came in between: it has not been read over this link.
    else if (!answer.hasBody || answer.index !== reply.index) await this.refresh(answer);
    return answer;
  }

  /** @returns false when the changes do not fit what is known here */
  #apply(answer: WatchedAnswer, index: number, changes: RowChanges): boolean {
    if (!answer.apply(index, changes, this.#now())) return false;
    this.#keeper?.changed(answer);
    answer.wakeAll();
    return true;
  }

  /** Pushes bring no notes: what was left out when it was read is taken to be left out still. */
  #learnReply(answer: WatchedAnswer, { index, body, notes }: Reply): void {
    answer.isFiltered = notes?.Filtered !== undefined;
    this.#learn(answer, index, body);
  }

  #learn(answer: WatchedAnswer, index: number, body: string): void {
    if (!answer.update(index, body, this.#now())) return;
    this.#keeper?.changed(answer);
    answer.wakeAll();
  }

  /** A push without an answer: it is read at once only when somebody waits for it or was shown the last one. */
  #readAgain(answer: WatchedAnswer): void {
    answer.forgetBody();
    const connect = this.#connects;
    this.refresh(answer).catch(() => this.#subscriptionFailed(answer, connect));
  }

  /** Not while the link is down: what is dropped then cannot be had again. */
  #sweep(): void {
    if (!this.#isConnected) return;
    this.#keeper?.prune(this.#byId.values());
    const before = this.#now() - IDLE_SUBSCRIPTION_MS;
    const idle = [...this.#byId.values()].filter(
      (answer) => !answer.hasWaiters && answer.lastAskedAt < before,
    );
    this.#drop(idle);
  }

  #dropOldest(): void {
    let oldest: WatchedAnswer | undefined;
    for (const answer of this.#byId.values()) {
      if (!answer.hasWaiters && answer.lastAskedAt < (oldest?.lastAskedAt ?? Infinity))
        oldest = answer;
    }
    if (oldest !== undefined) this.#drop([oldest]);
  }

  #drop(answers: WatchedAnswer[]): void {
    if (answers.length === 0) return;
    for (const answer of answers) {
      this.#keeper?.forget(answer);
      this.#forget(answer);
    }
    const ids = answers.map((answer) => answer.id);
    void this.#batcher.send('link.unsubscribe', { ids }, '', false);
  }

  /** Its waiters wake, and subscribe anew or get the error. */
  #forget(answer: WatchedAnswer): void {
    if (answer.isDropped) return;
    answer.isDropped = true;
    this.#parsed.forget(answer);
    this.#byId.delete(answer.id);
    this.#byIdentity.delete(identityOf(answer.method, answer.args, answer.token));
    answer.wakeAll();
  }
}

function identityOf(method: string, args: unknown, token: string): string {
  return `${method} ${JSON.stringify(args)} ${token}`;
}
