/**
 * A link to another datacenter's control plane, opened when somebody asks for that datacenter and closed when nobody does any more.
 *
 * A datacenter that is gone costs its own callers two seconds and nobody else anything.
 */
import type { Answer, ServerRPC } from '../../../http-api/server-rpc.ts';
import { RPCError } from '../../../protocol/errors.ts';
import { ServerLink, type ServerLinkOptions } from '../../server-link/server-link.ts';

/** How long a call waits for a link, or for one that was lost to come back. */
const REACH_LIMIT_MS = 2000;

export class RemoteDatacenter implements ServerRPC {
  readonly name: string;
  readonly link: ServerLink;
  lastAskedAt: number;
  readonly #now: () => number;
  readonly #stateChanged = new Set<() => void>();
  #refusal: string | undefined;

  constructor(options: ServerLinkOptions) {
    this.name = options.datacenter;
    this.#now = options.now;
    this.lastAskedAt = options.now();
    this.link = new ServerLink(options, {
      connected: () => {
        this.#refusal = undefined;
        this.#tell();
      },
      disconnected: () => this.#tell(),
      refused: (reason) => {
        this.#refusal = reason;
        this.#tell();
      },
    });
    this.link.start();
  }

  async call(...call: Parameters<ServerRPC['call']>): Promise<Answer> {
    const [method, args, options] = call;
    return this.#reaching(() => this.link.rpc.call(method, args, { ...options, datacenter: '' }));
  }

  async watch(...call: Parameters<ServerRPC['watch']>): Promise<Answer> {
    const [method, args, options, minIndex, waitMs, signal] = call;
    return this.#reaching(() =>
      this.link.rpc.watch(method, args, { ...options, datacenter: '' }, minIndex, waitMs, signal),
    );
  }

  /** @throws RPCError when there is no link within the limit */
  async reach(): Promise<void> {
    this.lastAskedAt = this.#now();
    if (!this.link.isConnected) await this.#untilState(true);
  }

  stop(): void {
    this.link.stop();
    this.#tell();
  }

  /** What is under way is given up once the link has been gone for the limit. */
  async #reaching<T>(work: () => Promise<T>): Promise<T> {
    await this.reach();
    const watch = new AbortController();
    try {
      return await Promise.race([work(), this.#lost(watch.signal)]);
    } finally {
      watch.abort();
    }
  }

  /** Never resolves. */
  async #lost(signal: AbortSignal): Promise<never> {
    while (!signal.aborted) {
      if (this.link.isConnected) await this.#change(signal);
      else await this.#untilState(true, signal);
    }
    return new Promise(() => {});
  }

  async #untilState(connected: boolean, signal?: AbortSignal): Promise<void> {
    const overdue = new AbortController();
    const timer = setTimeout(() => overdue.abort(), REACH_LIMIT_MS);
    const signals = [overdue.signal, ...(signal === undefined ? [] : [signal])];
    try {
      while (this.link.isConnected !== connected) {
        if (signal?.aborted) return;
        if (overdue.signal.aborted || this.#refusal !== undefined) throw this.#unreachable();
        await this.#change(AbortSignal.any(signals));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  #change(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const finish = (): void => {
        this.#stateChanged.delete(finish);
        signal.removeEventListener('abort', finish);
        resolve();
      };
      this.#stateChanged.add(finish);
      signal.addEventListener('abort', finish);
      if (signal.aborted) finish();
    });
  }

  #unreachable(): RPCError {
    const reason = this.#refusal ?? `no answer within ${REACH_LIMIT_MS / 1000} s`;
    return new RPCError(
      'unknown-datacenter',
      `Remote DC has no server currently reachable: ${this.name}: ${reason}`,
    );
  }

  #tell(): void {
    for (const finish of this.#stateChanged) finish();
  }
}
