import { TransmitLimitedQueue } from '../broadcast/transmit-limited-queue.ts';
import { GossipError } from '../errors.ts';
import { equalBytes } from '../gossip-node.ts';
import type { SerfConfig } from './config.ts';
import type { SerfCounters } from './counters.ts';
import type { UserEvent } from './events.ts';
import { LamportClock } from './lamport-clock.ts';
import type { LamportTime } from './lamport-clock.ts';
import { MAX_EVENT_BUFFER_BYTES, MAX_EVENTS_PER_TIME } from './limits.ts';
import type { RecentEvent, RecentEvents } from './messages/push-pull.ts';
import { encodeUserEvent } from './messages/user-event.ts';
import type { UserEventMessage } from './messages/user-event.ts';
import { RecentBuffer } from './recent-buffer.ts';

export interface UserEventsOptions {
  readonly config: Pick<SerfConfig, 'userEventSizeLimit' | 'eventBuffer'>;
  readonly queue: TransmitLimitedQueue;
  readonly counters: SerfCounters;
  readonly onEvent: (event: UserEvent) => void;
  /** The event clock of an earlier run: what is not younger was delivered then. */
  readonly previousTime: LamportTime;
}

/** Sends user events, and delivers each that comes in exactly once. */
export class UserEvents {
  readonly #options: UserEventsOptions;
  readonly #clock = new LamportClock();
  readonly #recent: RecentBuffer<RecentEvent>;

  constructor(options: UserEventsOptions) {
    this.#options = options;
    this.#recent = new RecentBuffer<RecentEvent>({
      times: options.config.eventBuffer,
      maxItemsPerTime: MAX_EVENTS_PER_TIME,
      maxBytes: MAX_EVENT_BUFFER_BYTES,
      sizeOf: ({ name, payload }) => name.length + payload.length,
      equal: (a, b) => a.name === b.name && equalBytes(a.payload, b.payload),
    });
    // A time of 0 means "none yet", so that no event may have it.
    this.#clock.increment();
    this.#clock.witness(options.previousTime);
    if (options.previousTime > 0) this.#recent.raiseMinTime(options.previousTime + 1);
  }

  get time(): LamportTime {
    return this.#clock.time;
  }

  /** Delivers the event here and queues it for the others. @throws GossipError `too_large` */
  send(name: string, payload: Uint8Array, coalesce: boolean): void {
    const limit = this.#options.config.userEventSizeLimit;
    const tooLarge = (when: string): GossipError =>
      new GossipError('too_large', `user event exceeds limit of ${limit} bytes ${when} encoding`);
    if (Buffer.byteLength(name) + payload.length > limit) throw tooLarge('before');
    const event: UserEventMessage = { lTime: this.#clock.time, name, payload, coalesce };
    const message = encodeUserEvent(event);
    if (message.length > limit) throw tooLarge('after');
    this.#clock.increment();
    this.receive(event);
    this.#options.queue.queue({ message });
  }

  /** @returns whether it was news, to be passed on */
  receive(event: UserEventMessage): boolean {
    const { counters, onEvent } = this.#options;
    const now = this.#clock.witness(event.lTime);
    // A copy: what came in is a view into a packet, which the buffer would keep whole.
    const { lTime, name, coalesce } = event;
    const payload = new Uint8Array(event.payload);
    const verdict = this.#recent.add(lTime, { name, payload }, now);
    if (verdict === 'too_old' || verdict === 'full') counters.tooOld++;
    if (verdict !== 'new') return false;
    counters.userEvents++;
    onEvent({ kind: 'user', lTime, name, payload, coalesce });
    return true;
  }

  /** What a peer remembers. @param ignoreOld whether its events are to count as seen: they were before we came */
  merge(peerTime: LamportTime, events: readonly RecentEvents[], ignoreOld: boolean): void {
    // The peer's time is that of its next event, which nobody has seen yet.
    if (peerTime > 0) this.#clock.witness(peerTime - 1);
    if (ignoreOld) this.#recent.raiseMinTime(peerTime);
    for (const { lTime, events: sameTime } of events) {
      for (const event of sameTime) this.receive({ ...event, lTime, coalesce: false });
    }
  }

  recent(): RecentEvents[] {
    return this.#recent.entries().map(({ lTime, items }) => ({ lTime, events: items }));
  }
}
