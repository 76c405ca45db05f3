import type { UserEvent } from '../../protocol/types/event.ts';

/**
 * A way on which events reach this host: the link to the datacenter, or gossip.
 *
 * The same event may come by several, and by one of them twice: the receiver tells events apart by their ID.
 */
export interface EventSource {
  /** Called once. Events are delivered from now on, but a source may wait for `catchUp` before it does anything. */
  start(deliver: (event: UserEvent) => void): void;
  /**
   * Somebody wants to see the events: resolves when what was fired before has been delivered, or cannot be had now. New
   * ones follow for as long as somebody asks now and then.
   */
  catchUp(): Promise<void>;
  stop(): void;
}
