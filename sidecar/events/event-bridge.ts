/**
 * Carries events between the datacenter and those members of the gossip pool that have no link to it: real Serf and Consul
 * agents. Where there are none, it does nothing and costs nothing.
 *
 * One agent of the pool does it, the same by everybody's reckoning: Serf tells events apart by their time, so one that two
 * agents sent would arrive twice. It is that agent's links and life on which the bridge depends; while another takes over, an
 * event may be missed, none is doubled.
 */
import type { UserEvent } from '../../protocol/types/event.ts';

export type Way = 'link' | 'gossip';

export interface EventBridgeOptions {
  /** Whether there are such members, and this agent is the one that serves them. */
  readonly isWanted: () => boolean;
  /** To the pool. @throws Error when the event is too large for it */
  readonly gossip: (event: UserEvent) => void;
  /** To the datacenter, under the event's own ID. */
  readonly fire: (event: UserEvent) => Promise<void>;
  readonly warn: (text: string) => void;
}

export class EventBridge {
  readonly #options: EventBridgeOptions;

  constructor(options: EventBridgeOptions) {
    this.#options = options;
  }

  /** While true the datacenter's events have to be followed, though nobody on this host asks for them. */
  get isWanted(): boolean {
    return this.#options.isWanted();
  }

  /** An event that this agent had not seen before, whomever it is aimed at. */
  carry(event: UserEvent, cameBy: Way): void {
    if (!this.isWanted) return;
    if (cameBy === 'link') this.#toPool(event);
    else void this.#toDatacenter(event);
  }

  #toPool(event: UserEvent): void {
    try {
      this.#options.gossip(event);
    } catch (error) {
      this.#options.warn(
        `the event ${event.Name} did not go to the pool: ${(error as Error).message}`,
      );
    }
  }

  async #toDatacenter(event: UserEvent): Promise<void> {
    try {
      await this.#options.fire(event);
    } catch (error) {
      // It has reached every agent of the pool all the same.
      this.#options.warn(
        `the event ${event.Name} did not go to the datacenter: ${(error as Error).message}`,
      );
    }
  }
}
