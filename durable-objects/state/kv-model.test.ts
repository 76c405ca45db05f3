/**
 * Random commands against a datacenter and a model of it: keys, locks, sessions, transactions, and the rules by which a
 * query's index moves, over evictions and over the hours after which deletions are forgotten.
 */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TOMBSTONE_TTL_MS } from '../../protocol/limits.ts';
import type { Reply } from '../../protocol/frames.ts';
import type { KVPair } from '../../protocol/types/kv.ts';
import type { TxnKVOp } from '../../protocol/types/txn.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';
import { type KVCommand, KVModel, type Outcome } from '../testing/kv-model.ts';

/** Together 10,000 commands; a run is long enough for several steps of reaping. */
const RUNS = 5;
const COMMANDS = 2_000;

const KEYS = ['a', 'a/b', 'a/b/c', 'ab', 'b', '\u00e7', '\u{1f511}', ' '];
const PREFIXES = ['', 'a', 'a/', 'a/b', 'b', 'none', '\u{1f511}'];
const NODE = 'n1';
const SESSIONS = 3;
/** Keys and prefixes that are compared after each step. */
const LOOKS = 3;

const key = fc.constantFrom(...KEYS);
/** Filled in when it is played: an index or a session that was true a while ago, or never. */
const recency = fc.constantFrom('present', 'past', 'never');
const command = fc.record({
  verb: fc.constantFrom<KVCommand['verb']>(
    'set',
    'set',
    'cas',
    'cas',
    'lock',
    'unlock',
    'delete',
    'delete-cas',
  ),
  key,
  value: fc.constantFrom('', 'eA==', 'eQ=='),
  flags: fc.constantFrom(0, 42),
  index: recency,
  session: fc.nat(SESSIONS),
});
const txnCommand = fc.record({
  key,
  value: fc.constantFrom('eA==', 'eQ=='),
  flags: fc.constant(0),
  index: recency,
  session: fc.nat(SESSIONS),
  verb: fc.constantFrom<KVCommand['verb']>(
    'set',
    'cas',
    'lock',
    'unlock',
    'delete',
    'delete-cas',
    'delete-tree',
    'get',
    'check-index',
    'check-session',
    'check-not-exists',
  ),
});
type Draft = typeof command extends fc.Arbitrary<infer T> ? T : never;

const step = fc.oneof(
  { weight: 60, arbitrary: fc.record({ do: fc.constant('write' as const), draft: command }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant('tree' as const),
      prefix: fc.constantFrom('a/', 'b', 'none'),
    }),
  },
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('txn' as const),
      drafts: fc.array(txnCommand, { minLength: 1, maxLength: 4 }),
    }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('create' as const),
      slot: fc.nat(SESSIONS),
      behavior: fc.constantFrom('release', 'delete'),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('destroy' as const), slot: fc.nat(SESSIONS) }),
  },
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('pass' as const),
      ms: fc.constantFrom(1, 60_000, TOMBSTONE_TTL_MS / 4, TOMBSTONE_TTL_MS, 2 * TOMBSTONE_TTL_MS),
    }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('evict' as const) }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

class Pair {
  readonly datacenter = new DatacenterFixture();
  readonly model = new KVModel();
  #turn = 0;
  readonly #ids: string[] = Array.from({ length: SESSIONS + 1 }, () => '');

  constructor() {
    this.datacenter.register({ Node: NODE, Address: '192.0.2.1' });
    this.model.index = this.datacenter.lastIndex;
  }

  play(now: Step): void {
    const { datacenter, model } = this;
    switch (now.do) {
      case 'write':
        this.#write(this.#fill(now.draft));
        break;
      case 'tree':
        this.#write({
          verb: 'delete-tree',
          key: now.prefix,
          value: '',
          flags: 0,
          index: 0,
          session: '',
        });
        break;
      case 'txn':
        this.#transact(now.drafts.map((draft) => this.#fill(draft)));
        break;
      case 'create': {
        const args = { Node: NODE, LockDelayMs: 0, Behavior: now.behavior };
        this.#ids[now.slot] = datacenter.write('session.create', args).ID;
        model.createSession(this.#ids[now.slot]!, now.behavior);
        break;
      }
      case 'destroy':
        datacenter.write('session.destroy', { id: this.#ids[now.slot]! });
        model.destroySession(this.#ids[now.slot]!, datacenter.now);
        break;
      case 'pass':
        datacenter.now += now.ms;
        return;
      case 'evict':
        datacenter.evict();
        break;
    }
    same(datacenter.lastIndex, model.index);
    // A few each time, by turns, so that each is looked at after every kind of step.
    const turn = this.#turn++;
    for (let at = 0; at < LOOKS; at++) {
      this.#expectKey(KEYS[(turn + at * 3) % KEYS.length]!);
      this.#expectPrefix(PREFIXES[(turn + at * 3) % PREFIXES.length]!);
    }
    this.#expectLocks();
  }

  #fill({ verb, key: name, value, flags, index, session }: Draft): KVCommand {
    const present = this.model.entries.get(name)?.modifyIndex ?? 0;
    const indexes = { present, past: Math.max(0, present - 1), never: 0 };
    return {
      verb,
      key: name,
      value,
      flags,
      index: indexes[index as keyof typeof indexes],
      session: this.#ids[session]!,
    };
  }

  #write(now: KVCommand): void {
    const { datacenter, model } = this;
    const before = model.index;
    const expected = model.apply(now, datacenter.now);
    const reply = this.#call('kv.apply', now);
    same(outcomeOf(reply), expected);
    if (reply.code === undefined) same(reply.index, model.index);
    expect(model.index - before).toBeLessThanOrEqual(1);
  }

