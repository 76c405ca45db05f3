import { beforeEach, describe, expect, it } from 'vitest';
import type { Session } from '../../protocol/types/session.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import { RecordingPublisher } from '../testing/recording-publisher.ts';
import { insertCheck, insertNode } from '../testing/session-fixtures.ts';
import { type WriteTxn, Writer } from '../writer.ts';
import { lockKeyTxn } from './kv-lock.ts';
import { readKey } from './kv-read.ts';
import { findKVRow } from './kv-rows.ts';
import { keysHeldBy, lockDelayLeftMs } from './locks.ts';
import { checkChangedTxn, nodeRemovedTxn } from './session-invalidation.ts';
import { findSessionRow } from './session-rows.ts';
import { renewSessionTxn } from './session-ttl.ts';
import {
  type NewSession,
  createSessionTxn,
  destroySessionTxn,
  readNodeSessions,
  readSession,
  readSessions,
} from './sessions.ts';
import { timerDueAt } from './timers.ts';

let storage: ReturnType<typeof createNodeStorage>;
let publisher: RecordingPublisher;
let writer: Writer;
let now: number;

beforeEach(() => {
  storage = createNodeStorage();
  publisher = new RecordingPublisher();
  now = 1_000_000;
  writer = new Writer(storage, publisher, () => now);
  addNode('n1');
});

const write = <T>(work: (tx: WriteTxn) => T): { index: number; value: T } =>
  writer.apply('test', work);
const entry = (key: string, value = 'eA==') => ({ key, value, flags: '0' });

const addNode = (name: string): void => insertNode(storage.sql, name);
const addCheck = (node: string, id: string, status: string): void =>
  insertCheck(storage.sql, node, id, status);

function newSession(id: string, rest: Partial<NewSession> = {}): NewSession {
  const node = rest.node ?? 'n1';
  return {
    id,
    name: '',
    node,
    node_name: node,
    lock_delay_ms: 15_000,
    behavior: 'release',
    ttl: '',
    ttl_ms: 0,
    node_checks: '[]',
    service_checks: null,
    checkIDs: [],
    ...rest,
  };
}

const create = (id: string, rest: Partial<NewSession> = {}) =>
  write((tx) => createSessionTxn(tx, newSession(id, rest)));
const lock = (session: string, key: string) => write((tx) => lockKeyTxn(tx, entry(key), session));
const list = (): string[] =>
  (JSON.parse(readSessions(storage.sql, () => true).body) as Session[]).map(({ ID }) => ID);

describe('creating', () => {
  it('renders what was given, with Consul’s field order and nanoseconds', () => {
    const { index } = create('s', {
      name: 'full',
      ttl: '90s',
      ttl_ms: 90_000,
      service_checks: '[]',
    });
    expect(readSession(storage.sql, 's')).toEqual({
      index,
      body:
        '[{"ID":"s","Name":"full","Node":"n1","LockDelay":15000000000,"Behavior":"release","TTL":"90s"' +
        `,"NodeChecks":[],"ServiceChecks":[],"CreateIndex":${index},"ModifyIndex":${index}}]`,
    });
  });

  it.each([
    ['an unknown node', { node: 'nowhere' }, 'apply failed: Missing node registration'],
    ['an unknown check', { checkIDs: ['nope'] }, "apply failed: Missing check 'nope' registration"],
    [
      'a check without a name',
      { checkIDs: [''] },
      'apply failed: failed check lookup: index error: object is missing a value for this index',
    ],
    [
      'a critical check',
      { checkIDs: ['good', 'bad'] },
      "apply failed: Check 'bad' is in critical state",
    ],
  ])('%s is refused and nothing is left behind', (_name, rest, message) => {
    addCheck('n1', 'good', 'warning');
    addCheck('n1', 'bad', 'critical');
    const before = writer.lastIndex;
    expect(() => create('s', rest)).toThrow(message);
    expect(writer.lastIndex).toBe(before);
    expect(list()).toEqual([]);
    expect(publisher.take()).toEqual([]);
  });

  it('touches the lists, and no key', () => {
    create('s');
    expect(publisher.take()).toEqual(['node-sessions/n1', 'sessions']);
  });
});

describe('reading', () => {
  it('a session that never was has index 1; one that is gone has that of its end', () => {
    expect(readSession(storage.sql, 's')).toEqual({ index: 1, body: '[]' });
    create('s');
    const { index } = write((tx) => destroySessionTxn(tx, 's'));
    expect(readSession(storage.sql, 's')).toEqual({ index, body: '[]' });
    expect(readSessions(storage.sql, () => true)).toEqual({ index, body: '[]' });
    expect(readNodeSessions(storage.sql, 'N1')).toEqual({ index, body: '[]' });
  });

  it('an unrelated session moves the list, and neither another node nor another session', () => {
    addNode('n2');
    const first = create('a').index;
    const second = create('b', { node: 'n2' }).index;
    expect(readSession(storage.sql, 'a').index).toBe(first);
    expect(readNodeSessions(storage.sql, 'n1').index).toBe(first);
    expect(readSessions(storage.sql, () => true).index).toBe(second);
  });

  it('lists by id, and hides nodes that may not be seen', () => {
    addNode('n2');
    for (const id of ['c', 'a', 'b']) create(id, { node: id === 'b' ? 'n2' : 'n1' });
    expect(list()).toEqual(['a', 'b', 'c']);
    const visible = JSON.parse(
      readSessions(storage.sql, (node) => node === 'n1').body,
    ) as Session[];
    expect(visible.map(({ ID }) => ID)).toEqual(['a', 'c']);
  });
});

