/**
 * Values that are measured again and again, such as durations in milliseconds: summed up over an interval for
 * /v1/agent/metrics, and as Prometheus' summaries since the start (go-metrics, AddSample).
 */
import type { CounterSample, Labels } from './metrics.ts';

/** Of each series so many latest values give its quantiles: enough for a 99th percentile, 4 KB a series. */
const KEPT_VALUES = 256;
/** Labels come from tables of routes and methods; whatever else may come, memory is bounded. */
const MAX_SERIES = 2000;
/** go-metrics' Prometheus sink has these. */
const QUANTILES = [0.5, 0.9, 0.99];

interface Series {
  readonly name: string;
  readonly labels: Labels;
  /** Since the start. */
  count: number;
  sum: number;
  interval: Interval;
  /** Values of this interval and the one before, whose quantiles are told; a ring when full. */
  recent: number[];
  before: number[];
}

interface Interval {
  count: number;
  sum: number;
  sumOfSquares: number;
  min: number;
  max: number;
}

const emptyInterval = (): Interval => ({
  count: 0,
  sum: 0,
  sumOfSquares: 0,
  min: Infinity,
  max: -Infinity,
});

export class SampleBook {
  readonly #series = new Map<string, Series>();

  observe(name: string, labels: Labels, value: number): void {
    this.series(name, labels)(value);
  }

  /** Takes the values of one series: for whoever observes it with each request, as finding it costs more than the sums. */
  series(name: string, labels: Labels): (value: number) => void {
    const series = this.#find(name, labels);
    return series === undefined ? () => {} : (value) => addTo(series, value);
  }

  /** The series in which something was measured since the interval began. */
  readInterval(intervalMs: number): CounterSample[] {
    return [...this.#series.values()]
      .filter(({ interval }) => interval.count > 0)
      .map((series) => summarize(series, series.interval, intervalMs));
  }

  endInterval(): void {
    for (const series of this.#series.values()) {
      series.before = series.recent;
      series.recent = [];
      series.interval = emptyInterval();
    }
  }

  /** Since the start; a quantile of a series that is silent is NaN, as Prometheus has it. */
  summaries(): SampleSummary[] {
    return [...this.#series.values()].map(({ name, labels, count, sum, recent, before }) => {
      const sorted = [...before, ...recent].toSorted((a, b) => a - b);
      const quantiles = QUANTILES.map((quantile): [number, number] => [
        quantile,
        sorted[Math.floor(quantile * (sorted.length - 1))] ?? Number.NaN,
      ]);
      return { name, labels, count, sum, quantiles };
    });
  }

  #find(name: string, labels: Labels): Series | undefined {
    const key = `${name} ${Object.values(labels).join(' ')}`;
    const known = this.#series.get(key);
    if (known !== undefined || this.#series.size >= MAX_SERIES) return known;
    const interval = emptyInterval();
    const made: Series = { name, labels, count: 0, sum: 0, interval, recent: [], before: [] };
    this.#series.set(key, made);
    return made;
  }
}

function addTo(series: Series, value: number): void {
  const { interval, recent } = series;
  // The ring begins anew with each interval, so its place follows from the interval's count.
  recent[interval.count % KEPT_VALUES] = value;
  series.count++;
  series.sum += value;
  interval.count++;
  interval.sum += value;
  interval.sumOfSquares += value * value;
  interval.min = Math.min(interval.min, value);
  interval.max = Math.max(interval.max, value);
}

export interface SampleSummary {
  readonly name: string;
  readonly labels: Labels;
  readonly count: number;
  readonly sum: number;
  /** Quantile and value. */
  readonly quantiles: readonly (readonly [number, number])[];
}

/** The deviation is that of a sample: 0 for a single value (go-metrics, AggregateSample). */
function summarize({ name, labels }: Series, of: Interval, intervalMs: number): CounterSample {
  const { count, sum, sumOfSquares } = of;
  const variance = count < 2 ? 0 : (count * sumOfSquares - sum * sum) / (count * (count - 1));
  return {
    Name: name,
    Count: count,
    Rate: sum / (intervalMs / 1000),
    Sum: sum,
    Min: of.min,
    Max: of.max,
    Mean: sum / count,
    Stddev: Math.sqrt(Math.max(0, variance)),
    Labels: labels,
  };
}
