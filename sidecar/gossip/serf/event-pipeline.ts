import type { Clock } from '../clock.ts';
import { Coalescer } from './coalesce/coalescer.ts';
import { MemberEventGatherer } from './coalesce/member-events.ts';
import { UserEventGatherer } from './coalesce/user-events.ts';
import type { SerfConfig } from './config.ts';
import type { SerfEvent, SerfEventListener } from './events.ts';
import { isInternal } from './internal/internal-queries.ts';
import type { ReceivedQuery } from './received-query.ts';

export interface EventPipelineOptions {
  readonly config: SerfConfig;
  readonly clock: Clock;
  readonly record: SerfEventListener;
  readonly onInternalQuery: (query: ReceivedQuery) => void;
  readonly onEvent: SerfEventListener;
}

/** The way of an event: into the snapshot; internal queries go no further; gathered in bursts if configured; to the owner. */
export class EventPipeline {
  readonly #options: EventPipelineOptions;
  readonly #coalescers: Coalescer[] = [];
  readonly #deliver: SerfEventListener;

  constructor(options: EventPipelineOptions) {
    this.#options = options;
    const { config, clock, onEvent } = options;
    let next = onEvent;
    const gather = (
      coalescePeriodMs: number,
      quiescentPeriodMs: number,
      gatherer: ConstructorParameters<typeof Coalescer>[2],
    ): void => {
      if (coalescePeriodMs <= 0 || quiescentPeriodMs <= 0) return;
      const periods = { coalescePeriodMs, quiescentPeriodMs };
      const coalescer = new Coalescer(clock, periods, gatherer, next);
      this.#coalescers.unshift(coalescer);
      next = (event) => coalescer.push(event);
    };
    gather(config.coalescePeriodMs, config.quiescentPeriodMs, new MemberEventGatherer());
    gather(config.userCoalescePeriodMs, config.userQuiescentPeriodMs, new UserEventGatherer());
    this.#deliver = next;
  }

  push(event: SerfEvent): void {
    this.#options.record(event);
    if (event.kind === 'query' && isInternal(event.query.name)) {
      this.#options.onInternalQuery(event.query);
    } else {
      this.#deliver(event);
    }
  }

  /** Delivers what is gathered, and leaves no timer behind. */
  stop(): void {
    for (const coalescer of this.#coalescers) coalescer.flush();
  }
}
