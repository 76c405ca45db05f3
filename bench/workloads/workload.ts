/** What a measure is: some figures, and the work that yields them on a running agent. */
import type { Agent } from '../agent.ts';
import type { Durations } from '../options.ts';

/** One line of the report. */
export interface Figure {
  /** Stable: targets and `--only` name it. */
  readonly id: string;
  readonly title: string;
  readonly unit: '/s' | 'ms' | 'MiB' | 'KiB' | 'KB' | '%' | 'x' | 'wake-ups';
  readonly better: 'higher' | 'lower';
}

/** One figure, measured once. */
export interface Sample {
  readonly value: number;
  readonly p50Ms?: number;
  readonly p99Ms?: number;
  /** Requests that failed, or answers that never came. */
  readonly errors: number;
}

export interface WorkContext {
  readonly durations: Durations;
  /** A directory for files of the work. */
  readonly directory: string;
  /** Differs for each turn, so that values written in two turns differ. */
  readonly run: string;
  readonly signal: AbortSignal;
}

export interface Workload {
  readonly figures: readonly Figure[];
  /**
   * Does the work once. What it needs (keys, services) it makes itself.
   *
   * @returns samples by figure id; a figure that means nothing for this program is left out.
   * @throws when the answers are not what was asked for: a wrong answer must not count as a quick one.
   */
  measure(agent: Agent, context: WorkContext): Promise<ReadonlyMap<string, Sample>>;
}

/** Workloads that share one start of the agent, in this order. */
export interface WorkloadGroup {
  readonly name: string;
  readonly workloads: readonly Workload[];
  /** At most so many rounds, for work that takes long and varies little. */
  readonly maxRounds?: number;
}
