/**
 * A logical clock: it orders what happens in a pool without anybody's wall clock.
 *
 * Times are whole numbers from 0. Serf's are 64 bits wide; what JavaScript cannot count exactly is refused where messages are
 * decoded, so a forged time near 2^64, which would wrap a clock around, never gets here.
 */
export type LamportTime = number;

export class LamportClock {
  #time: LamportTime = 0;

  get time(): LamportTime {
    return this.#time;
  }

  /** @returns the new time */
  increment(): LamportTime {
    return this.witness(this.#time);
  }

  /** Moves past a time that was seen elsewhere; an older one changes nothing. @returns the time afterwards */
  witness(seen: LamportTime): LamportTime {
    if (seen >= this.#time) this.#time = Math.min(seen + 1, Number.MAX_SAFE_INTEGER);
    return this.#time;
  }
}
