import fc from 'fast-check';
import { NO_TIMERS } from '../testing/no-timers.ts';
import { describe, expect, it } from 'vitest';
import { Alarms } from '../alarms.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import { RecordingPublisher } from '../testing/recording-publisher.ts';
import { insertCheck, insertNode } from '../testing/session-fixtures.ts';
import { SessionModel } from '../testing/session-model.ts';
import { type WriteTxn, Writer } from '../writer.ts';
import { lockKeyTxn, unlockKeyTxn } from './kv-lock.ts';
import { deleteKeyTxn, setKeyTxn } from './kv-write.ts';
import { checkChangedTxn, expireSessionTxn, nodeRemovedTxn } from './session-invalidation.ts';
import { renewSessionTxn } from './session-ttl.ts';
import { createSessionTxn, destroySessionTxn } from './sessions.ts';

const NODES = ['n1', 'n2'];
const KEYS = ['a', 'a/b', 'c'];
const IDS = ['s1', 's2', 's3', 's4'];
const TTL_MS = 10_000;

const node = fc.constantFrom(...NODES);
const key = fc.constantFrom(...KEYS);
const id = fc.constantFrom(...IDS);
const value = fc.constantFrom('eA==', 'eQ==');

const command = fc.oneof(
  fc.record({
    do: fc.constant('create' as const),
    id,
    node,
    behavior: fc.constantFrom('release' as const, 'delete' as const),
    lockDelayMs: fc.constantFrom(0, 5000, 15_000),
    ttlMs: fc.constantFrom(0, TTL_MS),
  }),
  fc.record({ do: fc.constantFrom('lock' as const, 'unlock' as const), key, value, id }),
  fc.record({ do: fc.constant('set' as const), key, value }),
  fc.record({ do: fc.constant('delete' as const), key }),
  fc.record({ do: fc.constantFrom('destroy' as const, 'renew' as const), id }),
  fc.record({ do: fc.constantFrom('critical' as const, 'gone' as const), node }),
  fc.record({ do: fc.constant('pass' as const), ms: fc.integer({ min: 1, max: 12_000 }) }),
);
type Command = typeof command extends fc.Arbitrary<infer C> ? C : never;

/** The tables under test beside the model, on one clock. */
class Pair {
  readonly storage = createNodeStorage();
  readonly publisher = new RecordingPublisher();
  readonly model = new SessionModel();
  now = 1_000_000;
  readonly writer = new Writer(this.storage, this.publisher, () => this.now);
  readonly #alarm = { at: null as number | null };
  readonly #alarms = new Alarms(
    {
      context: { sql: this.storage.sql, now: () => this.now },
      writer: this.writer,
      batch: (work) => this.writer.batch(work),
    },
    {
      getAlarm: () => Promise.resolve(this.#alarm.at),
      setAlarm: (at) => {
        this.#alarm.at = at;
      },
    },
    {
      ...NO_TIMERS,
      'session-ttl': expireSessionTxn,
    },
  );

  constructor() {
    for (const name of NODES) {
      insertNode(this.storage.sql, name);
      insertCheck(this.storage.sql, name, 'alive', 'passing');
    }
  }

  async play(step: Command): Promise<void> {
    const before = this.tables();
    const { lastIndex } = this.writer;
    await this.#apply(step);
    await this.#alarms.arm();
    const after = this.tables();
    this.#expectSameAsModel(after);
    this.#expectExactWakes(before, after, lastIndex);
  }

