import type { MemberEvent, MemberEventKind, SerfEvent } from '../events.ts';
import type { Member } from '../member.ts';
import type { Gatherer } from './coalescer.ts';

/**
 * One event of each kind with all its members; of a member only the last kind counts, and not if it is what was told of it
 * before: who failed and came back within the period is not spoken of. Updates are always told.
 */
export class MemberEventGatherer implements Gatherer {
  readonly #latest = new Map<string, { kind: MemberEventKind; member: Member }>();
  readonly #told = new Map<string, MemberEventKind>();

  takes(event: SerfEvent): boolean {
    return event.kind !== 'user' && event.kind !== 'query';
  }

  add(event: SerfEvent): void {
    if (event.kind === 'user' || event.kind === 'query') return;
    for (const member of event.members) {
      this.#latest.set(member.name, { kind: event.kind, member });
    }
  }

  drain(): MemberEvent[] {
    const byKind = new Map<MemberEventKind, Member[]>();
    for (const [name, { kind, member }] of this.#latest) {
      if (this.#told.get(name) === kind && kind !== 'member-update') continue;
      // Whoever is erased is forgotten here too, so this map is never larger than the pool.
      if (kind === 'member-reap') this.#told.delete(name);
      else this.#told.set(name, kind);
      byKind.set(kind, [...(byKind.get(kind) ?? []), member]);
    }
    this.#latest.clear();
    return [...byKind].map(([kind, members]) => ({ kind, members }));
  }
}