describe('a lost session', () => {
  const ways: [string, (tx: WriteTxn) => void][] = [
    ['destroyed', (tx) => destroySessionTxn(tx, 's')],
    ['its check critical', (tx) => checkChangedTxn(tx, 'N1', 'ALIVE', 'critical')],
    ['its check gone', (tx) => checkChangedTxn(tx, 'n1', 'alive', null)],
    ['its node gone', (tx) => nodeRemovedTxn(tx, 'N1')],
  ];

  it.each(ways)('releases its keys at the same index: %s', (_name, lose) => {
    addCheck('n1', 'Alive', 'passing');
    create('s', { checkIDs: ['alive'] });
    lock('s', 'k');
    publisher.take();
    const { index } = write(lose);
    expect(list()).toEqual([]);
    const row = findKVRow(storage.sql, 'k')!;
    expect(row).toMatchObject({ session: '', value: 'eA==', lock_index: 1, modify_index: index });
    expect(keysHeldBy(storage.sql, 's')).toEqual([]);
    expect(storage.sql.exec('SELECT * FROM session_checks').toArray()).toEqual([]);
    expect(publisher.take()).toEqual([
      'kv-prefix/',
      'kv-prefix/k',
      'kv/k',
      'node-sessions/n1',
      'session/s',
      'sessions',
    ]);
  });

  it('deletes its keys where that is its behaviour', () => {
    create('s', { behavior: 'delete' });
    lock('s', 'k');
    write((tx) => lockKeyTxn(tx, entry('other'), 's'));
    create('t');
    lock('t', 'kept');
    const { index } = write((tx) => destroySessionTxn(tx, 's'));
    expect(readKey(storage.sql, 'k')).toEqual({ index, body: '' });
    expect(readKey(storage.sql, 'other')).toEqual({ index, body: '' });
    expect(findKVRow(storage.sql, 'kept')?.session).toBe('t');
  });

  it.each([
    ['as long as it says', 7000, 7000],
    ['a minute at most', 999_000, 60_000],
    ['not at all for zero', 0, 0],
    ['not at all below zero', -1000, 0],
  ])('delays the next lock %s', (_name, lockDelayMs, expected) => {
    create('s', { lock_delay_ms: lockDelayMs });
    create('t');
    lock('s', 'k');
    write((tx) => destroySessionTxn(tx, 's'));
    expect(lockDelayLeftMs(storage.sql, 'k', now)).toBe(expected);
    if (expected > 0) expect(lock('t', 'k').value).toBeNull();
    now += expected;
    expect(lock('t', 'k').value).not.toBeNull();
  });

  it('the list of a node that has gone becomes a tombstone, without waking anybody', () => {
    const goneAt = () =>
      storage.sql
        .exec<{ gone_at: number | null }>(
          "SELECT gone_at FROM topics WHERE name = 'node-sessions/n1'",
        )
        .toArray();
    create('s');
    const { index } = write((tx) => destroySessionTxn(tx, 's'));
    publisher.take();
    expect(goneAt()).toEqual([{ gone_at: null }]);
    write((tx) => nodeRemovedTxn(tx, 'N1'));
    expect(goneAt()).toEqual([{ gone_at: now }]);
    expect(readNodeSessions(storage.sql, 'n1').index).toBe(index);
    expect(publisher.take()).toEqual([]);
    create('t');
    expect(goneAt()).toEqual([{ gone_at: null }]);
  });

  it('a check that is passing or warning, or another’s, ends nothing', () => {
    addCheck('n1', 'alive', 'passing');
    create('s', { checkIDs: ['alive'] });
    publisher.take();
    write((tx) => {
      checkChangedTxn(tx, 'n1', 'alive', 'passing');
      checkChangedTxn(tx, 'n1', 'alive', 'warning');
      checkChangedTxn(tx, 'n1', 'other', 'critical');
      checkChangedTxn(tx, 'n2', 'alive', 'critical');
      nodeRemovedTxn(tx, 'n2');
      destroySessionTxn(tx, 'none');
    });
    expect(list()).toEqual(['s']);
    expect(publisher.take()).toEqual([]);
  });
});

describe('time to live', () => {
  const TTL_MS = 10_000;
  const withTTL = (id: string) => create(id, { ttl: '10s', ttl_ms: TTL_MS });
  const dueAt = () => timerDueAt(storage.sql, 'session-ttl', 's');
  const renew = () => write((tx) => renewSessionTxn(tx, 's'));

  it('starts two TTLs ahead, and not at all without one', () => {
    withTTL('s');
    create('forever');
    expect(dueAt()).toBe(now + 2 * TTL_MS);
    expect(timerDueAt(storage.sql, 'session-ttl', 'forever')).toBeNull();
  });

  it('a renewal writes no row while at least one TTL is left, then moves the deadline', () => {
    withTTL('s');
    const first = dueAt();
    now += TTL_MS;
    renew();
    expect(dueAt()).toBe(first);
    now += 1;
    renew();
    expect(dueAt()).toBe(now + 2 * TTL_MS);
  });

  it('renewing takes no index and wakes nobody', () => {
    const { index } = withTTL('s');
    publisher.take();
    now += TTL_MS + 1;
    expect(renew()).toMatchObject({ index, value: { id: 's' } });
    expect(publisher.take()).toEqual([]);
  });

  it('a session that is gone is not found, and its timer is gone too', () => {
    withTTL('s');
    write((tx) => destroySessionTxn(tx, 's'));
    expect(dueAt()).toBeNull();
    expect(findSessionRow(storage.sql, 's')).toBeUndefined();
    expect(renew).toThrow("Session id 's' not found");
  });
});
