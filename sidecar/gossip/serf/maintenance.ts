import type { Clock, Timer } from '../clock.ts';
import type { Random } from '../random.ts';
import type { SerfConfig } from './config.ts';
import type { Member } from './member.ts';
import type { MemberTable } from './member-table.ts';

export interface MaintenanceOptions {
  readonly config: SerfConfig;
  readonly clock: Clock;
  readonly random: Random;
  readonly table: MemberTable;
  readonly reap: () => void;
  readonly checkQueues: () => void;
  /** Tries to reach a failed member. Never rejects. */
  readonly reconnect: (member: Member) => Promise<void>;
}

/** What a pool does now and then. Each begins its interval anew only when it is done. */
export class Maintenance {
  readonly #options: MaintenanceOptions;
  readonly #timers = new Map<string, Timer>();
  #isStopped = false;

  constructor(options: MaintenanceOptions) {
    this.#options = options;
  }

  start(): void {
    const { config, reap, checkQueues } = this.#options;
    this.#every('reap', config.reapIntervalMs, () => void reap());
    this.#every('queues', config.queueCheckIntervalMs, () => void checkQueues());
    this.#every('reconnect', config.reconnectIntervalMs, () => this.#reconnectOne());
  }

  stop(): void {
    this.#isStopped = true;
    for (const timer of this.#timers.values()) timer.cancel();
  }

  #every(name: string, intervalMs: number, action: () => Promise<void> | undefined): void {
    if (this.#isStopped) return;
    const timer = this.#options.clock.after(intervalMs, () => {
      const again = (): void => this.#every(name, intervalMs, action);
      const running = action();
      if (running === undefined) again();
      else void running.then(again);
    });
    this.#timers.set(name, timer);
  }

  /**
   * All members together try each failed one about once an interval, whatever the size of the pool: each flips a coin that
   * is weighted by the failed among the alive.
   */
  async #reconnectOne(): Promise<void> {
    const { table, random, reconnect } = this.#options;
    const failed = table.withStatus('failed');
    if (failed.length === 0) return;
    const alive = table.size - failed.length - table.withStatus('left').length;
    if (random.unit() > failed.length / Math.max(1, alive)) return;
    const member = failed[random.below(failed.length)];
    if (member !== undefined) await reconnect(member);
  }
}
