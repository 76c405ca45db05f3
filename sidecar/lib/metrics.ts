/**
 * The agent's numbers, in the shape that Consul's users read them (go-metrics): counters are summed over an interval,
 * gauges hold their last value.
 */
import { processMetrics } from './process-metrics.ts';
import type { SampleBook, SampleSummary } from './samples.ts';

export type Labels = Readonly<Record<string, string>>;

export interface CounterSample {
  readonly Name: string;
  readonly Count: number;
  readonly Rate: number;
  readonly Sum: number;
  readonly Min: number;
  readonly Max: number;
  readonly Mean: number;
  readonly Stddev: number;
  readonly Labels: Labels;
}

export interface GaugeSample {
  readonly Name: string;
  readonly Value: number;
  readonly Labels: Labels;
}

export interface Summary {
  readonly Timestamp: string;
  readonly Gauges: readonly GaugeSample[];
  readonly Points: readonly never[];
  readonly Counters: readonly CounterSample[];
  readonly Samples: readonly CounterSample[];
}

/** Read when somebody asks: the totals live where they are counted. */
export type MetricSource = () => {
  readonly gauges: readonly GaugeSample[];
  /** Totals since the start; the interval's part is their difference. */
  readonly totals: readonly {
    readonly name: string;
    readonly value: number;
    readonly labels: Labels;
  }[];
};

/** What is measured, and how its series are called where they are told; null for those that are not. */
export interface Samples {
  readonly book: SampleBook;
  readonly rename: (name: string) => string | null;
}

/** go-metrics' interval; Consul shows the last whole one. */
const INTERVAL_MS = 10_000;

export class MetricsRegistry {
  readonly #source: MetricSource;
  readonly #samples: Samples;
  readonly #prometheusEnabled: () => boolean;
  readonly #listeners = new Set<(summary: Summary) => void>();
  readonly #timer: NodeJS.Timeout;
  #before = new Map<string, number>();
  /** Null until the first interval ends. */
  #last: Summary | null = null;

  constructor(source: MetricSource, samples: Samples, prometheusEnabled: () => boolean) {
    this.#source = source;
    this.#samples = samples;
    this.#prometheusEnabled = prometheusEnabled;
    this.#timer = setInterval(() => {
      const ended = this.#readInterval();
      this.#endInterval();
      this.#last = ended;
      for (const listener of this.#listeners) listener(ended);
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  /** The last whole interval; before there is one, what there is of the first. Gauges are those of now. */
  summary(): Summary {
    return this.#last === null
      ? this.#readInterval()
      : { ...this.#last, Gauges: sorted(this.#source().gauges) };
  }

  /** Totals since the start, as Prometheus wants them; null while it is disabled. */
  prometheus(): string | null {
    if (!this.#prometheusEnabled()) return null;
    const { gauges, totals } = this.#source();
    const text = new ExpositionText();
    for (const { Name, Value, Labels } of gauges) text.add(Name, 'gauge', Value, Labels);
    for (const { name, value, labels } of totals) text.add(name, 'counter', value, labels);
    for (const summary of this.#samples.book.summaries()) {
      const name = this.#samples.rename(summary.name);
      if (name !== null) text.addSummary(name, summary);
    }
    for (const { name, type, help, value } of processMetrics())
      text.add(name, type, value, {}, help);
    return text.render();
  }

  listen(listener: (summary: Summary) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  #endInterval(): void {
    const { totals } = this.#source();
    this.#before = new Map(totals.map(({ name, value, labels }) => [keyOf(name, labels), value]));
    this.#samples.book.endInterval();
  }

  #readInterval(): Summary {
    const { gauges, totals } = this.#source();
    const counters: CounterSample[] = [];
    for (const { name, value, labels } of totals) {
      const count = value - (this.#before.get(keyOf(name, labels)) ?? 0);
      if (count > 0) counters.push(counterSample(name, count, labels));
    }
    return {
      Timestamp: `${new Date().toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
      Gauges: sorted(gauges),
      Points: [],
      Counters: counters,
      Samples: this.#samples.book.readInterval(INTERVAL_MS).flatMap((sample) => {
        const name = this.#samples.rename(sample.Name);
        return name === null ? [] : [{ ...sample, Name: name }];
      }),
    };
  }
}

/** The text format of Prometheus ("Exposition formats"). Series of one name follow one another, whatever their order. */
class ExpositionText {
  readonly #families = new Map<string, string[]>();

  add(name: string, type: string, value: number, labels: Labels, help = name): void {
    const safe = safeName(name);
    this.#family(safe, type, help).push(`${safe}${renderLabels(labels)} ${renderNumber(value)}`);
  }

  addSummary(name: string, { labels, count, sum, quantiles }: SampleSummary): void {
    const safe = safeName(name);
    const lines = this.#family(safe, 'summary', name);
    for (const [quantile, value] of quantiles) {
      const all = renderLabels({ ...labels, quantile: String(quantile) });
      lines.push(`${safe}${all} ${renderNumber(value)}`);
    }
    lines.push(`${safe}_sum${renderLabels(labels)} ${renderNumber(sum)}`);
    lines.push(`${safe}_count${renderLabels(labels)} ${count}`);
  }

  render(): string {
    return `${[...this.#families.values()].flat().join('\n')}\n`;
  }

  #family(safe: string, type: string, help: string): string[] {
    const known = this.#families.get(safe);
    if (known !== undefined) return known;
    const made = [`# HELP ${safe} ${help}`, `# TYPE ${safe} ${type}`];
    this.#families.set(safe, made);
    return made;
  }
}

const safeName = (name: string): string => name.replaceAll(/[^a-zA-Z0-9_]/g, '_');

function renderNumber(value: number): string {
  return Number.isFinite(value) || Number.isNaN(value)
    ? String(value)
    : value > 0
      ? '+Inf'
      : '-Inf';
}

function counterSample(name: string, count: number, labels: Labels): CounterSample {
  const rate = count / (INTERVAL_MS / 1000);
  return {
    Name: name,
    Count: count,
    Rate: rate,
    Sum: count,
    Min: 1,
    Max: 1,
    Mean: 1,
    Stddev: 0,
    Labels: labels,
  };
}

/** As go-metrics shows them: by name, then by their labels. */
function sorted(gauges: readonly GaugeSample[]): GaugeSample[] {
  return gauges
    .map((gauge) => ({ key: keyOf(gauge.Name, gauge.Labels), gauge }))
    .toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)))
    .map(({ gauge }) => gauge);
}

const keyOf = (name: string, labels: Labels): string => name + renderLabels(labels);

function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
