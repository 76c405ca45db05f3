/** The contracts of this folder: what a probe gives, what a runner does, what it is told. */
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import type { CheckStatus } from '../../protocol/types/catalog.ts';

export interface CheckResult {
  readonly status: CheckStatus;
  readonly output: string;
}

/**
 * Takes the state that a check now has. Called again with an equal state too: the receiver
 * compares.
 */
export type Notify = (status: CheckStatus, output: string) => void;

/** One look at a service. */
export interface Probe {
  /**
   * Answers with a result for every failure of what is probed; its own time-out is such a
   * failure.
   *
   * @param signal aborted when the runner stops: the probe must then release sockets and
   * processes soon.
   */
  run(signal: AbortSignal): Promise<CheckResult>;
}

/** Owns whatever keeps a check's state up to date. After `stop()` it never notifies again. */
export interface CheckRunner {
  start(): void;
  stop(): void;
}

/** A check whose state is reported by the service itself. */
export interface TTLCheckRunner extends CheckRunner {
  /** Takes a report and starts the time to live anew. */
  setStatus(status: CheckStatus, output: string): void;
}

export interface RunnerRequest {
  readonly checkID: string;
  /** '' for a check of the node. */
  readonly serviceID: string;
  readonly definition: CheckDefinition;
  /** Output of the last report of a TTL check that was restored from disk. */
  readonly lastOutput?: string;
}

/** Where runners say what an operator may want to know; the agent's logger fits. */
export interface CheckLog {
  debug(text: string): void;
  warn(text: string): void;
}
