/**
 * A lock on one key, in the protocol of Consul's Go client, so that both kinds of clients exclude one another: the
 * holder's session holds the key, and the key carries flags that mark it as a lock.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { renderDuration } from '../../protocol/duration.ts';
import type { ConsulClient } from './http-client.ts';
import { deletePair, getPair, putPair } from './kv.ts';
import type { KVPair } from './kv.ts';
import { monitorHolding } from './lock-monitor.ts';
import { LockSession } from './lock-session.ts';

/** "lock" in the flags: a key with others belongs to something else and is never taken over. */
export const LOCK_FLAGS = 0x2ddccbc058a50c18n;

/** How long one blocking read waits while another holds the lock. */
export const LOCK_WAIT_MS = 15_000;
/** Pause while a lock-delay keeps a free key from being taken: nothing announces its end. */
const LOCK_DELAY_RETRY_MS = 5000;

export class LockConflictError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'LockConflictError';
  }
}

export interface LockOptions {
  readonly sessionName: string;
  /** How often a 5xx answer is borne while the lock is watched, and the pause between. */
  readonly monitorRetries: number;
  readonly monitorRetryMs: number;
  /** Give up after this long; 0 waits for ever. */
  readonly timeoutMs: number;
}

/** What `lock` the command needs of a lock and of a semaphore alike. */
export interface Holdable {
  /** @returns a promise that settles when the lock is lost; undefined when time or signal ended the attempt */
  acquire(signal: AbortSignal): Promise<{ lost: Promise<void> } | undefined>;
  /**
   * Gives it back, and ends what a failed attempt to acquire left behind.
   *
   * @returns false when it was not held (any more)
   */
  release(): Promise<boolean>;
  /** Removes what is left of it in the KV store. @returns false when others still use it */
  destroy(): Promise<boolean>;
}

export class Lock implements Holdable {
  readonly #client: ConsulClient;
  readonly #key: string;
  readonly #options: LockOptions;
  readonly #session: LockSession;
  #monitor: AbortController | undefined;

  constructor(client: ConsulClient, key: string, options: LockOptions) {
    this.#client = client;
    this.#key = key;
    this.#options = options;
    this.#session = new LockSession(client, options.sessionName, 'release');
  }

  async acquire(signal: AbortSignal): Promise<{ lost: Promise<void> } | undefined> {
    const session = await this.#session.start(signal);
    const deadline = this.#options.timeoutMs > 0 ? Date.now() + this.#options.timeoutMs : Infinity;
    let index = 0n;
    for (;;) {
      const waitMs = Math.min(LOCK_WAIT_MS, deadline - Date.now());
      if (waitMs <= 0 || signal.aborted) return undefined;
      const wait = renderDuration(Math.max(1, Math.round(waitMs)));
      const held = await getPair(this.#client, this.#key, { index, wait, signal });
      index = held.index;
      requireLockFlags(held.value);
      if (held.value?.Session === session) return this.#watch(session);
      if (held.value !== undefined && held.value.Session !== '') continue;
      if (await this.#take(session, signal)) return this.#watch(session);
      // Free and yet refused: a lock-delay, unless somebody was quicker, whom the next read shows.
      index = 0n;
      const now = await getPair(this.#client, this.#key, { signal });
      if (now.value === undefined || now.value.Session === '') {
        const pauseMs = Math.max(0, Math.min(LOCK_DELAY_RETRY_MS, deadline - Date.now()));
        await sleep(pauseMs, undefined, { signal });
      }
    }
  }

  async release(): Promise<boolean> {
    this.#monitor?.abort();
    const { id } = this.#session;
    const released =
      this.#monitor !== undefined &&
      id !== undefined &&
      (await putPair(this.#client, this.#key, '', { flags: LOCK_FLAGS, release: id }));
    await this.#session.stop();
    return released;
  }

  async destroy(): Promise<boolean> {
    const { value } = await getPair(this.#client, this.#key);
    if (value === undefined) return true;
    requireLockFlags(value);
    if (value.Session !== '') return false;
    return deletePair(this.#client, this.#key, { cas: value.ModifyIndex });
  }

  #take(session: string, signal: AbortSignal): Promise<boolean> {
    return putPair(this.#client, this.#key, '', { flags: LOCK_FLAGS, acquire: session, signal });
  }

  #watch(session: string): { lost: Promise<void> } {
    this.#monitor = new AbortController();
    const lost = monitorHolding({
      read: async (options) => {
        const { value, index } = await getPair(this.#client, this.#key, options);
        return { value: value?.Session === session, index };
      },
      retries: this.#options.monitorRetries,
      retryMs: this.#options.monitorRetryMs,
      signal: this.#monitor.signal,
    });
    return { lost };
  }
}

function requireLockFlags(pair: KVPair | undefined): void {
  if (pair !== undefined && BigInt(pair.Flags) !== LOCK_FLAGS) {
    throw new LockConflictError('Existing key does not match lock use');
  }
}
