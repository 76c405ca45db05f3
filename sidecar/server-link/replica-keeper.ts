/**
 * Keeps the replica on disk: answers a while after they changed, and when the datacenter last gave a sign of life.
 *
 * The disk sees the last of many changes, and a large answer no more often than its size allows. The copy is a help, no
 * duty: what cannot be written is said once and tried again with the next change.
 */
import { IDLE_SUBSCRIPTION_MS } from '../../protocol/limits.ts';
import { type ReplicaStore, type StoredAnswer, storedIdentity } from './replica-store.ts';
import type { WatchedAnswer } from './watched-answer.ts';

/** What a power failure may cost in freshness; whoever reads the copy is told its age. */
const SAVE_DELAY_MS = 5_000;
/** An answer of 8 MB that changes all the time is written every eight seconds, not every five. */
const MAX_CHARS_PER_MS = 1_000;
/** What is written in one go, of many answers that are due: others have their turn in between, and memory its rest. */
const MAX_CHARS_PER_WRITE = 512 * 1024;
const MIN_GAP_MS = 50;
/** Larger answers are not kept: they would take seconds to write, on the thread that answers DNS. */
const MAX_STORED_CHARS = 16 * 1024 * 1024;
/** After a failure: a full disk does not get better by the second. */
const RETRY_MS = 60_000;
/** By so much the age that is told after a crash may exceed the true one. */
const CONTACT_INTERVAL_MS = 10_000;

export interface ReplicaKeeperOptions {
  readonly store: ReplicaStore;
  readonly now: () => number;
  readonly warn: (text: string) => void;
}

interface Pending {
  readonly answer: WatchedAnswer;
  readonly dueAt: number;
}

export class ReplicaKeeper {
  readonly #options: ReplicaKeeperOptions;
  readonly #pending = new Map<string, Pending>();
  /** When an answer may be written again. */
  readonly #notBefore = new Map<string, number>();
  #timer: NodeJS.Timeout | null = null;
  #timerDueAt = Number.POSITIVE_INFINITY;
  #contact: NodeJS.Timeout | null = null;
  #connectedAt: number | null = null;
  #hasFailed = false;
  #isPruned = false;

  constructor(options: ReplicaKeeperOptions) {
    this.#options = options;
  }

  /** When the datacenter last gave a sign of life, in an earlier run; null when it never did. */
  get contactAt(): number | null {
    return this.#try(() => this.#options.store.contactAt) ?? null;
  }

  /** Gives an answer of an earlier run its content. @returns false when there is none */
  restore(answer: WatchedAnswer): boolean {
    const found = this.#try(() => this.#options.store.find(nameOf(answer)));
    if (found === undefined) return false;
    answer.update(found.index, found.body, found.changedAt);
    return true;
  }

  changed(answer: WatchedAnswer): void {
    const identity = nameOf(answer);
    if (this.#pending.has(identity)) return;
    const now = this.#options.now();
    const dueAt = Math.max(now + SAVE_DELAY_MS, this.#notBefore.get(identity) ?? 0);
    this.#pending.set(identity, { answer, dueAt });
    if (dueAt < this.#timerDueAt) this.#arm(dueAt);
  }

  /** Nobody asks for it any more. */
  forget(answer: WatchedAnswer): void {
    const identity = nameOf(answer);
    this.#pending.delete(identity);
    this.#notBefore.delete(identity);
    this.#try(() => this.#options.store.remove(identity));
  }

  connected(incarnation: string): void {
    this.#connectedAt ??= this.#options.now();
    this.#try(() => this.#options.store.attach(incarnation));
    this.#noteContact();
    this.#contact ??= setInterval(() => this.#noteContact(), CONTACT_INTERVAL_MS).unref();
  }

  disconnected(): void {
    this.#connectedAt = null;
    if (this.#contact === null) return;
    clearInterval(this.#contact);
    this.#contact = null;
    this.#noteContact();
  }

  /**
   * Drops once what earlier runs asked for and this one did not, while it could have.
   *
   * @param present what this run asks for
   */
  prune(present: Iterable<WatchedAnswer>): void {
    const { store, now } = this.#options;
    if (this.#isPruned || this.#connectedAt === null) return;
    if (now() - this.#connectedAt < IDLE_SUBSCRIPTION_MS) return;
    this.#isPruned = true;
    this.#try(() => store.retain([...present].map(nameOf)));
  }

  /** Writes everything that is left. */
  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#write(Number.POSITIVE_INFINITY);
    this.disconnected();
    this.#options.store.close();
  }

  #noteContact(): void {
    this.#try(() => this.#options.store.noteContact(this.#options.now()));
  }

  #arm(dueAt: number): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
    this.#timerDueAt = dueAt;
    if (dueAt === Number.POSITIVE_INFINITY) return;
    const write = (): void => {
      this.#write(this.#options.now());
      this.#arm(Math.min(...this.#pending.values().map((each) => each.dueAt)));
    };
    this.#timer = setTimeout(write, Math.max(MIN_GAP_MS, dueAt - this.#options.now())).unref();
  }

  #write(now: number): void {
    const answers = new Map<string, StoredAnswer>();
    let left = now === Number.POSITIVE_INFINITY ? now : MAX_CHARS_PER_WRITE;
    for (const [identity, { answer, dueAt }] of this.#pending) {
      if (dueAt > now) continue;
      if (left <= 0) break;
      const { body, index, changedAt } = answer;
      if (body === null || body.length > MAX_STORED_CHARS) this.forget(answer);
      else answers.set(identity, { index, body, changedAt });
      left -= body?.length ?? 0;
      this.#pending.delete(identity);
    }
    if (answers.size === 0) return;
    const isSaved = this.#try(() => {
      this.#options.store.save(answers);
      return true;
    });
    for (const [identity, { body }] of answers) {
      const restMs = isSaved ? body.length / MAX_CHARS_PER_MS : RETRY_MS;
      this.#notBefore.set(identity, now + restMs);
    }
  }

  #try<T>(work: () => T): T | undefined {
    try {
      const result = work();
      this.#hasFailed = false;
      return result;
    } catch (error) {
      if (!this.#hasFailed)
        this.#options.warn(`the replica on disk is not current: ${(error as Error).message}`);
      this.#hasFailed = true;
      return undefined;
    }
  }
}

function nameOf({ method, args, token }: WatchedAnswer): string {
  return storedIdentity(method, args, token);
}
