/** Waits until others have stopped writing. */
import type { Clock, Timer } from './interfaces.ts';

/**
 * From the last word that somebody has written, and half as much again at random: whoever writes here by hand or in a
 * script is not corrected before he is done.
 */
const QUIET_MS = 4000;
/** Those who never rest wait no longer than this. */
const MAX_DELAY_MS = 20_000;

export class QuietTimer {
  readonly #clock: Clock;
  readonly #random: () => number;
  readonly #onQuiet: () => void;
  #since = 0;
  #timer: Timer | undefined;

  /** @param random uniform in [0, 1) */
  constructor(clock: Clock, random: () => number, onQuiet: () => void) {
    this.#clock = clock;
    this.#random = random;
    this.#onQuiet = onQuiet;
  }

  /** Something was written just now. */
  touch(): void {
    const now = this.#clock.now();
    if (this.#timer === undefined) this.#since = now;
    this.#timer?.cancel();
    const delayMs = Math.min(this.#since + MAX_DELAY_MS - now, QUIET_MS * (1 + this.#random() / 2));
    this.#timer = this.#clock.after(Math.max(0, delayMs), () => {
      this.#timer = undefined;
      this.#onQuiet();
    });
  }

  stop(): void {
    this.#timer?.cancel();
    this.#timer = undefined;
  }
}
