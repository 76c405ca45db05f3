/**
 * Keeps a flapping check from waking the whole datacenter at each of its runs.
 *
 * A check whose state changed in more than half of its last 20 runs is flapping (Nagios judges in the same way). While it does, the
 * worst state of those runs is reported, with the output that came with it; once few of the last 20 runs differ from
 * the one before, what the check finds counts again. A check that changes now and then is never touched.
 */
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import type { CheckLog, Notify } from './check-runner.ts';

const WINDOW_RUNS = 20;
/** Changes among the runs of the window beyond which a check flaps. */
const MAX_CHANGES = 10;
/** Fewer than it takes to begin, so that a check at the edge does not flap between flapping and not. */
const STEADY_CHANGES = 4;
const NOTE =
  'This check is flapping: the worst of its last 20 runs is shown until it is steady again.';
const SEVERITY: Readonly<Record<CheckStatus, number>> = { passing: 0, warning: 1, critical: 2 };

interface Finding {
  readonly status: CheckStatus;
  readonly output: string;
}

export class FlapDamper {
  readonly #checkID: string;
  readonly #notify: Notify;
  readonly #log: CheckLog;
  readonly #findings: Finding[] = [];
  #isFlapping = false;
  /** What is shown while the check flaps: its output stays the same, so that nothing travels. */
  #worst: Finding | undefined;

  constructor(checkID: string, notify: Notify, log: CheckLog) {
    this.#checkID = checkID;
    this.#notify = notify;
    this.#log = log;
  }

  /** Takes the state after a run. */
  readonly handle: Notify = (status, output) => {
    this.#findings.push({ status, output });
    if (this.#findings.length > WINDOW_RUNS) this.#findings.shift();
    this.#judge();
    if (this.#isFlapping) this.#showWorst();
    else this.#notify(status, output);
  };

  #judge(): void {
    const changes = this.#findings.filter(
      ({ status }, i) => i > 0 && status !== this.#findings[i - 1]?.status,
    ).length;
    if (!this.#isFlapping && changes > MAX_CHANGES) {
      this.#isFlapping = true;
      this.#log.warn(`Check is flapping: check=${this.#checkID} changes=${changes}`);
    } else if (this.#isFlapping && changes <= STEADY_CHANGES) {
      this.#isFlapping = false;
      this.#worst = undefined;
      this.#log.warn(`Check is steady again: check=${this.#checkID}`);
    }
  }

  #showWorst(): void {
    const worst = this.#findings.reduce((a, b) =>
      SEVERITY[b.status] > SEVERITY[a.status] ? b : a,
    );
    if (this.#worst?.status !== worst.status) this.#worst = worst;
    this.#notify(this.#worst.status, `${NOTE}\n${this.#worst.output}`);
  }
}
