import type { Delegate } from '../delegates.ts';
import type { Endpoint, PeerAddress } from '../transport.ts';
import { renderIP } from '../wire/ip-address.ts';
import type { BroadcastQueues } from './broadcast-queues.ts';
import type { SerfCounters } from './counters.ts';
import type { Membership } from './membership.ts';
import { decodeJoin, decodeLeave } from './messages/intents.ts';
import { MESSAGE_TYPE } from './messages/message-type.ts';
import { decodePushPull, encodePushPull } from './messages/push-pull.ts';
import { decodeQuery, decodeQueryResponse } from './messages/query.ts';
import { decodeRelay } from './messages/relay.ts';
import { decodeUserEvent } from './messages/user-event.ts';
import type { Queries } from './query/queries.ts';
import type { UserEvents } from './user-events.ts';

export interface SerfDelegateOptions {
  readonly membership: Membership;
  readonly userEvents: UserEvents;
  readonly queries: Queries;
  readonly queues: BroadcastQueues;
  readonly counters: SerfCounters;
  readonly meta: () => Uint8Array;
  /** Whether events that a join brings are to count as seen. */
  readonly ignoresOldEvents: () => boolean;
  readonly isMemberAt: (endpoint: Endpoint) => boolean;
  /** Best effort; never throws. */
  readonly send: (to: PeerAddress, message: Uint8Array) => void;
}

/** What memberlist carries for Serf: takes messages apart and hands them to those who know what to do. */
export class SerfDelegate implements Delegate {
  readonly #options: SerfDelegateOptions;

  constructor(options: SerfDelegateOptions) {
    this.#options = options;
  }

  nodeMeta(): Uint8Array {
    return this.#options.meta();
  }

  getBroadcasts(overhead: number, limit: number): readonly Uint8Array[] {
    return this.#options.queues.take(overhead, limit);
  }

  notifyMsg(message: Uint8Array): void {
    const { membership, userEvents, queries, queues, counters } = this.#options;
    switch (message[0]) {
      case undefined:
        return;
      case MESSAGE_TYPE.leave:
        return this.#gossip(message, decodeLeave, queues.intents, (leave) =>
          membership.receiveLeave(leave),
        );
      case MESSAGE_TYPE.join:
        return this.#gossip(message, decodeJoin, queues.intents, (join) =>
          membership.receiveJoin(join),
        );
      case MESSAGE_TYPE.userEvent:
        return this.#gossip(message, decodeUserEvent, queues.events, (event) =>
          userEvents.receive(event),
        );
      case MESSAGE_TYPE.query:
        return this.#gossip(message, decodeQuery, queues.queries, (query) =>
          queries.receive(query),
        );
      case MESSAGE_TYPE.queryResponse:
        return this.#receive(message, decodeQueryResponse, (response) =>
          queries.receiveResponse(response),
        );
      case MESSAGE_TYPE.relay:
        return this.#receive(message, decodeRelay, (relay) => this.#relay(relay));
      default:
        counters.unknownType++;
    }
  }

  localState(): Uint8Array {
    const { membership, userEvents, queries } = this.#options;
    return encodePushPull({
      lTime: membership.time,
      statusLTimes: membership.table.statusTimes(),
      leftMembers: membership.table.withStatus('left').map(({ name }) => name),
      eventLTime: userEvents.time,
      events: userEvents.recent(),
      queryLTime: queries.time,
    });
  }

  mergeRemoteState(state: Uint8Array, join: boolean): void {
    const { membership, userEvents, queries, ignoresOldEvents } = this.#options;
    this.#receive(state, decodePushPull, (peer) => {
      queries.merge(peer.queryLTime);
      membership.merge(peer);
      userEvents.merge(peer.eventLTime, peer.events, join && ignoresOldEvents());
    });
  }

  /** @param handle says whether the message is to be passed on */
  #gossip<T>(
    message: Uint8Array,
    decode: (message: Uint8Array) => T | undefined,
    queue: BroadcastQueues['intents'],
    handle: (value: T) => boolean,
  ): void {
    this.#receive(message, decode, (value) => {
      if (handle(value)) this.#options.queues.passOn(queue, new Uint8Array(message));
    });
  }

  #receive<T>(
    message: Uint8Array,
    decode: (message: Uint8Array) => T | undefined,
    handle: (value: T) => void,
  ): void {
    const value = decode(message);
    if (value === undefined) this.#options.counters.malformed++;
    else handle(value);
  }

  /** Only towards members: a pool must not be a way to send packets to anybody. */
  #relay({ ip, port, name, message }: NonNullable<ReturnType<typeof decodeRelay>>): void {
    const { counters, isMemberAt, send } = this.#options;
    const address = renderIP(ip);
    if (address === undefined || !isMemberAt({ address, port })) {
      counters.relaysRefused++;
      return;
    }
    counters.relayed++;
    send({ name, address, port }, new Uint8Array(message));
  }
}
