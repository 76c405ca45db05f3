/**
 * How healthy this node thinks itself to be (Lifeguard's local health multiplier). Missed nacks, failed probes and having to
 * refute raise the score; answered probes lower it.
 */
export class Awareness {
  readonly #maxMultiplier: number;
  #score = 0;

  /** @param maxMultiplier 1 keeps the score at zero, which is plain SWIM */
  constructor(maxMultiplier: number) {
    this.#maxMultiplier = maxMultiplier;
  }

  get score(): number {
    return this.#score;
  }

  applyDelta(delta: number): void {
    const highest = Math.max(0, this.#maxMultiplier - 1);
    this.#score = Math.min(highest, Math.max(0, this.#score + delta));
  }

  /** A slow node gives the others more time before it blames them. */
  scaleMs(durationMs: number): number {
    return durationMs * (this.#score + 1);
  }
}
