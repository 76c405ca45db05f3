import { beforeEach, describe, expect, it } from 'vitest';
import { NO_TIMERS } from '../testing/no-timers.ts';
import { KV_TTL_MAX_MS, KV_TTL_MIN_MS } from '../../protocol/limits.ts';
import type { KVWriteArgs } from '../../protocol/methods.ts';
import { Alarms } from '../alarms.ts';
import { DatacenterState } from '../datacenter-state.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import { insertNode } from '../testing/session-fixtures.ts';
import type { QueryPush, Watcher } from '../watch/watched-query.ts';
import { deleteKeyTxn } from './kv-write.ts';

const TTL_MS = 30_000;

let storage: ReturnType<typeof createNodeStorage>;
let state: DatacenterState;
let now: number;
let alarmAt: number | null;
let alarms: Alarms;

/** A new object over the same tables, as after an eviction. */
function open(): void {
  state = new DatacenterState(storage, 'dc1', { now: () => now, newUUID: () => 'uuid' });
  const clock = {
    getAlarm: () => Promise.resolve(alarmAt),
    setAlarm: (at: number) => {
      alarmAt = at;
    },
  };
  alarms = new Alarms(state, clock, {
    ...NO_TIMERS,
    'kv-ttl': deleteKeyTxn,
  });
}

beforeEach(() => {
  storage = createNodeStorage();
  now = Date.UTC(2026, 0, 1);
  alarmAt = null;
  open();
});

const call = (method: string, args: unknown) =>
  state.callAlone({ method, args, token: '', actor: 'worker' });
const write = (args: Partial<KVWriteArgs> & { key: string }) =>
  call('kv.apply', { verb: 'set', value: 'eA==', ...args });
const read = (key: string) => call('kv.get', { key });
const timers = (): number =>
  storage.sql
    .exec<{ n: number }>("SELECT COUNT(*) AS n FROM timers WHERE kind = 'kv-ttl'")
    .toArray()[0]!.n;

async function passTo(at: number): Promise<void> {
  await alarms.rearm();
  now = at;
  while (alarmAt !== null && alarmAt <= now) {
    alarmAt = null;
    await alarms.run();
  }
}

class Recorder implements Watcher {
  readonly takesChanges = false;
  readonly indexes: number[] = [];
  deliver(pushes: readonly QueryPush[]): void {
    this.indexes.push(...pushes.map(({ push }) => push.index));
  }
}

function watch(method: string, args: unknown): Recorder {
  const watcher = new Recorder();
  const { reading, query } = state.openQuery({ method, args, token: '', actor: 'test' });
  state.subscriptions.add(watcher, 1, query, reading.index);
  return watcher;
}

