/**
 * Runs asynchronous operations side by side unless they touch the same thing: then one after the other, in the order in which
 * they were asked for. Each waits for the disk, and one wait serves many.
 */

/** `everything` waits for all that came before, and holds up all that comes behind. */
export type Keys = readonly string[] | 'everything';

export class KeyedQueue {
  /** The last operation on each key that is not over yet. */
  readonly #last = new Map<string, Promise<unknown>>();
  /** The last one on everything. */
  #barrier: Promise<unknown> = Promise.resolve();

  /** @returns what `operation` gives; its failure does not stop those behind it */
  run<T>(keys: Keys, operation: () => Promise<T>): Promise<T> {
    const before =
      keys === 'everything'
        ? [...this.#last.values(), this.#barrier]
        : [...keys.map((key) => this.#last.get(key)), this.#barrier];
    const result = Promise.all(before).then(operation);
    const over = result.catch(() => {});
    if (keys === 'everything') {
      this.#last.clear();
      this.#barrier = over;
    } else {
      for (const key of keys) this.#remember(key, over);
    }
    return result;
  }

  #remember(key: string, over: Promise<unknown>): void {
    this.#last.set(key, over);
    void over.then(() => {
      if (this.#last.get(key) === over) this.#last.delete(key);
    });
  }
}
