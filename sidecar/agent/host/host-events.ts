/** User events of this host, connected to the link, to the gossip pool and to the local services that they may be aimed at. */
import type { Route } from '../../../http-api/route.ts';
import { eventListRoute } from '../../../http-api/routes/event.ts';
import { ReadableEvents } from './readable-events.ts';
import type { AgentRights } from '../../agent-api/rights.ts';
import type { UserEvent } from '../../../protocol/types/event.ts';
import type { Cluster, PoolName } from '../cluster/cluster.ts';
import { EventBridge } from '../../events/event-bridge.ts';
import { type EventHost } from '../../events/event-target.ts';
import { GossipEventSource } from '../../events/gossip-event-source.ts';
import { LinkEventSource } from '../../events/link-event-source.ts';
import { UserEvents } from '../../events/user-events.ts';
import type { SerfEvent } from '../../gossip/serf/events.ts';
import type { Logger } from '../../lib/log.ts';
import { LICTOR_TAG } from '../cluster/member-tags.ts';
import { isFirstOf } from './reporters.ts';
import { decodeSerfEvent, encodeSerfEvent } from '../cluster/serf-events.ts';
import type { ServerLink } from '../../server-link/server-link.ts';
import { directCall } from '../../../http-api/server-rpc.ts';

export interface HostEventsOptions {
  readonly link: ServerLink;
  readonly cluster: Cluster;
  /** The agent's own. */
  readonly token: () => string;
  readonly host: EventHost;
  readonly rights: AgentRights;
  readonly log: Logger;
}

/** What the choice of the agent that carries events is made about. */
const BRIDGE = 'user-events';

export class HostEvents {
  readonly route: Route;
  readonly #link: LinkEventSource;
  readonly #gossip = new GossipEventSource();
  readonly #bridge: EventBridge;
  readonly #events: UserEvents;
  #isFollowing = false;

  constructor({ link, cluster, token, host, rights, log }: HostEventsOptions) {
    this.#bridge = new EventBridge({
      isWanted: () => isBridge(cluster, host.node),
      gossip(event) {
        const { name, payload } = encodeSerfEvent(event);
        cluster.pool('lan')?.userEvent(name, payload, false);
      },
      fire: (event) => fire(link, event, token()),
      warn: (text) => log.warn(text),
    });
    this.#link = new LinkEventSource({
      rpc: link.rpc,
      isConnected: () => link.isConnected,
      token,
      now: () => Date.now(),
      isWaitedFor: () => this.#events.hasWaiters || this.#bridge.isWanted,
    });
    this.#events = new UserEvents([this.#link, this.#gossip], host, (event, source) =>
      this.#bridge.carry(event, source === this.#link ? 'link' : 'gossip'),
    );
    const readable = new ReadableEvents(this.#events, rights);
    this.route = eventListRoute(() => readable);
  }

  /** From now on events are followed all the time, not only while somebody asks for them. */
  onRemoteExec(take: (event: UserEvent) => void): void {
    this.#events.onRemoteExec(take);
    this.#isFollowing = true;
  }

  linkConnected(): void {
    this.#link.connected();
    this.#followForOthers();
  }

  handle(pool: PoolName, event: SerfEvent): void {
    if (pool !== 'lan') return;
    if (event.kind !== 'user' && event.kind !== 'query') return this.#followForOthers();
    const decoded = decodeSerfEvent(event);
    if (decoded !== undefined) this.#gossip.receive(decoded);
  }

  stop(): void {
    this.#events.stop();
  }

  #followForOthers(): void {
    // What keeps it from following now, the next link or change of members will see to.
    if (this.#isFollowing || this.#bridge.isWanted) void this.#link.catchUp();
  }
}

/** Some living member is no Lictor agent, and of those that are this one comes first. */
function isBridge(cluster: Cluster, node: string): boolean {
  const members = cluster.members('lan');
  const hasOthers = members.some(({ status, tags }) => status === 'alive' && !tags[LICTOR_TAG]);
  return hasOthers && isFirstOf(node, BRIDGE, members);
}

async function fire(link: ServerLink, event: UserEvent, token: string): Promise<void> {
  const args = {
    id: event.ID,
    name: event.Name,
    payload: event.Payload ?? '',
    nodeFilter: event.NodeFilter,
    serviceFilter: event.ServiceFilter,
    tagFilter: event.TagFilter,
  };
  const options = directCall(token);
  await link.rpc.call('event.fire', args, options);
}
