import type { GossipLog } from '../log.ts';
import type { SerfEvent, SerfEventListener } from './events.ts';

/** Who wants to hear of a pool's events. */
export class Listeners {
  readonly #listeners = new Set<SerfEventListener>();
  readonly #log: GossipLog;

  constructor(log: GossipLog) {
    this.#log = log;
  }

  /** @returns a function that ends the listening */
  add(listener: SerfEventListener): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  tell(event: SerfEvent): void {
    for (const listener of this.#listeners) this.#tellOne(listener, event);
  }

  #tellOne(listener: SerfEventListener, event: SerfEvent): void {
    try {
      listener(event);
    } catch (error) {
      // Thrown on, it would end the handling of the packet in which this event came, others' messages included.
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
      this.#log.error(`serf: a listener failed on ${event.kind}: ${text}`);
    }
  }
}
