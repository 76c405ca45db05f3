/**
 * Gives up what nobody moves on. A timer is right here: the request that is under way keeps the object awake anyway.
 */
export class StallGuard {
  readonly #afterMs: number;
  readonly #stalled: () => void;
  #timer: ReturnType<typeof setTimeout> | null = null;

  constructor(afterMs: number, stalled: () => void) {
    this.#afterMs = afterMs;
    this.#stalled = stalled;
    this.moved();
  }

  /** The other side took or gave something: the wait begins anew. */
  moved(): void {
    this.stop();
    this.#timer = setTimeout(this.#stalled, this.#afterMs);
  }

  stop(): void {
    if (this.#timer !== null) clearTimeout(this.#timer);
    this.#timer = null;
  }
}
