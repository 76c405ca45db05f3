import type { UserEvent } from '../../protocol/types/event.ts';
import type { EventSource } from './event-source.ts';

/** Events as they come out of the gossip pool, ours among them. Those from before the join are not delivered. */
export class GossipEventSource implements EventSource {
  #deliver: ((event: UserEvent) => void) | null = null;

  start(deliver: (event: UserEvent) => void): void {
    this.#deliver = deliver;
  }

  receive(event: UserEvent): void {
    this.#deliver?.(event);
  }

  /** Gossip brings everything by itself. */
  async catchUp(): Promise<void> {}

  stop(): void {
    this.#deliver = null;
  }
}
