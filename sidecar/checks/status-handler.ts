/** Holds a change of state back until enough runs agree (agent/checks/check.go, StatusHandler). */
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import type { CheckLog, CheckResult, Notify } from './check-runner.ts';

/** Results in a row that a change of state needs; 0 and 1 mean the same. */
export interface Thresholds {
  readonly successBeforePassing: number;
  readonly failuresBeforeWarning: number;
  readonly failuresBeforeCritical: number;
}

/**
 * Counts successes (passing and warning results) and failures in a row.
 *
 * The counters start at their thresholds, so the first result of a check counts at once, whatever
 * the thresholds.
 */
export class StatusHandler {
  readonly #checkID: string;
  readonly #thresholds: Thresholds;
  readonly #notify: Notify;
  readonly #log: CheckLog;
  #successes: number;
  #failures: number;

  constructor(checkID: string, thresholds: Thresholds, notify: Notify, log: CheckLog) {
    this.#checkID = checkID;
    this.#thresholds = thresholds;
    this.#notify = notify;
    this.#log = log;
    this.#successes = thresholds.successBeforePassing;
    this.#failures = thresholds.failuresBeforeCritical;
  }

  handle({ status, output }: CheckResult): void {
    if (status === 'critical') this.#fail(output);
    else this.#succeed(status, output);
  }

  #succeed(status: CheckStatus, output: string): void {
    this.#successes++;
    this.#failures = 0;
    if (this.#successes < this.#thresholds.successBeforePassing) {
      this.#log.debug(`Check passed but has not reached success threshold: check=${this.#checkID}`);
      return;
    }
    this.#log.debug(`Check status updated: check=${this.#checkID} status=${status}`);
    this.#notify(status, output);
  }

  #fail(output: string): void {
    this.#failures++;
    this.#successes = 0;
    if (this.#failures >= this.#thresholds.failuresBeforeCritical) {
      this.#log.warn(`Check is now critical: check=${this.#checkID}`);
      this.#notify('critical', output);
    } else if (this.#failures >= this.#thresholds.failuresBeforeWarning) {
      this.#log.warn(`Check is now warning: check=${this.#checkID}`);
      this.#notify('warning', output);
    } else {
      this.#log.debug(`Check failed but has not reached failure threshold: check=${this.#checkID}`);
    }
  }
}

/**
 * `FailuresBeforeWarning` unset means that a check goes from passing to critical without a
 * warning between.
 */
export function readThresholds(definition: {
  SuccessBeforePassing?: number;
  FailuresBeforeWarning?: number;
  FailuresBeforeCritical?: number;
}): Thresholds {
  const failuresBeforeCritical = definition.FailuresBeforeCritical ?? 0;
  return {
    successBeforePassing: definition.SuccessBeforePassing ?? 0,
    failuresBeforeWarning: definition.FailuresBeforeWarning || failuresBeforeCritical,
    failuresBeforeCritical,
  };
}
