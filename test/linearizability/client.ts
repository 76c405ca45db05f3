/** One client: asks for one thing after the other and writes down what it was told. */
import type { Entry, History, Operation, Outcome } from './history.ts';
import { type Fate, type Target, callHTTP } from './http-call.ts';
import { type ReadStyle, decode, encode, sessionID } from './operations.ts';
import type { Random } from './random.ts';

/** What the checker's groups have. */
const KEYS = ['a', 'b', 'c', 'd'];
/** Shorter than the seven seconds for which a sidecar holds calls: some outcomes are to stay unknown. */
const CLIENT_LIMIT_MS = 2_500;
const MAX_PAUSE_MS = 12;

const MIX = {
  get: 22,
  watch: 6,
  list: 7,
  set: 14,
  cas: 18,
  delete: 5,
  'delete-cas': 4,
  'delete-tree': 1,
  txn: 13,
  lock: 7,
  unlock: 5,
  'end-session': 2,
};
const TXN_MIX = {
  set: 30,
  cas: 12,
  get: 15,
  delete: 8,
  'delete-cas': 5,
  'check-index': 8,
  'check-not-exists': 6,
  'check-session': 4,
  lock: 7,
  unlock: 5,
};

/** A prefix with a few keys, used for about a second: what stays unknown then burdens its own group only. */
export interface Group {
  readonly name: string;
  readonly prefix: string;
}

export class Client {
  readonly #id: number;
  readonly #random: Random;
  readonly #history: History;
  readonly #targets: () => readonly Target[];
  #group: Group | undefined;
  #session = '';
  /** What this client was last told of each key. */
  #known = new Map<string, Entry | null>();
  #values = 0;

  /** @param targets one of those that it gives is chosen for each operation */
  constructor(id: number, random: Random, history: History, targets: () => readonly Target[]) {
    this.#id = id;
    this.#random = random;
    this.#history = history;
    this.#targets = targets;
  }

  /** Works on the group of the moment until `done`. */
  async run(groupNow: () => Group, done: () => boolean): Promise<void> {
    while (!done()) {
      await this.#enter(groupNow());
      await this.#step();
      await new Promise((resolve) => setTimeout(resolve, this.#random.integer(0, MAX_PAUSE_MS)));
    }
  }

  async #enter(group: Group): Promise<void> {
    if (this.#group?.name !== group.name) {
      this.#group = group;
      this.#session = '';
      this.#known = new Map();
    }
    if (this.#session === '') await this.#openSession();
  }

  /** Without an answer there is no id, so nobody can use the session: nothing is to be written down then. */
  async #openSession(): Promise<void> {
    const behavior = this.#random.pick(['release', 'release', 'delete']);
    const call = this.#history.now();
    const fate = await this.#send({ kind: 'session-create', behavior });
    if (typeof fate === 'string' || fate.status !== 200) return;
    this.#session = sessionID(fate);
    this.#write({ kind: 'session-create', session: this.#session, behavior }, call, { ok: true });
  }

  async #step(): Promise<void> {
    const kind = this.#random.weighted(MIX);
    if (kind === 'list' || kind === 'delete-tree') return this.#perform({ kind });
    if (kind === 'txn') return this.#perform({ kind, ops: this.#transaction() });
    if (kind === 'end-session') return this.#endSession();
    if (kind !== 'watch') return this.#perform(this.#keyOperation(kind));
    const key = this.#random.pick(KEYS);
    const index = this.#known.get(key)?.index ?? 1;
    await this.#perform({ kind: 'get', key }, { index, waitMs: this.#random.integer(10, 300) });
  }

  #transaction(): Operation[] {
    const length = this.#random.integer(1, 4);
    return Array.from({ length }, () => this.#keyOperation(this.#random.weighted(TXN_MIX)));
  }

  #keyOperation(kind: string): Operation {
    const key = this.#random.pick(KEYS);
    const index = this.#random.next() < 0.1 ? 0 : (this.#known.get(key)?.index ?? 0);
    switch (kind) {
      case 'set':
        return { kind, key, value: this.#value() };
      case 'cas':
        return { kind, key, value: this.#value(), index };
      case 'delete-cas':
      case 'check-index':
        return { kind, key, index };
      case 'check-session':
        return { kind, key, session: this.#known.get(key)?.session ?? '' };
      case 'lock':
      case 'unlock':
        if (this.#session === '') return { kind: 'get', key };
        return { kind, key, value: this.#value(), session: this.#session };
      default:
        return { kind, key };
    }
  }

  async #endSession(): Promise<void> {
    if (this.#session === '') return;
    await this.#perform({ kind: 'session-destroy', session: this.#session });
    // Now and then it goes on with the dead session, which must be refused.
    if (this.#random.next() < 0.7) this.#session = '';
  }

  async #perform(op: Operation, style?: ReadStyle): Promise<void> {
    const call = this.#history.now();
    const consistent = this.#random.next() < 0.3;
    const fate = await this.#send(op, style ?? { consistent });
    if (fate === 'unsent') return;
    const out = fate === 'unknown' ? null : decode(op, this.#group!.prefix, fate);
    this.#write(op, call, out);
    if (out !== null) this.#learn(op, out);
  }

  #send(op: Operation, style?: ReadStyle): Promise<Fate> {
    const target = this.#random.pick(this.#targets());
    return callHTTP(target, encode(op, this.#group!.prefix, style), CLIENT_LIMIT_MS);
  }

  #write(op: Operation, call: number, out: Outcome | null): void {
    const at = out === null ? null : this.#history.now();
    this.#history.add({
      client: this.#id,
      group: this.#group!.name,
      call,
      return: at,
      op,
      out,
    });
  }

  #learn(op: Operation, out: Outcome): void {
    if (out.entry !== undefined) this.#known.set(op.key!, out.entry);
    for (const key of out.entries === undefined ? [] : KEYS)
      this.#known.set(key, out.entries?.[key] ?? null);
    for (const { key, entry } of out.results ?? []) this.#known.set(key, entry);
  }

  /** No two writes ever store the same text. */
  #value(): string {
    return `${this.#id}-${this.#values++}`;
  }
}
