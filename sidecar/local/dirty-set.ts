/** What has to be sent, and what failed and waits for its next attempt. */

export interface DirtyKey {
  readonly kind: 'service' | 'check';
  readonly id: string;
  /** Of a check: the service that it belongs or belonged to, or ''. */
  readonly serviceID: string;
}

/**
 * A key stands in it once, however often it changes before it is sent: what is sent is the state
 * at that time.
 */
export class DirtySet {
  readonly #due = new Map<string, DirtyKey>();
  readonly #failed = new Map<string, DirtyKey>();

  get hasDue(): boolean {
    return this.#due.size > 0;
  }

  get hasFailed(): boolean {
    return this.#failed.size > 0;
  }

  add(key: DirtyKey): void {
    this.#due.set(name(key), key);
    this.#failed.delete(name(key));
  }

  /** Everything that is due; the caller sends it or says that it failed. */
  take(): DirtyKey[] {
    const keys = [...this.#due.values()];
    this.#due.clear();
    return keys;
  }

  /** A key that changed again while it was sent is due already and stays so. */
  fail(key: DirtyKey): void {
    if (!this.#due.has(name(key))) this.#failed.set(name(key), key);
  }

  retryFailed(): void {
    for (const [at, key] of this.#failed) this.#due.set(at, key);
    this.#failed.clear();
  }
}

/** Services and checks may share an ID. */
const name = ({ kind, id }: DirtyKey): string => `${kind}/${id}`;
