import type { Clock, Timer } from '../clock.ts';
import type { Random } from '../random.ts';

/** Something done again and again until stopped. */
export class Ticker {
  readonly #clock: Clock;
  readonly #intervalMs: () => number;
  readonly #action: () => void;
  #timer: Timer | undefined;
  #dueMs = 0;

  /** @param intervalMs asked before each wait: the push/pull interval grows with the pool */
  constructor(clock: Clock, intervalMs: () => number, action: () => void) {
    this.#clock = clock;
    this.#intervalMs = intervalMs;
    this.#action = action;
  }

  /** The first tick comes at a random moment of the first interval, so that nodes started together do not act together. */
  start(random: Random): void {
    this.#dueMs = this.#clock.now();
    this.#arm(random.unit() * this.#intervalMs());
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  #arm(delayMs: number): void {
    const nowMs = this.#clock.now();
    // Ticks that were missed while the process stood still are not made up for.
    this.#dueMs = Math.max(this.#dueMs + delayMs, nowMs);
    this.#timer = this.#clock.after(this.#dueMs - nowMs, () => {
      this.#arm(this.#intervalMs());
      this.#action();
    });
  }
}
