/**
 * A semaphore under a key prefix, in the protocol of Consul's Go client: each contender holds `<prefix>/<session>`, and
 * `<prefix>/.lock` lists by check-and-set who of them holds a slot. A holder whose contender key is gone is dead, and
 * whoever comes next strikes it from the list.
 */
import { renderDuration } from '../../protocol/duration.ts';
import type { ConsulClient } from './http-client.ts';
import { decodeValue, deletePair, listPairs, putPair } from './kv.ts';
import type { KVPair } from './kv.ts';
import { LOCK_WAIT_MS, LockConflictError } from './lock.ts';
import type { Holdable, LockOptions } from './lock.ts';
import { monitorHolding } from './lock-monitor.ts';
import { LockSession } from './lock-session.ts';

export const SEMAPHORE_FLAGS = 0xe0f69a2baa414de0n;
/** Name of the list under the prefix, also of a plain lock's key: the flags tell them apart. */
const LIST_NAME = '.lock';
/** A list that changes under every one of so many attempts is not worth waiting for. */
const MAX_RELEASE_ATTEMPTS = 100;

interface HolderList {
  Limit: number;
  Holders: Record<string, boolean>;
}

interface Contention {
  readonly list: HolderList;
  /** 0 while there is no list yet. */
  readonly modifyIndex: number;
  readonly index: bigint;
}

export interface SemaphoreOptions extends LockOptions {
  readonly limit: number;
}

export class Semaphore implements Holdable {
  readonly #client: ConsulClient;
  readonly #prefix: string;
  readonly #options: SemaphoreOptions;
  readonly #session: LockSession;
  #monitor: AbortController | undefined;

  constructor(client: ConsulClient, prefix: string, options: SemaphoreOptions) {
    this.#client = client;
    this.#prefix = prefix;
    this.#options = options;
    this.#session = new LockSession(client, options.sessionName, 'delete');
  }

  async acquire(signal: AbortSignal): Promise<{ lost: Promise<void> } | undefined> {
    const session = await this.#session.start(signal);
    const contending = await putPair(this.#client, this.#contenderKey(session), '', {
      flags: SEMAPHORE_FLAGS,
      acquire: session,
      signal,
    });
    if (!contending) throw new LockConflictError('failed to make contender entry');
    const deadline = this.#options.timeoutMs > 0 ? Date.now() + this.#options.timeoutMs : Infinity;
    let index = 0n;
    for (;;) {
      const waitMs = Math.min(LOCK_WAIT_MS, deadline - Date.now());
      if (waitMs <= 0 || signal.aborted) return undefined;
      const wait = renderDuration(Math.max(1, Math.round(waitMs)));
      const { list, modifyIndex, index: answered } = await this.#read({ index, wait, signal });
      index = answered;
      if (list.Limit !== this.#options.limit) {
        throw new LockConflictError(
          `semaphore limit conflict (lock: ${list.Limit}, local: ${this.#options.limit})`,
        );
      }
      if (Object.keys(list.Holders).length >= list.Limit) continue;
      list.Holders[session] = true;
      if (await this.#write(list, modifyIndex)) return this.#watch(session);
      index = 0n;
    }
  }

  async release(): Promise<boolean> {
    this.#monitor?.abort();
    const { id } = this.#session;
    if (id === undefined) return false;
    let held = false;
    for (let attempt = 0; attempt < MAX_RELEASE_ATTEMPTS; attempt++) {
      const { list, modifyIndex } = await this.#read({});
      if (!(id in list.Holders)) break;
      held = true;
      delete list.Holders[id];
      if (await this.#write(list, modifyIndex)) break;
    }
    await deletePair(this.#client, this.#contenderKey(id));
    await this.#session.stop();
    return held;
  }

  async destroy(): Promise<boolean> {
    const { list, modifyIndex } = await this.#read({});
    if (modifyIndex === 0) return true;
    if (Object.keys(list.Holders).length > 0) return false;
    return deletePair(this.#client, this.#listKey(), { cas: modifyIndex });
  }

  /** The list without its dead holders. */
  async #read(options: {
    index?: bigint;
    wait?: string;
    signal?: AbortSignal;
  }): Promise<Contention> {
    const { value: pairs = [], index } = await listPairs(this.#client, `${this.#prefix}/`, options);
    const listed = pairs.find((pair) => pair.Key === this.#listKey());
    if (listed === undefined) {
      return { list: { Limit: this.#options.limit, Holders: {} }, modifyIndex: 0, index };
    }
    if (BigInt(listed.Flags) !== SEMAPHORE_FLAGS) {
      throw new LockConflictError('Existing key does not match semaphore use');
    }
    const list = parseHolderList(listed);
    const alive = new Set(pairs.map((pair) => pair.Session));
    const holders = Object.keys(list.Holders).filter((holder) => alive.has(holder));
    return {
      list: { Limit: list.Limit, Holders: Object.fromEntries(holders.map((id) => [id, true])) },
      modifyIndex: listed.ModifyIndex,
      index,
    };
  }

  #write(list: HolderList, modifyIndex: number): Promise<boolean> {
    return putPair(this.#client, this.#listKey(), JSON.stringify(list), {
      flags: SEMAPHORE_FLAGS,
      cas: modifyIndex,
    });
  }

  #watch(session: string): { lost: Promise<void> } {
    this.#monitor = new AbortController();
    const lost = monitorHolding({
      read: async (options) => {
        const { value: pairs = [], index } = await listPairs(
          this.#client,
          `${this.#prefix}/`,
          options,
        );
        const listed = pairs.find((pair) => pair.Key === this.#listKey());
        const holds = listed !== undefined && session in parseHolderList(listed).Holders;
        return { value: holds && pairs.some((pair) => pair.Session === session), index };
      },
      retries: this.#options.monitorRetries,
      retryMs: this.#options.monitorRetryMs,
      signal: this.#monitor.signal,
    });
    return { lost };
  }

  #listKey(): string {
    return `${this.#prefix}/${LIST_NAME}`;
  }

  #contenderKey(session: string): string {
    return `${this.#prefix}/${session}`;
  }
}

function parseHolderList(pair: KVPair): HolderList {
  const list = tryParse(decodeValue(pair).toString('utf8')) as Partial<HolderList> | null;
  if (typeof list?.Limit !== 'number') {
    throw new LockConflictError('failed to decode semaphore lock');
  }
  return { Limit: list.Limit, Holders: list.Holders ?? {} };
}

function tryParse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
