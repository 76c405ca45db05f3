/** One query of the replica: its last answer, and who waits for the next. */
import type { MethodName } from '../../protocol/methods.ts';

export type Wake = () => void;

export class WatchedAnswer {
  readonly id: number;
  readonly method: MethodName;
  readonly args: unknown;
  readonly token: string;
  index = 0;
  /** JSON text; '' for "there is no such thing"; null before the first answer or after a push without one. */
  body: string | null = null;
  /** Milliseconds since 1970 at which this answer became known. */
  changedAt = 0;
  lastAskedAt = 0;
  /** True once the replica keeps it up to date no longer. */
  isDropped = false;
  readonly #waiters = new Set<Wake>();
  #parsed: { body: string; value: unknown } | null = null;

  constructor(id: number, method: MethodName, args: unknown, token: string) {
    this.id = id;
    this.method = method;
    this.args = args;
    this.token = token;
  }

  get hasWaiters(): boolean {
    return this.#waiters.size > 0;
  }

  /** The parsed answer, parsed once for each change. */
  value(): unknown {
    const { body } = this;
    if (body === null || body === '') return null;
    if (this.#parsed?.body !== body) this.#parsed = { body, value: JSON.parse(body) };
    return this.#parsed.value;
  }

  /** @returns true when this is news */
  update(index: number, body: string | null, now: number): boolean {
    const isNews = index !== this.index || this.changedAt === 0;
    this.index = index;
    this.body = body;
    if (isNews) this.changedAt = now;
    return isNews;
  }

  addWaiter(wake: Wake): void {
    this.#waiters.add(wake);
  }

  removeWaiter(wake: Wake): void {
    this.#waiters.delete(wake);
  }

  wakeAll(): void {
    for (const wake of this.#waiters) wake();
  }
}
