/**
 * A small model of sessions and locks: maps in memory, written from Consul's documentation alone. Tests play the same
 * commands against it and against the tables.
 */
export interface ModelSession {
  node: string;
  behavior: 'release' | 'delete';
  lockDelayMs: number;
  /** 0 for none. */
  ttlMs: number;
  /** When it was made or last renewed. */
  renewedAt: number;
}

export interface ModelKey {
  value: string;
  /** '' while nobody holds it. */
  session: string;
  lockIndex: number;
}

export class SessionModel {
  readonly sessions = new Map<string, ModelSession>();
  readonly keys = new Map<string, ModelKey>();
  readonly #delays = new Map<string, number>();

  create(id: string, session: ModelSession): void {
    this.sessions.set(id, session);
  }

  destroy(id: string, now: number): void {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    this.sessions.delete(id);
    for (const [key, entry] of this.keys) {
      if (entry.session !== id) continue;
      if (session.behavior === 'delete') this.keys.delete(key);
      else entry.session = '';
      if (session.lockDelayMs > 0) this.#delays.set(key, now + session.lockDelayMs);
    }
  }

  destroyWhere(matches: (session: ModelSession) => boolean, now: number): void {
    for (const [id, session] of this.sessions) if (matches(session)) this.destroy(id, now);
  }

  renew(id: string, now: number): boolean {
    const session = this.sessions.get(id);
    if (session !== undefined) session.renewedAt = now;
    return session !== undefined;
  }

  /** @returns null when the session does not exist */
  lock(key: string, value: string, id: string, now: number): boolean | null {
    // Under a lock-delay even an unknown session is merely refused.
    if ((this.#delays.get(key) ?? 0) > now) return false;
    if (!this.sessions.has(id)) return null;
    const holder = this.keys.get(key)?.session ?? '';
    if (holder !== '' && holder !== id) return false;
    const lockIndex = (this.keys.get(key)?.lockIndex ?? 0) + (holder === id ? 0 : 1);
    this.keys.set(key, { value, session: id, lockIndex });
    return true;
  }

  unlock(key: string, value: string, id: string): boolean {
    const entry = this.keys.get(key);
    if (entry?.session !== id) return false;
    this.keys.set(key, { ...entry, value, session: '' });
    return true;
  }

  /** The lock stays, but its count starts anew. */
  set(key: string, value: string): void {
    this.keys.set(key, { value, session: this.keys.get(key)?.session ?? '', lockIndex: 0 });
  }

  delete(key: string): void {
    this.keys.delete(key);
  }
}
