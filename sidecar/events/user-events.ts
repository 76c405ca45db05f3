/**
 * The last events that were aimed at this host, in the order of their arrival.
 *
 * Filters are held against the host when an event arrives. An event that came before is known by its ID and dropped, so
 * that sources may overlap.
 */
import type { QueryOptions } from '../../http-api/query-options.ts';
import type { EventLog, EventReading } from '../../http-api/routes/event.ts';
import { EVENT_RING_SIZE } from '../../protocol/limits.ts';
import { REMOTE_EXEC_EVENT } from '../../protocol/remote-exec.ts';
import type { UserEvent } from '../../protocol/types/event.ts';
import type { EventSource } from './event-source.ts';
import { type EventHost, isAimedAt } from './event-target.ts';

/** IDs that are remembered, also of events for others: a source that starts over may send its whole ring again. */
const MAX_KNOWN_IDS = 4 * EVENT_RING_SIZE;

interface Arrival {
  readonly event: UserEvent;
  /** Counts arrivals; the version of a list is that of its last event. */
  readonly number: number;
}

/** Hears of each event once, whomever it is aimed at, with the source that was the first to bring it. */
export type OnNewEvent = (event: UserEvent, source: EventSource) => void;

export class UserEvents implements EventLog {
  readonly #sources: readonly EventSource[];
  #takeRemoteExec: ((event: UserEvent) => void) | undefined;
  readonly #host: EventHost;
  readonly #onNew: OnNewEvent;
  readonly #known = new Set<string>();
  readonly #waiters = new Set<() => void>();
  #ring: Arrival[] = [];
  #arrivals = 0;

  constructor(sources: readonly EventSource[], host: EventHost, onNew: OnNewEvent = () => {}) {
    this.#sources = sources;
    this.#host = host;
    this.#onNew = onNew;
    for (const source of sources) source.start((event) => this.#receive(event, source));
  }

  async read(name: string): Promise<EventReading> {
    await Promise.all(this.#sources.map((source) => source.catchUp()));
    return this.#list(name);
  }

  readAfter(
    name: string,
    version: number,
    { waitMs }: Pick<QueryOptions, 'waitMs'>,
    signal: AbortSignal | undefined,
  ): Promise<EventReading> {
    return new Promise((resolve) => {
      const finish = (): void => {
        clearTimeout(timer);
        this.#waiters.delete(wake);
        signal?.removeEventListener('abort', finish);
        resolve(this.#list(name));
      };
      const wake = (): void => {
        if (this.#list(name).version > version) finish();
      };
      const timer = setTimeout(finish, waitMs);
      this.#waiters.add(wake);
      signal?.addEventListener('abort', finish, { once: true });
      // What arrived since the reader looked must not be slept over, nor a client that left meanwhile.
      if (signal?.aborted) finish();
      else wake();
    });
  }

  /** Gives the events of `exec` that are aimed at this host to `take`, from now on until the end. */
  onRemoteExec(take: (event: UserEvent) => void): void {
    this.#takeRemoteExec = take;
  }

  /** True while somebody waits: sources go on. */
  get hasWaiters(): boolean {
    return this.#waiters.size > 0 || this.#takeRemoteExec !== undefined;
  }

  stop(): void {
    for (const source of this.#sources) source.stop();
  }

  #list(name: string): EventReading {
    const arrivals =
      name === '' ? this.#ring : this.#ring.filter(({ event }) => event.Name === name);
    return {
      events: arrivals.map(({ event }) => event),
      version: arrivals.at(-1)?.number ?? 0,
    };
  }

  #receive(event: UserEvent, source: EventSource): void {
    if (this.#known.has(event.ID)) return;
    this.#known.add(event.ID);
    if (this.#known.size > MAX_KNOWN_IDS) this.#known.delete(this.#known.values().next().value!);
    this.#onNew(event, source);
    if (!isAimedAt(event, this.#host)) return;
    // What is meant for the agent itself is nobody else's, as in Consul, whether the agent does it or not.
    if (event.Name === REMOTE_EXEC_EVENT) {
      this.#takeRemoteExec?.(event);
      return;
    }
    this.#ring.push({ event, number: ++this.#arrivals });
    if (this.#ring.length > EVENT_RING_SIZE) this.#ring.shift();
    for (const wake of this.#waiters) wake();
  }
}
