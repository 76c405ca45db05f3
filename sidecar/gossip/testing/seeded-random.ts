import type { Random } from '../random.ts';

/** xorshift128: the same seed gives the same run on every machine. */
export class SeededRandom implements Random {
  #a: number;
  #b: number;
  #c: number;
  #d: number;

  constructor(seed: number) {
    // Neighbouring seeds must not give neighbouring sequences.
    this.#a = mix(seed);
    this.#b = mix(this.#a);
    this.#c = mix(this.#b);
    this.#d = mix(this.#c) | 1;
  }

  unit(): number {
    return this.#next() / 2 ** 32;
  }

  below(bound: number): number {
    return Math.floor(this.unit() * bound);
  }

  /** An independent source, so that what one part draws does not shift what another draws. */
  fork(): SeededRandom {
    return new SeededRandom(this.#next());
  }

  #next(): number {
    let mixed = this.#a ^ (this.#a << 11);
    mixed ^= mixed >>> 8;
    [this.#a, this.#b, this.#c] = [this.#b, this.#c, this.#d];
    this.#d = this.#d ^ (this.#d >>> 19) ^ mixed;
    return this.#d >>> 0;
  }
}

/** The finaliser of MurmurHash3, over a Weyl step. */
function mix(value: number): number {
  let mixed = (value + 0x9e3779b9) | 0;
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x85ebca6b);
  mixed = Math.imul(mixed ^ (mixed >>> 13), 0xc2b2ae35);
  return mixed ^ (mixed >>> 16);
}
