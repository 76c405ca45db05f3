/** What a stream has brought so far, in one piece, within a budget that all streams share. */

/** Bytes that may be held at once. */
export class ByteBudget {
  #left: number;

  constructor(bytes: number) {
    this.#left = bytes;
  }

  take(bytes: number): boolean {
    if (bytes > this.#left) return false;
    this.#left -= bytes;
    return true;
  }

  giveBack(bytes: number): void {
    this.#left += bytes;
  }

  get left(): number {
    return this.#left;
  }
}

const EMPTY = Buffer.alloc(0);

export class StreamBuffer {
  readonly #budget: ByteBudget;
  #storage: Buffer = EMPTY;
  #length = 0;
  #taken = 0;

  constructor(budget: ByteBudget) {
    this.#budget = budget;
  }

  /** Everything received; valid until the next `append`. */
  get received(): Uint8Array {
    return this.#storage.subarray(0, this.#length);
  }

  /** @returns false when the budget is used up; nothing is kept then */
  append(chunk: Uint8Array): boolean {
    if (!this.#budget.take(chunk.length)) return false;
    this.#taken += chunk.length;
    const wanted = this.#length + chunk.length;
    if (wanted > this.#storage.length) {
      // Most messages come in one chunk; it grows by doubling only after that.
      const size = this.#length === 0 ? chunk.length : Math.max(wanted, 2 * this.#storage.length);
      const larger = Buffer.allocUnsafeSlow(size);
      this.#storage.copy(larger, 0, 0, this.#length);
      this.#storage = larger;
    }
    this.#storage.set(chunk, this.#length);
    this.#length = wanted;
    return true;
  }

  /** Safe to call twice. */
  release(): void {
    this.#budget.giveBack(this.#taken);
    this.#taken = 0;
    this.#length = 0;
    this.#storage = EMPTY;
  }
}
