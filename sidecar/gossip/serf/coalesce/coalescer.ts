import type { Clock, Timer } from '../../clock.ts';
import type { SerfEvent, SerfEventListener } from '../events.ts';

/** What a kind of event is gathered into. */
export interface Gatherer {
  /** Whether it takes this event; the others are passed on at once. */
  takes(event: SerfEvent): boolean;
  add(event: SerfEvent): void;
  /** @returns what was gathered, and begins anew */
  drain(): SerfEvent[];
}

export interface CoalescePeriods {
  /** The first event of a burst waits at most this long. */
  readonly coalescePeriodMs: number;
  /** The burst is over when no event came for this long. */
  readonly quiescentPeriodMs: number;
}

/** Passes events on, those that its gatherer takes in bursts. */
export class Coalescer {
  readonly #clock: Clock;
  readonly #periods: CoalescePeriods;
  readonly #gatherer: Gatherer;
  readonly #next: SerfEventListener;
  #quantum: Timer | undefined;
  #quiescent: Timer | undefined;

  constructor(clock: Clock, periods: CoalescePeriods, gatherer: Gatherer, next: SerfEventListener) {
    this.#clock = clock;
    this.#periods = periods;
    this.#gatherer = gatherer;
    this.#next = next;
  }

  push(event: SerfEvent): void {
    if (!this.#gatherer.takes(event)) {
      this.#next(event);
      return;
    }
    const { coalescePeriodMs, quiescentPeriodMs } = this.#periods;
    this.#quantum ??= this.#clock.after(coalescePeriodMs, () => this.flush());
    this.#quiescent?.cancel();
    this.#quiescent = this.#clock.after(quiescentPeriodMs, () => this.flush());
    this.#gatherer.add(event);
  }

  /** Passes on what is gathered. Also the last act before a stop: it leaves no timer behind. */
  flush(): void {
    this.#quantum?.cancel();
    this.#quiescent?.cancel();
    this.#quantum = undefined;
    this.#quiescent = undefined;
    for (const event of this.#gatherer.drain()) this.#next(event);
  }
}
