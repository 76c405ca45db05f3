import { beforeEach, describe, expect, it } from 'vitest';
import { TOMBSTONE_TTL_MS, TRIM_BATCH_ROWS, TRIM_MIN_INTERVAL_MS } from '../protocol/limits.ts';
import { DatacenterState } from './datacenter-state.ts';
import { readKey } from './state/kv-read.ts';
import { deleteKeyTxn, setKeyTxn } from './state/kv-write.ts';
import { trimmedIndex } from './state/log-trim.ts';
import { getFloor } from './state/meta.ts';
import { reapTxn } from './state/reap.ts';
import { clearTimerTxn, timerDueAt } from './state/timers.ts';
import { createNodeStorage } from './testing/node-storage.ts';
import type { WriteTxn } from './writer.ts';

const MAX_AGE_MS = 24 * 3_600_000;

let storage: ReturnType<typeof createNodeStorage>;
let state: DatacenterState;
let now: number;

function open(retention = { maxAgeMs: MAX_AGE_MS, maxBytes: 1_000_000 }): DatacenterState {
  let uuids = 0;
  const clock = { now: () => now, newUUID: () => `uuid-${uuids++}` };
  return new DatacenterState(storage, 'dc1', clock, { retention });
}

beforeEach(() => {
  storage = createNodeStorage();
  now = 1_000_000;
  state = open();
});

const write = (work: (tx: WriteTxn) => unknown): number =>
  state.batch(() => state.writer.write('test', work)).index;
const set = (key: string, value = 'eA=='): number =>
  write((tx) => setKeyTxn(tx, { key, value, flags: '0' }));
const remove = (key: string): number => write((tx) => deleteKeyTxn(tx, key));
const dueAt = (): number | null => timerDueAt(storage.sql, 'trim-log', '');
const count = (table: string): number =>
  storage.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`).toArray()[0]!.n;

/** What the alarm does with the timer once it is due. */
function fire(): void {
  state.batch(() =>
    state.writer.write('datacenter:trim-log', (tx) => {
      clearTimerTxn(tx, 'trim-log', '');
      state.log.trimTxn(tx);
    }),
  );
}

describe('the timer', () => {
  it('is set by the first change to the age at which that one goes, and by no other', () => {
    expect(dueAt()).toBe(null);
    set('a');
    const first = now + MAX_AGE_MS;
    expect(dueAt()).toBe(first);
    now += 5000;
    set('b');
    expect(dueAt()).toBe(first);
  });

  it('costs no row while it stands, also for an object that was evicted', () => {
    set('a');
    state = open();
    const rows = storage.database.prepare('SELECT total_changes() AS n');
    const before = (rows.get() as { n: number }).n;
    set('b');
    expect((rows.get() as { n: number }).n - before).toBe(2);
  });

  it('is not set while there is nothing that will ever be trimmed', () => {
    set('a');
    set('b');
    now += MAX_AGE_MS;
    fire();
    expect(count('changes')).toBe(1);
    expect(dueAt()).toBe(null);
    set('c');
    expect(dueAt()).toBe(now + MAX_AGE_MS);
  });

  it('comes for a trickle of changes at most once an interval', () => {
    for (let i = 0; i < 5; i++) {
      set(`k${i}`);
      now += 1000;
    }
    now = 1_000_000 + MAX_AGE_MS;
    fire();
    expect(count('changes')).toBe(4);
    expect(dueAt()).toBe(now + TRIM_MIN_INTERVAL_MS);
  });

  it('is set again after a batch that failed with it', () => {
    const failing = () =>
      state.batch(() => {
        state.writer.write('test', (tx) => setKeyTxn(tx, { key: 'a', value: '', flags: '0' }));
        state.log.armTxn();
        throw new Error('disk full');
      });
    expect(failing).toThrow('disk full');
    expect(dueAt()).toBe(null);
    set('a');
    expect(dueAt()).toBe(now + MAX_AGE_MS);
  });
});

describe('trimming by age', () => {
  it('drops what is too old, never the last index, takes no index and wakes nobody', () => {
    set('a');
    set('b');
    const last = write((tx) =>
      ['x', 'y', 'z'].forEach((key) => setKeyTxn(tx, { key, value: '', flags: '0' })),
    );
    now += MAX_AGE_MS;
    expect(trimmedIndex(storage.sql)).toBe(0);
    fire();
    expect(count('changes')).toBe(3);
    expect(trimmedIndex(storage.sql)).toBe(last - 1);
    expect(open().writer.lastIndex).toBe(last);
    expect(set('d')).toBe(last + 1);
  });

  it('keeps what is young enough', () => {
    set('a');
    now += MAX_AGE_MS / 2;
    set('b');
    now += MAX_AGE_MS / 2;
    set('c');
    fire();
    expect(count('changes')).toBe(2);
  });

  it('goes a bounded batch at a time and comes back at once for the rest', () => {
    const index = write((tx) => {
      for (let i = 0; i < TRIM_BATCH_ROWS + 5; i++)
        setKeyTxn(tx, { key: `k${i}`, value: '', flags: '0' });
    });
    set('last');
    now += MAX_AGE_MS;
    fire();
    expect(count('changes')).toBe(6);
    expect(dueAt()).toBe(now);
    // Of that index a part is gone, so nobody may take the rest for the whole.
    expect(trimmedIndex(storage.sql)).toBe(index);
    fire();
    expect(count('changes')).toBe(1);
  });
});

describe('trimming by size', () => {
  const value = 'x'.repeat(1000);

  it('comes at once, and goes below the bound so that it comes seldom', () => {
    state = open({ maxAgeMs: MAX_AGE_MS, maxBytes: 32_000 });
    let written = 0;
    while (dueAt() !== now) {
      set(`k${written++}`, value);
      if (written > 100) throw new Error('the timer is never set');
    }
    const before = count('changes');
    fire();
    const after = count('changes');
    expect(after).toBeLessThan(before);
    expect(after).toBeGreaterThan(before / 2);
    expect(dueAt()).toBeGreaterThan(now);
  });

  it('a log in which everything is young is cut all the same, with the tombstones of what is cut', () => {
    state = open({ maxAgeMs: MAX_AGE_MS, maxBytes: 16_000 });
    set('gone');
    const deleted = remove('gone');
    for (let i = 0; i < 20; i++) set(`k${i}`, value);
    fire();
    expect(count('kv_tombstones')).toBe(0);
    expect(getFloor(storage.sql)).toBe(deleted);
    expect(readKey(storage.sql, 'gone').index).toBe(deleted);
  });

  it('is measured anew by an object that was evicted', () => {
    for (let i = 0; i < 20; i++) set(`k${i}`, value);
    state = open({ maxAgeMs: MAX_AGE_MS, maxBytes: 16_000 });
    set('one more');
    expect(dueAt()).toBe(now);
  });
});

describe('graves', () => {
  it('go with the change that they name', () => {
    set('a');
    remove('a');
    now += TOMBSTONE_TTL_MS;
    storage.transactionSync(() => reapTxn(storage.sql, now));
    expect(count('kv_graves')).toBe(1);
    set('b');
    now += MAX_AGE_MS;
    fire();
    expect(count('kv_graves')).toBe(0);
  });
});
