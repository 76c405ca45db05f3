/**
 * A small model of KV, sessions and transactions: maps in memory, written from Consul's documentation alone. Tests play
 * the same commands against it and against a datacenter.
 */
export interface ModelEntry {
  value: string;
  flags: number;
  session: string;
  lockIndex: number;
  createIndex: number;
  modifyIndex: number;
}

/** One operation; those of a transaction are the same. */
export interface KVCommand {
  readonly verb:
    | 'set'
    | 'cas'
    | 'lock'
    | 'unlock'
    | 'delete'
    | 'delete-cas'
    | 'delete-tree'
    | 'get'
    | 'check-index'
    | 'check-session'
    | 'check-not-exists';
  readonly key: string;
  readonly value: string;
  readonly flags: number;
  readonly index: number;
  readonly session: string;
}

/** `refused` is the answer `false`, or a failed operation of a transaction; `error` a request that is wrong in itself. */
export type Outcome = 'done' | 'refused' | 'error';

export class KVModel {
  /** As a datacenter starts. */
  index = 1;
  readonly entries = new Map<string, ModelEntry>();
  readonly sessions = new Map<string, { readonly behavior: string }>();
  /** When a key that is absent was deleted last. */
  readonly deletions = new Map<string, { readonly index: number; readonly at: number }>();
  #changed = false;

  /** A write of its own: it takes an index if it changes something. */
  apply(command: KVCommand, now: number): Outcome {
    return this.#write(() => this.#run(command, now));
  }

  /** @returns positions of the operations that failed; then nothing has changed */
  transact(commands: readonly KVCommand[], now: number): number[] {
    const saved = structuredClone({ entries: this.entries, deletions: this.deletions });
    return this.#write(() => {
      const failed = commands.flatMap((command, at) =>
        this.#run(command, now) === 'done' ? [] : [at],
      );
      if (failed.length === 0) return failed;
      this.#changed = false;
      replace(this.entries, saved.entries);
      replace(this.deletions, saved.deletions);
      return failed;
    });
  }

  createSession(id: string, behavior: string): void {
    this.sessions.set(id, { behavior });
    this.index++;
  }

  destroySession(id: string, now: number): void {
    const session = this.sessions.get(id);
    if (session === undefined) return;
    this.index++;
    this.sessions.delete(id);
    for (const [key, entry] of this.entries) {
      if (entry.session !== id) continue;
      if (session.behavior === 'delete') this.#delete(key, now, this.index);
      else this.entries.set(key, { ...entry, session: '', modifyIndex: this.index });
    }
  }

  under(prefix: string): [string, ModelEntry][] {
    return [...this.entries]
      .filter(([key]) => key.startsWith(prefix))
      .toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  }

  #write<T>(work: () => T): T {
    this.#changed = false;
    this.index++;
    const result = work();
    if (!this.#changed) this.index--;
    return result;
  }

  #run(command: KVCommand, now: number): Outcome {
    const { verb, key, index, session } = command;
    const entry = this.entries.get(key);
    switch (verb) {
      case 'set':
        return this.#put(command, entry?.session ?? '', 0);
      case 'cas':
        if ((entry?.modifyIndex ?? 0) !== index) return 'refused';
        return this.#put(command, entry?.session ?? '', 0);
      case 'lock':
        if (!this.sessions.has(session)) return 'error';
        if (entry !== undefined && entry.session !== '' && entry.session !== session)
          return 'refused';
        return this.#put(
          command,
          session,
          (entry?.lockIndex ?? 0) + (entry?.session === session ? 0 : 1),
        );
      case 'unlock':
        if (session === '') return 'error';
        if (entry?.session !== session) return 'refused';
        return this.#put(command, '', entry.lockIndex);
      case 'delete':
        this.#delete(key, now, this.index);
        return 'done';
      case 'delete-cas':
        if (entry !== undefined && entry.modifyIndex !== index) return 'refused';
        this.#delete(key, now, this.index);
        return 'done';
      case 'delete-tree':
        for (const [each] of this.under(key)) this.#delete(each, now, this.index);
        return 'done';
      default:
        return this.#check(command, entry) ? 'done' : 'refused';
    }
  }

  #check({ verb, index, session }: KVCommand, entry: ModelEntry | undefined): boolean {
    switch (verb) {
      case 'check-not-exists':
        return entry === undefined;
      case 'check-index':
        return entry !== undefined && entry.modifyIndex === index;
      case 'check-session':
        return entry !== undefined && entry.session === session;
      default:
        return entry !== undefined;
    }
  }

  #put({ key, value, flags }: KVCommand, session: string, lockIndex: number): Outcome {
    const old = this.entries.get(key);
    const isEqual =
      old?.value === value &&
      old.flags === flags &&
      old.session === session &&
      old.lockIndex === lockIndex;
    if (isEqual) return 'done';
    const createIndex = old?.createIndex ?? this.index;
    const modifyIndex = this.index;
    this.entries.set(key, { value, flags, session, lockIndex, createIndex, modifyIndex });
    this.#changed = true;
    return 'done';
  }

  #delete(key: string, now: number, index: number): void {
    if (!this.entries.delete(key)) return;
    this.deletions.set(key, { index, at: now });
    this.#changed = true;
  }
}

function replace<K, V>(map: Map<K, V>, by: ReadonlyMap<K, V>): void {
  map.clear();
  for (const [key, value] of by) map.set(key, value);
}
