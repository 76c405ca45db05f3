/** Removes services that stay critical for too long (`DeregisterCriticalServiceAfter`). */
import { parseDuration } from '../../protocol/duration.ts';
import type { CheckEntry } from './entries.ts';
import type { Clock, Log, Timer } from './interfaces.ts';
import type { LocalState } from './local-state.ts';

/**
 * Consul's check_deregister_interval_min: a shorter time would remove services that merely
 * restart.
 */
export const MIN_DEREGISTER_AFTER_MS = 60_000;

/** After a removal that failed, e.g. because the disk is full. */
const RETRY_MS = 30_000;

/** `deregister` must remove the service's checks as well, or the reaper would find them again. */
export interface CriticalReaperOptions {
  readonly state: LocalState;
  readonly clock: Clock;
  readonly log: Log;
  readonly deregister: (serviceID: string) => Promise<void>;
}

/** One timer, for the service whose time is up first. */
export class CriticalReaper {
  readonly #options: CriticalReaperOptions;
  #unlisten: (() => void) | undefined;
  #timer: Timer | undefined;
  #timerAtMs = Infinity;

  constructor(options: CriticalReaperOptions) {
    this.#options = options;
  }

  start(): void {
    const { state } = this.#options;
    this.#unlisten ??= state.listen(({ kind, id, what }) => {
      if (kind !== 'check' || what !== 'put') return;
      const deadlineMs = deadlineOf(state.check(id));
      if (deadlineMs < this.#timerAtMs) this.#arm(deadlineMs);
    });
    this.#rearm(0);
  }

  stop(): void {
    this.#unlisten?.();
    this.#unlisten = undefined;
    this.#timer?.cancel();
    this.#timerAtMs = Infinity;
  }

  #rearm(notBeforeMs: number): void {
    let earliestMs = Infinity;
    for (const entry of this.#options.state.checks()) {
      earliestMs = Math.min(earliestMs, deadlineOf(entry));
    }
    this.#arm(Math.max(earliestMs, notBeforeMs));
  }

  #arm(atMs: number): void {
    this.#timer?.cancel();
    this.#timer = undefined;
    this.#timerAtMs = atMs;
    if (atMs === Infinity) return;
    const { clock } = this.#options;
    this.#timer = clock.after(atMs - clock.now(), () => void this.#reap());
  }

  async #reap(): Promise<void> {
    const { state, clock, log, deregister } = this.#options;
    const overdue = state.checks().filter((entry) => deadlineOf(entry) <= clock.now());
    let failed = false;
    for (const serviceID of new Set(overdue.map(({ check }) => check.ServiceID))) {
      log.info(
        `Check for service has been critical for too long; deregistering service: service=${serviceID}`,
      );
      try {
        await deregister(serviceID);
      } catch (thrown) {
        failed = true;
        log.error(`failed to deregister service ${serviceID}: ${(thrown as Error).message}`);
      }
    }
    if (this.#unlisten !== undefined) this.#rearm(failed ? clock.now() + RETRY_MS : 0);
  }
}

/** When the service of a check is to go, in milliseconds since the epoch; Infinity for never. */
function deadlineOf(entry: CheckEntry | undefined): number {
  const text = entry?.definition?.DeregisterCriticalServiceAfter;
  if (entry === undefined || !text || entry.check.ServiceID === '') return Infinity;
  const afterMs = parseDuration(text) ?? 0;
  if (afterMs <= 0 || entry.criticalSinceMs === null) return Infinity;
  return entry.criticalSinceMs + Math.max(afterMs, MIN_DEREGISTER_AFTER_MS);
}
