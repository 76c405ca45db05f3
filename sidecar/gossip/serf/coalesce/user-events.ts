import type { SerfEvent, UserEvent } from '../events.ts';
import type { Gatherer } from './coalescer.ts';

/** Of the events with one name only those of the latest Lamport time: "deploy" ten times in a second is one deploy. */
export class UserEventGatherer implements Gatherer {
  readonly #latest = new Map<string, UserEvent[]>();

  takes(event: SerfEvent): boolean {
    return event.kind === 'user' && event.coalesce;
  }

  add(event: SerfEvent): void {
    if (event.kind !== 'user') return;
    const known = this.#latest.get(event.name) ?? [];
    const newest = known[0]?.lTime ?? -1;
    if (event.lTime > newest) this.#latest.set(event.name, [event]);
    else if (event.lTime === newest) known.push(event);
  }

  drain(): UserEvent[] {
    const events = [...this.#latest.values()].flat();
    this.#latest.clear();
    return events;
  }
}
