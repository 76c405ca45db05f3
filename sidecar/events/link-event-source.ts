/**
 * The datacenter's events, over the link.
 *
 * An agent that nobody asks costs the datacenter one small read at its start and nothing more. The first question opens a
 * subscription to the latest few events; it ends when nobody has asked for ten minutes and nobody waits. Lamport times
 * count every event, so a hole in them is seen, and the whole ring is read to fill it.
 *
 * Events from before the agent's start are not delivered, as with Consul: a handler must not run again for an old event
 * because its agent was restarted.
 */
import {
  type Answer,
  type ServerRPC,
  directCall,
  followingCall,
} from '../../http-api/server-rpc.ts';
import { EVENT_PUSH_COUNT, IDLE_SUBSCRIPTION_MS } from '../../protocol/limits.ts';
import type { EventListArgs } from '../../protocol/methods.ts';
import type { UserEvent } from '../../protocol/types/event.ts';
import type { EventSource } from './event-source.ts';
import { pause } from '../../http-api/pause.ts';

export interface LinkEventSourceOptions {
  readonly rpc: ServerRPC;
  readonly isConnected: () => boolean;
  /** The agent's own token. */
  readonly token: () => string;
  readonly now: () => number;
  /** Somebody is parked until the next event: the subscription must stay. */
  readonly isWaitedFor: () => boolean;
}

const LATEST: EventListArgs = { last: EVENT_PUSH_COUNT };
/** After a failure of the link, which comes back by itself. */
const RETRY_MS = 5_000;

export class LinkEventSource implements EventSource {
  readonly #options: LinkEventSourceOptions;
  readonly #stopped = new AbortController();
  #deliver: (event: UserEvent) => void = () => {};
  /** The last Lamport time that was delivered or lies before the agent's start; null until that is known. */
  #seen: number | null = null;
  #baseline: Promise<void> | null = null;
  #first: Promise<void> | null = null;
  #askedAt = 0;

  constructor(options: LinkEventSourceOptions) {
    this.#options = options;
  }

  start(deliver: (event: UserEvent) => void): void {
    this.#deliver = deliver;
  }

  /** The link stands; at the first time this learns which events are older than the agent. */
  connected(): void {
    this.#learnBaseline().catch(() => {
      // The link broke again: the next one brings another attempt.
    });
  }

  async catchUp(): Promise<void> {
    this.#askedAt = this.#options.now();
    if (this.#stopped.signal.aborted) return;
    if (this.#first === null) {
      if (!this.#options.isConnected()) return;
      this.#first = this.#follow();
    }
    await this.#first;
  }

  stop(): void {
    this.#stopped.abort();
  }

  #learnBaseline(): Promise<void> {
    if (this.#seen !== null) return Promise.resolve();
    this.#baseline ??= this.#read({ last: 1 })
      .then((events) => void (this.#seen ??= events.at(-1)?.LTime ?? 0))
      .finally(() => (this.#baseline = null));
    return this.#baseline;
  }

  /** Starts following. @returns a promise of the first answer, or of the failure to get one */
  #follow(): Promise<void> {
    const first = Promise.withResolvers<void>();
    void this.#run(first.resolve).finally(() => {
      this.#first = null;
      first.resolve();
    });
    return first.promise;
  }

  async #run(answered: () => void): Promise<void> {
    let index = 0;
    while (!this.#stopped.signal.aborted) {
      try {
        await this.#learnBaseline();
        const answer = await this.#latest(index);
        await this.#take(answer.events);
        index = answer.index;
        answered();
      } catch {
        // Nothing is lost: the events are read again when the link is back.
        answered();
        await pause(RETRY_MS, this.#stopped.signal);
        index = 0;
      }
      if (!this.#isWanted()) return;
    }
  }

  #isWanted(): boolean {
    const { isWaitedFor, now } = this.#options;
    return isWaitedFor() || now() - this.#askedAt < IDLE_SUBSCRIPTION_MS;
  }

  async #take(latest: readonly UserEvent[]): Promise<void> {
    const isCut = latest.length === EVENT_PUSH_COUNT && latest[0]!.LTime > (this.#seen ?? 0) + 1;
    const events = isCut ? await this.#read({}) : latest;
    for (const event of events) {
      if (event.LTime <= (this.#seen ?? 0)) continue;
      this.#seen = event.LTime;
      this.#deliver(event);
    }
  }

  /** The latest few by a subscription, once there is a later one than that of index `after`; 0 reads at once. */
  async #latest(after: number): Promise<EventAnswer> {
    const { rpc, token } = this.#options;
    const { signal } = this.#stopped;
    const options = followingCall(token(), after);
    return parse(
      await rpc.watch('event.list', LATEST, options, after, IDLE_SUBSCRIPTION_MS, signal),
    );
  }

  async #read(args: EventListArgs): Promise<readonly UserEvent[]> {
    const { rpc, token } = this.#options;
    return parse(await rpc.call('event.list', args, directCall(token()))).events;
  }
}

interface EventAnswer {
  readonly index: number;
  /** The oldest first. */
  readonly events: readonly UserEvent[];
}

function parse({ index, body }: Answer): EventAnswer {
  return { index, events: JSON.parse(body) as UserEvent[] };
}
