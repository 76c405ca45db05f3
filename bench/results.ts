/** The samples of a run, by figure and contender. */
import { median } from './statistics.ts';
import type { Sample } from './workloads/workload.ts';

/** Medians over the rounds; `errors` is the sum. NaN: never measured. */
export interface Summary {
  readonly value: number;
  readonly p50Ms: number;
  readonly p99Ms: number;
  readonly errors: number;
  readonly rounds: number;
}

export class Results {
  readonly #samples = new Map<string, Sample[]>();
  /** Work that threw, in words: it stands in the report beside the figures that are missing for it. */
  readonly failures: string[] = [];

  add(contender: string, samples: ReadonlyMap<string, Sample>): void {
    for (const [figure, sample] of samples) {
      const key = `${contender}/${figure}`;
      this.#samples.set(key, [...(this.#samples.get(key) ?? []), sample]);
    }
  }

  summary(contender: string, figure: string): Summary {
    const samples = this.#samples.get(`${contender}/${figure}`) ?? [];
    const middle = (pick: (sample: Sample) => number | undefined): number =>
      median(samples.map(pick).filter((value) => value !== undefined));
    return {
      value: middle((sample) => sample.value),
      p50Ms: middle((sample) => sample.p50Ms),
      p99Ms: middle((sample) => sample.p99Ms),
      errors: samples.reduce((sum, sample) => sum + sample.errors, 0),
      rounds: samples.length,
    };
  }

  /** Everything, for a file that other tools read. */
  toJSON(): object {
    return { samples: Object.fromEntries(this.#samples), failures: this.failures };
  }
}