  #transact(commands: readonly KVCommand[]): void {
    const failed = this.model.transact(commands, this.datacenter.now);
    const ops = commands.map((one) => ({ KV: toOperation(one) }));
    const isRead = commands.every(({ verb }) => verb === 'get' || verb.startsWith('check-'));
    const reply = this.#call(isRead ? 'txn.read' : 'txn.apply', { ops });
    same(reply.code, failed.length === 0 ? undefined : 'conflict');
    const { Errors } = JSON.parse(reply.body) as { Errors: { OpIndex: number }[] | null };
    same(
      (Errors ?? []).map(({ OpIndex }) => OpIndex),
      failed,
    );
  }

  #call(method: string, args: unknown): Reply {
    return this.datacenter.state.callAlone({ method, args, token: '', actor: 'test' });
  }

  #expectKey(name: string): void {
    const { index, body } = this.#call('kv.get', { key: name });
    const entry = this.model.entries.get(name);
    same(body === '' ? [] : JSON.parse(body), entry === undefined ? [] : [toPair(name, entry)]);
    if (entry === undefined) this.#expectAbsent(index, this.#deletionsUnder(name, name));
    else same(index, entry.modifyIndex);
  }

  #expectPrefix(prefix: string): void {
    const { index, body } = this.#call('kv.list', { prefix });
    const found = this.model.under(prefix);
    same(
      body === '' ? [] : JSON.parse(body),
      found.map(([name, entry]) => toPair(name, entry)),
    );
    const deletions = this.#deletionsUnder(prefix);
    if (found.length === 0) this.#expectAbsent(index, deletions);
    else {
      // Deletions count for an hour, beside the keys that are there.
      const rows = Math.max(...found.map(([, { modifyIndex }]) => modifyIndex));
      const young = Math.max(
        0,
        ...deletions.filter((one) => this.#isYoung(one)).map((one) => one.index),
      );
      atLeast(index, Math.max(rows, young));
      expect([rows, ...deletions.map((one) => one.index)]).toContain(index);
    }
    const keys = this.#call('kv.keys', { prefix, separator: '' });
    same(keys.index, index);
    same(
      keys.body === '' ? [] : JSON.parse(keys.body),
      found.map(([name]) => name),
    );
  }

  #deletionsUnder(prefix: string, exactly?: string) {
    return [...this.model.deletions]
      .filter(([name]) => !this.model.entries.has(name))
      .filter(([name]) => (exactly === undefined ? name.startsWith(prefix) : name === exactly))
      .map(([, deletion]) => deletion);
  }

  #isYoung({ at }: { at: number }): boolean {
    return this.datacenter.now - at < TOMBSTONE_TTL_MS;
  }

  /** Its last deletion while that is young; later that, or a floor above it: whoever knows less is never left waiting. */
  #expectAbsent(index: number, deletions: { index: number; at: number }[]): void {
    const last = deletions.toSorted((a, b) => b.index - a.index)[0];
    if (last === undefined) expect(index).toBeLessThanOrEqual(this.model.index);
    else if (this.#isYoung(last)) same(index, last.index);
    else atLeast(index, last.index);
    atLeast(index, 1);
  }

  /** The same fact stands twice: in the key and in its session's list. */
  #expectLocks(): void {
    const { database } = this.datacenter.storage;
    const held = database.prepare('SELECT session, key FROM session_locks ORDER BY key').all();
    const rows = database
      .prepare("SELECT session, key FROM kv WHERE session <> '' ORDER BY key")
      .all();
    same(held, rows);
  }
}

function outcomeOf({ code, body }: Reply): Outcome {
  if (code !== undefined) return 'error';
  return body === 'true' ? 'done' : 'refused';
}

function toOperation({ verb, key: name, value, flags, index, session }: KVCommand): TxnKVOp {
  return { Verb: verb, Key: name, Value: value, Flags: flags, Index: index, Session: session };
}

function toPair(name: string, entry: NonNullable<ReturnType<KVModel['entries']['get']>>): KVPair {
  return {
    LockIndex: entry.lockIndex,
    Key: name,
    Flags: entry.flags,
    Value: entry.value === '' ? null : entry.value,
    ...(entry.session !== '' && { Session: entry.session }),
    CreateIndex: entry.createIndex,
    ModifyIndex: entry.modifyIndex,
  };
}

/** As expect().toEqual(), which alone would take most of the time. */
function same(actual: unknown, expected: unknown): void {
  if (JSON.stringify(actual) !== JSON.stringify(expected)) expect(actual).toEqual(expected);
}

function atLeast(actual: number, least: number): void {
  if (!(actual >= least)) expect(actual).toBeGreaterThanOrEqual(least);
}

describe('KV, sessions and indexes', () => {
  it(`do what the model does over ${RUNS * COMMANDS} commands`, () => {
    const steps = fc.array(step, { minLength: COMMANDS, maxLength: COMMANDS });
    fc.assert(
      fc.property(steps, (script) => {
        const pair = new Pair();
        for (const each of script) pair.play(each);
        pair.datacenter.storage.database.close();
      }),
      { numRuns: RUNS, endOnFailure: true },
    );
  }, 120_000);
});
