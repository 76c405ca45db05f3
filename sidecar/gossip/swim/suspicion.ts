/**
 * The time that a suspect has left to refute (Lifeguard's local health aware suspicion): long at first, in case it is this
 * node that hears nothing, shorter with each independent member that says the same.
 */
import type { Clock, Timer } from '../clock.ts';
import { remainingSuspicionMs } from './scaling.ts';

export interface SuspicionTimes {
  /** Independent confirmations after which only `minMs` are left; 0 starts with `minMs`. */
  readonly confirmationsWanted: number;
  readonly minMs: number;
  readonly maxMs: number;
}

export class Suspicion {
  readonly #clock: Clock;
  readonly #times: SuspicionTimes;
  readonly #onTimeout: (confirmations: number) => void;
  readonly #startMs: number;
  /** Who suspects; at most `confirmationsWanted + 1` names. */
  readonly #accusers: Set<string>;
  #confirmations = 0;
  #timer: Timer;

  /** @param from who suspected first: that is the suspicion itself, no confirmation of it */
  constructor(
    clock: Clock,
    from: string,
    times: SuspicionTimes,
    onTimeout: (confirmations: number) => void,
  ) {
    this.#clock = clock;
    this.#times = times;
    this.#onTimeout = onTimeout;
    this.#accusers = new Set([from]);
    this.#startMs = clock.now();
    this.#timer = this.#arm(times.confirmationsWanted < 1 ? times.minMs : times.maxMs);
  }

  /** @returns whether this is news, worth telling others: not heard from this one, and not more than are needed */
  confirm(from: string): boolean {
    const { confirmationsWanted } = this.#times;
    if (this.#confirmations >= confirmationsWanted || this.#accusers.has(from)) return false;
    this.#accusers.add(from);
    this.#confirmations++;
    const elapsedMs = this.#clock.now() - this.#startMs;
    this.#timer.cancel();
    this.#timer = this.#arm(
      remainingSuspicionMs(this.#confirmations, confirmationsWanted, elapsedMs, this.#times),
    );
    return true;
  }

  stop(): void {
    this.#timer.cancel();
  }

  #arm(delayMs: number): Timer {
    return this.#clock.after(Math.max(0, delayMs), () => this.#onTimeout(this.#confirmations));
  }
}
