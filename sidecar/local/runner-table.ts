/** The runners of all checks: which run, when they are replaced, and where their findings go. */
import type { CheckDefinition } from '../../protocol/types/agent.ts';
import type { CheckStatus } from '../../protocol/types/catalog.ts';
import { parseDuration } from '../../protocol/duration.ts';
import { sameJSON } from './same-json.ts';
import type { CheckKinds, CheckRunner } from './interfaces.ts';
import type { LocalState } from './local-state.ts';
import type { StateDirectory } from './state-directory.ts';

interface Running {
  readonly definition: CheckDefinition;
  readonly runner: CheckRunner;
}

/**
 * At most one runner for each check. A runner that was stopped never reports again, so findings
 * cannot cross.
 */
export class RunnerTable {
  readonly #running = new Map<string, Running>();
  readonly #kinds: CheckKinds;
  readonly #state: LocalState;
  readonly #directory: StateDirectory;
  readonly #now: () => number;

  constructor(kinds: CheckKinds, state: LocalState, directory: StateDirectory, now: () => number) {
    this.#kinds = kinds;
    this.#state = state;
    this.#directory = directory;
    this.#now = now;
  }

  /**
   * Starts the runner of a check that stands in the local state already.
   *
   * One that runs with an equal definition goes on: a service that registers itself every few
   * seconds would otherwise never see its check run. A TTL check starts anew, as its service has
   * just given a sign of life.
   */
  start(checkID: string, serviceID: string, definition: CheckDefinition, lastOutput = ''): void {
    const before = this.#running.get(checkID);
    const isTTL = before?.runner.setStatus !== undefined;
    if (before !== undefined && !isTTL && sameJSON(before.definition, definition)) return;
    before?.runner.stop();
    const runner = this.#kinds.createRunner(
      { checkID, serviceID, definition, lastOutput },
      (status, output) => this.#state.updateCheck(checkID, status, output),
    );
    this.#running.set(checkID, { definition, runner });
    runner.start();
  }

  stop(checkID: string): void {
    this.#running.get(checkID)?.runner.stop();
    this.#running.delete(checkID);
  }

  /** Takes the report of a TTL check. False when there is no such check or it takes no reports. */
  report(checkID: string, status: CheckStatus, output: string): boolean {
    const running = this.#running.get(checkID);
    if (running?.runner.setStatus === undefined) return false;
    running.runner.setStatus(status, output);
    const kept = this.#state.check(checkID)?.check.Output ?? output;
    const ttlMs = parseDuration(running.definition.TTL ?? '') ?? 0;
    this.#directory.saveState({
      CheckID: checkID,
      Status: status,
      Output: kept,
      ExpiresMs: this.#now() + ttlMs,
    });
    return true;
  }

  /** How many run, by whether they wait for reports: numbers of /v1/agent/self. */
  counts(): { monitors: number; ttls: number } {
    let ttls = 0;
    for (const { runner } of this.#running.values()) if (runner.setStatus !== undefined) ttls++;
    return { monitors: this.#running.size - ttls, ttls };
  }

  stopAll(): void {
    for (const { runner } of this.#running.values()) runner.stop();
    this.#running.clear();
  }
}
