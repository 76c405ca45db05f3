import type { Clock } from '../clock.ts';

/** Promises of something that may never happen: each ends by its time, and all of them when the owner stops. */
export class Waiters {
  readonly #clock: Clock;
  readonly #giveUp = new Set<() => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * @param begin starts what is waited for, and calls its argument with the result
   * @param otherwise the result when nothing came in time
   */
  wait<T>(
    timeoutMs: number,
    otherwise: T,
    begin: (settle: (value: T) => void) => void,
  ): Promise<T> {
    return new Promise((resolve) => {
      const settle = (value: T): void => {
        timer.cancel();
        this.#giveUp.delete(giveUp);
        resolve(value);
      };
      const giveUp = (): void => settle(otherwise);
      const timer = this.#clock.after(timeoutMs, giveUp);
      this.#giveUp.add(giveUp);
      begin(settle);
    });
  }

  stop(): void {
    for (const giveUp of this.#giveUp) giveUp();
  }
}
