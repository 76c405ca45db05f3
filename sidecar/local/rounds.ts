/** Counts rounds of sending, for those who wait until their change was attempted. */

interface Waiter {
  /** The round after which it need not wait any longer. */
  readonly round: number;
  readonly resolve: () => void;
}

/** `begin` and `end` enclose each round; rounds never overlap. */
export class Rounds {
  #begun = 0;
  #waiters: Waiter[] = [];

  begin(): void {
    this.#begun++;
  }

  /** The round that was begun last is over. */
  end(): void {
    const over = this.#waiters.filter(({ round }) => round <= this.#begun);
    this.#waiters = this.#waiters.filter(({ round }) => round > this.#begun);
    for (const { resolve } of over) resolve();
  }

  /** Nothing more will be attempted now: lets everybody go. */
  release(): void {
    for (const { resolve } of this.#waiters.splice(0)) resolve();
  }

  /**
   * @param isDue whether something waits for the next round, so that the one under way does not
   * tell enough
   */
  attempted(isDue: boolean): Promise<void> {
    const round = isDue ? this.#begun + 1 : this.#begun;
    return new Promise((resolve) => this.#waiters.push({ round, resolve }));
  }
}