describe('a key with a TTL', () => {
  it('says when it goes, and goes then: recorded, with an index, its watchers woken and no others', async () => {
    write({ key: 'a', ttlMs: TTL_MS });
    write({ key: 'b' });
    expect(read('a').notes).toEqual({ Expires: '2026-01-01T00:00:30.000Z' });
    expect(read('b').notes).toBe(undefined);
    const [key, prefix, other] = [
      watch('kv.get', { key: 'a' }),
      watch('kv.list', { prefix: '' }),
      watch('kv.get', { key: 'b' }),
    ];
    await passTo(now + TTL_MS - 1);
    expect(read('a').body).not.toBe('');
    const before = state.writer.lastIndex;
    await passTo(now + 1);
    expect(read('a')).toEqual({ index: before + 1, body: '' });
    expect([key, prefix, other].map(({ indexes }) => indexes)).toEqual([
      [before + 1],
      [before + 1],
      [],
    ]);
    const { Entries } = JSON.parse(call('kv.history', { key: 'a' }).body) as {
      Entries: { Operation: string; Actor: string }[];
    };
    expect(Entries[0]).toMatchObject({ Operation: 'delete', Actor: 'datacenter:kv-ttl' });
    expect(timers()).toBe(0);
  });

  it('is prolonged by an equal write, which takes no index', async () => {
    const { index } = write({ key: 'a', ttlMs: TTL_MS });
    now += 20_000;
    expect(write({ key: 'a', ttlMs: TTL_MS }).index).toBe(index);
    await passTo(now + 20_000);
    expect(read('a').body).not.toBe('');
    await passTo(now + 10_000);
    expect(read('a').body).toBe('');
  });

  it.each([
    ['another value', { value: 'eQ==' }],
    ['the same value', {}],
    ['check-and-set', { verb: 'cas' as const, index: 2, value: 'eQ==' }],
  ])('stays for good after a write without one: %s', async (_name, args) => {
    write({ key: 'a', ttlMs: TTL_MS });
    write({ key: 'a', ...args });
    expect(timers()).toBe(0);
    await passTo(now + 2 * TTL_MS);
    expect(read('a').body).not.toBe('');
  });

  it.each([
    ['a transaction', 'txn.apply', { ops: [{ KV: { Verb: 'set', Key: 'a', Value: 'eQ==' } }] }],
    ['a deletion', 'kv.apply', { verb: 'delete', key: 'a' }],
    ['a recursive deletion', 'kv.apply', { verb: 'delete-tree', key: '' }],
  ])('its timer goes with %s', (_name, method, args) => {
    write({ key: 'a', ttlMs: TTL_MS });
    expect(call(method, args).code).toBe(undefined);
    expect(timers()).toBe(0);
  });

  it('keeps it when a write is refused', () => {
    write({ key: 'a', ttlMs: TTL_MS });
    expect(write({ key: 'a', verb: 'cas', index: 99, value: 'eQ==' }).body).toBe('false');
    expect(timers()).toBe(1);
  });

  it('outlives an eviction', async () => {
    write({ key: 'a', ttlMs: TTL_MS });
    open();
    expect(read('a').notes?.Expires).toBe('2026-01-01T00:00:30.000Z');
    await passTo(now + TTL_MS);
    expect(read('a').body).toBe('');
    open();
    write({ key: 'a', ttlMs: TTL_MS });
    open();
    write({ key: 'a', value: 'eQ==' });
    expect(timers()).toBe(0);
  });

  it('may be locked, and its lock falls with it', async () => {
    insertNode(storage.sql, 'n1');
    const { body } = call('session.create', { Node: 'n1', LockDelayMs: 0 });
    const { ID } = JSON.parse(body) as { ID: string };
    expect(write({ key: 'a', verb: 'lock', session: ID, ttlMs: TTL_MS }).body).toBe('true');
    await passTo(now + TTL_MS);
    expect(read('a').body).toBe('');
    const locks = storage.sql.exec('SELECT key FROM session_locks').toArray();
    expect(locks).toEqual([]);
  });

  it.each([0, -1, KV_TTL_MIN_MS - 1, KV_TTL_MAX_MS + 1, 1.5, NaN, '5000'])(
    'of %s ms is refused',
    (ttlMs) => {
      expect(write({ key: 'a', ttlMs: ttlMs as number }).code).toBe('bad-request');
      expect(read('a').body).toBe('');
    },
  );
});

describe('rows written', () => {
  const rows = (work: () => unknown): number => {
    const count = storage.database.prepare('SELECT total_changes() AS n');
    const before = (count.get() as { n: number }).n;
    work();
    return (count.get() as { n: number }).n - before;
  };

  it('a key with a TTL costs its timer, one without costs nothing more', () => {
    write({ key: 'first' });
    expect(rows(() => write({ key: 'a' }))).toBe(2);
    expect(rows(() => write({ key: 'b', ttlMs: TTL_MS }))).toBe(3);
    expect(rows(() => write({ key: 'b', ttlMs: TTL_MS }))).toBeLessThanOrEqual(2);
    expect(rows(() => write({ key: 'a', value: 'eQ==' }))).toBeLessThanOrEqual(3);
    expect(rows(() => write({ key: 'a', value: 'eQ==' }))).toBe(0);
  });
});

describe('a refused lock', () => {
  it('says who holds it, or for how long nobody gets it', () => {
    insertNode(storage.sql, 'n1');
    const create = (): string =>
      (
        JSON.parse(call('session.create', { Node: 'n1', LockDelayMs: 15_000 }).body) as {
          ID: string;
        }
      ).ID;
    let uuids = 0;
    Object.assign(state.context, { newUUID: () => `session-${uuids++}` });
    const [first, second] = [create(), create()];
    const lock = (session: string) => write({ key: 'l', verb: 'lock', session });
    expect(lock(first)).toMatchObject({ body: 'true', notes: undefined });
    expect(lock(second)).toMatchObject({ body: 'false', notes: { 'Lock-Holder': first } });
    call('session.destroy', { id: first });
    now += 5000;
    expect(lock(second)).toMatchObject({ body: 'false', notes: { 'Lock-Delay': '10s' } });
  });
});
