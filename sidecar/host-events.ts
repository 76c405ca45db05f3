/** User events of this host, connected to the link and to the local services that events may be aimed at. */
import type { Route } from '../http-api/route.ts';
import { eventListRoute } from '../http-api/routes/event.ts';
import type { UserEvent } from '../protocol/types/event.ts';
import { type EventHost } from './events/event-target.ts';
import { LinkEventSource } from './events/link-event-source.ts';
import { UserEvents } from './events/user-events.ts';
import type { ServerLink } from './server-link/server-link.ts';

export class HostEvents {
  readonly route: Route;
  readonly #link: LinkEventSource;
  readonly #events: UserEvents;
  #isFollowing = false;

  /** @param token the agent's own */
  constructor(link: ServerLink, token: () => string, host: EventHost) {
    this.#link = new LinkEventSource({
      rpc: link.rpc,
      isConnected: () => link.isConnected,
      token,
      now: () => Date.now(),
      isWaitedFor: () => this.#events.hasWaiters,
    });
    this.#events = new UserEvents([this.#link], host);
    this.route = eventListRoute(() => this.#events);
  }

  /** From now on events are followed all the time, not only while somebody asks for them. */
  onRemoteExec(take: (event: UserEvent) => void): void {
    this.#events.onRemoteExec(take);
    this.#isFollowing = true;
  }

  linkConnected(): void {
    this.#link.connected();
    if (this.#isFollowing) void this.#link.catchUp();
  }

  stop(): void {
    this.#events.stop();
  }
}
