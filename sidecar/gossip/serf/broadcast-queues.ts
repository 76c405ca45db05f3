import { TransmitLimitedQueue } from '../broadcast/transmit-limited-queue.ts';
import type { SerfConfig } from './config.ts';
import type { SerfCounters } from './counters.ts';
import type { GossipLog } from '../log.ts';

export interface BroadcastQueuesOptions {
  readonly config: SerfConfig;
  readonly retransmitMult: number;
  readonly memberCount: () => number;
  readonly counters: SerfCounters;
  readonly log: GossipLog;
}

/** What waits to be gossiped. Intents go first, then queries, whose askers wait, then user events. */
export class BroadcastQueues {
  readonly intents: TransmitLimitedQueue;
  readonly queries: TransmitLimitedQueue;
  readonly events: TransmitLimitedQueue;
  readonly #options: BroadcastQueuesOptions;

  constructor(options: BroadcastQueuesOptions) {
    this.#options = options;
    const { retransmitMult, memberCount } = options;
    const create = (): TransmitLimitedQueue =>
      new TransmitLimitedQueue({ retransmitMult, nodeCount: memberCount });
    this.intents = create();
    this.queries = create();
    this.events = create();
  }

  /**
   * Queues what another said. While the queue is full it is dropped instead: a flood must not fill the memory between two
   * checks, and what this node has to say itself is queued all the same.
   */
  passOn(queue: TransmitLimitedQueue, message: Uint8Array): void {
    if (queue.length < this.#maxDepth()) queue.queue({ message });
    else this.#options.counters.queueDrops++;
  }

  /** @see Delegate.getBroadcasts */
  take(overhead: number, limit: number): readonly Uint8Array[] {
    const taken: Uint8Array[] = [];
    let leftBytes = limit;
    for (const queue of [this.intents, this.queries, this.events]) {
      if (queue.length === 0) continue;
      for (const message of queue.getBroadcasts(overhead, leftBytes)) {
        leftBytes -= message.length + overhead;
        taken.push(message);
      }
    }
    return taken;
  }

  /** Drops what is beyond the bound: a pool in which more is said than heard would else fill the memory. */
  check(): void {
    const { config, counters, log } = this.#options;
    const max = this.#maxDepth();
    const named = { intent: this.intents, event: this.events, query: this.queries };
    for (const [name, queue] of Object.entries(named)) {
      const depth = queue.length;
      if (depth >= config.queueDepthWarning) log.warn(`serf: ${name} queue depth: ${depth}`);
      if (depth <= max) continue;
      log.warn(`serf: ${name} queue depth (${depth}) exceeds limit (${max}), dropping messages!`);
      counters.queueDrops += depth - max;
      queue.prune(max);
    }
  }

  #maxDepth(): number {
    const { config, memberCount } = this.#options;
    if (config.minQueueDepth <= 0) return config.maxQueueDepth;
    return Math.max(2 * memberCount(), config.minQueueDepth);
  }
}