  async #apply(step: Command): Promise<void> {
    const { model, now } = this;
    switch (step.do) {
      case 'create':
        if (model.sessions.has(step.id)) return;
        model.create(step.id, { ...step, renewedAt: now });
        this.#write((tx) => createSessionTxn(tx, toNewSession(step)));
        return;
      case 'lock': {
        const expected = model.lock(step.key, step.value, step.id, now);
        expect(this.#attempt((tx) => lockKeyTxn(tx, toEntry(step), step.id) !== null)).toBe(
          expected,
        );
        return;
      }
      case 'unlock': {
        const expected = model.unlock(step.key, step.value, step.id);
        expect(this.#attempt((tx) => unlockKeyTxn(tx, toEntry(step), step.id) !== null)).toBe(
          expected,
        );
        return;
      }
      case 'set':
        model.set(step.key, step.value);
        this.#write((tx) => setKeyTxn(tx, toEntry(step)));
        return;
      case 'delete':
        model.delete(step.key);
        this.#write((tx) => deleteKeyTxn(tx, step.key));
        return;
      case 'destroy':
        model.destroy(step.id, now);
        this.#write((tx) => destroySessionTxn(tx, step.id));
        return;
      case 'renew':
        expect(this.#attempt((tx) => renewSessionTxn(tx, step.id).id === step.id)).toBe(
          model.renew(step.id, now) || null,
        );
        return;
      case 'critical':
      case 'gone':
        model.destroyWhere((session) => session.node === step.node, now);
        this.#write((tx) => {
          if (step.do === 'critical') checkChangedTxn(tx, step.node, 'alive', 'critical');
          else nodeRemovedTxn(tx, step.node);
        });
        return;
      case 'pass':
        await this.#pass(step.ms);
    }
  }

  /** The clock goes on, and the alarm goes off when its time has come. */
  async #pass(ms: number): Promise<void> {
    const end = this.now + ms;
    while (this.#alarm.at !== null && this.#alarm.at <= end) {
      this.now = Math.max(this.now, this.#alarm.at);
      this.#alarm.at = null;
      const known = new Set(this.model.sessions.keys());
      await this.#alarms.run();
      for (const gone of known) if (!this.sessionIDs().includes(gone)) this.#expectExpiry(gone);
    }
    this.now = end;
    for (const session of this.model.sessions.values()) {
      if (session.ttlMs > 0) expect(this.now).toBeLessThan(session.renewedAt + 2 * session.ttlMs);
    }
  }

  /** Between one and two TTLs after the last renewal, and only with a TTL. */
  #expectExpiry(gone: string): void {
    const { ttlMs, renewedAt } = this.model.sessions.get(gone)!;
    expect(ttlMs).toBeGreaterThan(0);
    expect(this.now).toBeGreaterThanOrEqual(renewedAt + ttlMs);
    expect(this.now).toBeLessThanOrEqual(renewedAt + 2 * ttlMs);
    this.model.destroy(gone, this.now);
  }

  #write<T>(work: (tx: WriteTxn) => T): T {
    return this.writer.apply('test', work).value;
  }

  /** @returns null when it is refused with an error */
  #attempt(work: (tx: WriteTxn) => boolean): boolean | null {
    try {
      return this.#write(work);
    } catch {
      return null;
    }
  }

  sessionIDs(): string[] {
    return this.#column('SELECT id AS text FROM sessions ORDER BY id');
  }

  #column(query: string): string[] {
    return this.storage.sql
      .exec<{ text: string }>(query)
      .toArray()
      .map(({ text }) => text);
  }

  tables() {
    return {
      sessions: this.sessionIDs(),
      keys: this.#column(
        "SELECT key || ' ' || value || ' ' || lock_index || ' ' || session AS text FROM kv ORDER BY key",
      ),
      locks: this.#column("SELECT key || ' ' || session AS text FROM session_locks ORDER BY 1"),
      timers: this.#column('SELECT id AS text FROM timers ORDER BY id'),
      checks: this.#column('SELECT session AS text FROM session_checks ORDER BY session'),
    };
  }

  #expectSameAsModel(tables: ReturnType<Pair['tables']>): void {
    const sessions = [...this.model.sessions].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const keys = [...this.model.keys].toSorted(([a], [b]) => (a < b ? -1 : 1));
    const held = keys.filter(([, entry]) => entry.session !== '');
    expect(tables).toEqual({
      sessions: sessions.map(([name]) => name),
      keys: keys.map(
        ([name, { value: text, lockIndex, session }]) => `${name} ${text} ${lockIndex} ${session}`,
      ),
      locks: held.map(([name, entry]) => `${name} ${entry.session}`).toSorted(),
      timers: sessions.filter(([, { ttlMs }]) => ttlMs > 0).map(([name]) => name),
      checks: sessions.map(([name]) => name),
    });
  }

  /** Whoever watches a key or a session wakes when that very thing changed, and at no other time. */
  #expectExactWakes(
    before: ReturnType<Pair['tables']>,
    after: ReturnType<Pair['tables']>,
    lastIndex: number,
  ): void {
    const touched = this.publisher.take();
    const changedKeys = differing(before.keys, after.keys).map((text) => text.split(' ')[0]!);
    const wokenKeys = touched
      .filter((topic) => topic.startsWith('kv/'))
      .map((topic) => topic.slice(3));
    expect(new Set(wokenKeys)).toEqual(new Set(changedKeys));
    const ended = before.sessions.filter((name) => !after.sessions.includes(name));
    const wokenSessions = touched.filter((topic) => topic.startsWith('session/'));
    expect(new Set(wokenSessions)).toEqual(new Set(ended.map((name) => `session/${name}`)));
    expect(this.writer.lastIndex > lastIndex).toBe(touched.length > 0);
  }
}

function differing(before: readonly string[], after: readonly string[]): string[] {
  return [
    ...before.filter((text) => !after.includes(text)),
    ...after.filter((text) => !before.includes(text)),
  ];
}

function toEntry({ key: name, value: text }: { key: string; value: string }) {
  return { key: name, value: text, flags: '0' };
}

function toNewSession(step: Extract<Command, { do: 'create' }>) {
  return {
    id: step.id,
    name: '',
    node: step.node,
    node_name: step.node,
    lock_delay_ms: step.lockDelayMs,
    behavior: step.behavior,
    ttl: '10s',
    ttl_ms: step.ttlMs,
    node_checks: '["alive"]',
    service_checks: null,
    checkIDs: ['alive'],
  };
}

describe('sessions and locks', () => {
  it('do what the model does, whatever the order of events', async () => {
    const sequences = fc.array(command, { minLength: 20, maxLength: 60 });
    await fc.assert(
      fc.asyncProperty(sequences, async (steps) => {
        const pair = new Pair();
        for (const step of steps) await pair.play(step);
        pair.storage.database.close();
      }),
      { numRuns: 60 },
    );
  });
});
