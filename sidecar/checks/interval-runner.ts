/** Repeats a probe. */
import type { Clock, Timer } from './clock.ts';
import type { CheckResult, CheckRunner, Probe } from './check-runner.ts';

/** `onResult` is not called for a run that was cut short by `stop`. */
export interface IntervalRunnerOptions {
  readonly probe: Probe;
  readonly intervalMs: number;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly onResult: (result: CheckResult) => void;
}

/**
 * The first run comes at a random point of the interval, so that the checks of a host that has
 * just started do not all run together. The interval counts from the end of a run: runs never
 * overlap.
 */
export class IntervalRunner implements CheckRunner {
  readonly #options: IntervalRunnerOptions;
  #timer: Timer | undefined;
  /** From one start to the next stop; undefined while stopped. */
  #started: AbortController | undefined;

  constructor(options: IntervalRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    if (this.#started !== undefined) return;
    const { random, intervalMs } = this.#options;
    this.#started = new AbortController();
    this.#arm(this.#started.signal, random() * intervalMs);
  }

  stop(): void {
    this.#timer?.cancel();
    this.#started?.abort();
    this.#started = undefined;
  }

  #arm(signal: AbortSignal, delayMs: number): void {
    this.#timer = this.#options.clock.after(delayMs, () => void this.#run(signal));
  }

  async #run(signal: AbortSignal): Promise<void> {
    const result = await this.#probe(signal);
    // A runner that was stopped and started again meanwhile has a new signal, and a timer of its own.
    if (signal.aborted) return;
    this.#options.onResult(result);
    // What hears the result may have stopped the runner.
    if (!signal.aborted) this.#arm(signal, this.#options.intervalMs);
  }

  /**
   * A probe that throws has a defect; the check is critical with its text rather than silently
   * stuck.
   */
  async #probe(signal: AbortSignal): Promise<CheckResult> {
    try {
      return await this.#options.probe.run(signal);
    } catch (thrown) {
      return {
        status: 'critical',
        output: thrown instanceof Error ? thrown.message : String(thrown),
      };
    }
  }
}
