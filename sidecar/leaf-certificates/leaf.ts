/**
 * One certificate that somebody asks for: issued, kept, renewed before it ends, told to whoever waits for the next.
 *
 * A failure to renew leaves the one that there is; a failure to issue the first is told to who asked.
 */
import { MAX_TIMER_MS } from '../lib/timer-limit.ts';
import type { LeafCert } from '../../protocol/types/connect.ts';
import type { Logger } from '../lib/log.ts';
import { leadsToRoot } from './lead-to-root.ts';
import { renewalTime, retryWait } from './renewal.ts';

export interface LeafSurroundings {
  /** A new key and a certificate of it. @throws RPCError */
  readonly issue: () => Promise<LeafCert>;
  /** PEM of the root that is active as far as is known; undefined before that. */
  readonly activeRoot: () => string | undefined;
  readonly now: () => number;
  readonly random: () => number;
  readonly log: Logger;
}

export class Leaf {
  readonly #surroundings: LeafSurroundings;
  readonly #name: string;
  readonly #waiters = new Set<() => void>();
  #current: LeafCert | undefined;
  #fetchedAt = 0;
  #issuing: Promise<LeafCert> | null = null;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #dueAt = Infinity;
  #isStopped = false;

  /** @param name for the log */
  constructor(name: string, surroundings: LeafSurroundings) {
    this.#name = name;
    this.#surroundings = surroundings;
  }

  get current(): LeafCert | undefined {
    return this.#current;
  }

  get index(): number {
    return this.#current?.ModifyIndex ?? 0;
  }

  /** For how long the present one is here. */
  get ageMs(): number {
    return this.#surroundings.now() - this.#fetchedAt;
  }

  get isWaitedFor(): boolean {
    return this.#waiters.size > 0;
  }

  /** The present one if it will do, else a new one. @throws RPCError when there is none that is good */
  async ensure(): Promise<LeafCert> {
    if (this.#current !== undefined && this.#isGood(this.#current)) return this.#current;
    try {
      return await this.#issue();
    } catch (error) {
      // As long as it lasts it may be used: roots that were taken over from stay trusted.
      if (this.#current !== undefined && this.#lasts(this.#current)) return this.#current;
      throw error;
    }
  }

  /** Resolves once there is another, the time is over, or the signal is aborted. */
  async untilNewer(index: number, waitMs: number, signal: AbortSignal | undefined): Promise<void> {
    if (this.index > index || this.#isStopped || signal?.aborted === true) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    const check = (): void => {
      if (this.index > index || this.#isStopped) resolve();
    };
    const timer = setTimeout(resolve, waitMs);
    const abort = (): void => resolve();
    signal?.addEventListener('abort', abort, { once: true });
    this.#waiters.add(check);
    try {
      await promise;
    } finally {
      clearTimeout(timer);
      signal?.removeEventListener('abort', abort);
      this.#waiters.delete(check);
    }
  }

  /** The active root may be another: within `spreadMs` a leaf of an older one is replaced. */
  rootsChanged(spreadMs: number): void {
    if (this.#current === undefined || this.#isGood(this.#current)) return;
    const { now, random } = this.#surroundings;
    this.#renewAt(Math.min(this.#dueAt, now() + random() * spreadMs));
  }

  stop(): void {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    for (const waiter of this.#waiters) waiter();
  }

  #isGood(leaf: LeafCert): boolean {
    const root = this.#surroundings.activeRoot();
    const isOfRoot =
      root === undefined || leadsToRoot(leaf.CertPEM, root, this.#surroundings.now());
    return isOfRoot && this.#lasts(leaf);
  }

  #lasts({ ValidBefore }: LeafCert): boolean {
    return Date.parse(ValidBefore) > this.#surroundings.now();
  }

  /** However many ask, one request is made. */
  #issue(): Promise<LeafCert> {
    this.#issuing ??= this.#fetch().finally(() => {
      this.#issuing = null;
    });
    return this.#issuing;
  }

  async #fetch(): Promise<LeafCert> {
    const { issue, now, random } = this.#surroundings;
    try {
      const leaf = await issue();
      this.#current = leaf;
      this.#fetchedAt = now();
      this.#failures = 0;
      const [after, before] = [leaf.ValidAfter, leaf.ValidBefore].map((text) => Date.parse(text));
      this.#renewAt(renewalTime(after!, before!, random()));
      for (const waiter of this.#waiters) waiter();
      return leaf;
    } catch (error) {
      this.#failures++;
      if (this.#current !== undefined || this.isWaitedFor) {
        this.#renewAt(now() + retryWait(this.#failures, random()));
      }
      throw error;
    }
  }

  #renewAt(dueAt: number): void {
    if (this.#isStopped) return;
    this.#dueAt = dueAt;
    clearTimeout(this.#timer);
    const waitMs = Math.max(0, dueAt - this.#surroundings.now());
    // Longer waits are made of several.
    this.#timer = setTimeout(() => this.#due(), Math.min(waitMs, MAX_TIMER_MS));
    // A certificate that nobody waits for keeps no process alive.
    this.#timer.unref();
  }

  #due(): void {
    if (this.#surroundings.now() < this.#dueAt) {
      this.#renewAt(this.#dueAt);
      return;
    }
    this.#issue().catch((error: Error) => {
      this.#surroundings.log.warn(
        `the certificate of ${this.#name} was not renewed, next try soon: ${error.message}`,
      );
    });
  }
}
