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
  #running: AbortController | undefined;
  #stopped = true;

  constructor(options: IntervalRunnerOptions) {
    this.#options = options;
  }

  start(): void {
    if (!this.#stopped) return;
    this.#stopped = false;
    this.#arm(this.#options.random() * this.#options.intervalMs);
  }

  stop(): void {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#running?.abort();
  }

  #arm(delayMs: number): void {
    this.#timer = this.#options.clock.after(delayMs, () => void this.#run());
  }

  async #run(): Promise<void> {
    const controller = new AbortController();
    this.#running = controller;
    const result = await this.#probe(controller.signal);
    // A runner that was stopped and started again meanwhile has a new timer already.
    if (controller.signal.aborted || this.#stopped) return;
    this.#running = undefined;
    this.#options.onResult(result);
    this.#arm(this.#options.intervalMs);
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
