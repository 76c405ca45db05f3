import type { LamportTime } from './lamport-clock.ts';
import { MAX_RECENT_INTENTS } from './limits.ts';

export type IntentKind = 'join' | 'leave';

export interface Intent {
  readonly kind: IntentKind;
  readonly lTime: LamportTime;
  readonly seenAtMs: number;
}

/**
 * Intents of nodes that are not members yet: gossip may bring "X leaves" before "X is alive". One for each name, the newest.
 */
export class RecentIntents {
  readonly #byName = new Map<string, Intent>();

  get size(): number {
    return this.#byName.size;
  }

  /** @returns whether it was news, which is then worth telling the others */
  upsert(name: string, kind: IntentKind, lTime: LamportTime, nowMs: number): boolean {
    const known = this.#byName.get(name);
    if (known !== undefined && lTime <= known.lTime) return false;
    // Taken out first, so that the map's order stays that of the times seen and the oldest is the first.
    this.#byName.delete(name);
    this.#byName.set(name, { kind, lTime, seenAtMs: nowMs });
    if (this.#byName.size > MAX_RECENT_INTENTS) this.#dropOldest();
    return true;
  }

  of(name: string): Intent | undefined {
    return this.#byName.get(name);
  }

  reap(nowMs: number, timeoutMs: number): void {
    for (const [name, intent] of this.#byName) {
      if (nowMs - intent.seenAtMs <= timeoutMs) return;
      this.#byName.delete(name);
    }
  }

  #dropOldest(): void {
    const { value } = this.#byName.keys().next();
    if (value !== undefined) this.#byName.delete(value);
  }
}
