/** A check whose service reports by itself: silence for its time to live makes it critical. */
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import { cutReportedOutput } from './output.ts';
import type { CheckLog, Notify, TTLCheckRunner } from './check-runner.ts';
import type { Clock, Timer } from './clock.ts';

export interface TTLRunnerOptions {
  readonly checkID: string;
  readonly ttlMs: number;
  readonly outputMaxBytes: number;
  readonly lastOutput: string;
  readonly clock: Clock;
  readonly notify: Notify;
  readonly log: CheckLog;
}

/**
 * Starts to count when it is started, not at the first report: a service that never reports turns
 * critical too.
 */
export class TTLRunner implements TTLCheckRunner {
  readonly #options: TTLRunnerOptions;
  #lastOutput: string;
  #deadlineMs = 0;
  #timer: Timer | undefined;
  #started = false;

  constructor(options: TTLRunnerOptions) {
    this.#options = options;
    this.#lastOutput = options.lastOutput;
  }

  start(): void {
    if (this.#started) return;
    this.#started = true;
    this.#renew();
  }

  stop(): void {
    this.#started = false;
    this.#timer?.cancel();
    this.#timer = undefined;
  }

  setStatus(status: CheckStatus, output: string): void {
    if (!this.#started) return;
    const cut = cutReportedOutput(output, this.#options.outputMaxBytes);
    this.#lastOutput = cut;
    this.#options.log.debug(
      `Check status updated: check=${this.#options.checkID} status=${status}`,
    );
    this.#renew();
    this.#options.notify(status, cut);
  }

  /**
   * Moves the deadline. A timer that is already armed stays: when it fires early it is armed for
   * the rest. So a service that reports ten times in its time to live costs one timer, not ten.
   */
  #renew(): void {
    const { clock, ttlMs } = this.#options;
    this.#deadlineMs = clock.now() + ttlMs;
    this.#timer ??= clock.after(ttlMs, () => this.#onTimer());
  }

  #onTimer(): void {
    const { clock, notify, log, checkID } = this.#options;
    const leftMs = this.#deadlineMs - clock.now();
    if (leftMs > 0) {
      this.#timer = clock.after(leftMs, () => this.#onTimer());
      return;
    }
    this.#timer = undefined;
    log.warn(`Check missed TTL, is now critical: check=${checkID}`);
    const last = this.#lastOutput;
    notify(
      'critical',
      last === '' ? 'TTL expired' : `TTL expired (last output before timeout follows): ${last}`,
    );
  }
}
