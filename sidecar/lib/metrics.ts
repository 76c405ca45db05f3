/**
 * The agent's numbers, in the shape that Consul's users read them (go-metrics): counters are summed over an interval,
 * gauges hold their last value.
 */
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

/** go-metrics' interval; Consul shows the last whole one. */
const INTERVAL_MS = 10_000;

export class MetricsRegistry {
  readonly #source: MetricSource;
  readonly #prometheusEnabled: () => boolean;
  readonly #listeners = new Set<(summary: Summary) => void>();
  readonly #timer: NodeJS.Timeout;
  #before = new Map<string, number>();
  #last: Summary;

  constructor(source: MetricSource, prometheusEnabled: () => boolean) {
    this.#source = source;
    this.#prometheusEnabled = prometheusEnabled;
    this.#last = this.#takeInterval();
    this.#timer = setInterval(() => {
      this.#last = this.#takeInterval();
      for (const listener of this.#listeners) listener(this.#last);
    }, INTERVAL_MS);
    this.#timer.unref();
  }

  summary(): Summary {
    return this.#last;
  }

  /** Totals since the start, as Prometheus wants them; null while it is disabled. */
  prometheus(): string | null {
    if (!this.#prometheusEnabled()) return null;
    const { gauges, totals } = this.#source();
    const lines: string[] = [];
    const typed = new Set<string>();
    const add = (name: string, type: string, value: number, labels: Labels): void => {
      const safe = name.replaceAll(/[^a-zA-Z0-9_]/g, '_');
      if (!typed.has(safe)) lines.push(`# HELP ${safe} ${name}`, `# TYPE ${safe} ${type}`);
      typed.add(safe);
      lines.push(`${safe}${renderLabels(labels)} ${value}`);
    };
    for (const { Name, Value, Labels } of gauges) add(Name, 'gauge', Value, Labels);
    for (const { name, value, labels } of totals) add(name, 'counter', value, labels);
    return `${lines.join('\n')}\n`;
  }

  listen(listener: (summary: Summary) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  stop(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  #takeInterval(): Summary {
    const { gauges, totals } = this.#source();
    const now = new Map<string, number>();
    const counters: CounterSample[] = [];
    for (const { name, value, labels } of totals) {
      const key = name + renderLabels(labels);
      now.set(key, value);
      const count = value - (this.#before.get(key) ?? 0);
      if (count > 0) counters.push(counterSample(name, count, labels));
    }
    this.#before = now;
    return {
      Timestamp: `${new Date().toISOString().slice(0, 19).replace('T', ' ')} +0000 UTC`,
      Gauges: gauges,
      Points: [],
      Counters: counters,
      Samples: [],
    };
  }
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

function renderLabels(labels: Labels): string {
  const pairs = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return pairs.length === 0 ? '' : `{${pairs.join(',')}}`;
}
