import { beforeEach, describe, expect, it } from 'vitest';
import { REAP_BATCH_ROWS, TOMBSTONE_TTL_MS } from '../../protocol/limits.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import { RecordingPublisher } from '../testing/recording-publisher.ts';
import { type WriteTxn, Writer } from '../writer.ts';
import { readKey } from './kv-read.ts';
import { deleteKeyTxn, setKeyTxn } from './kv-write.ts';
import { findDeletionIndex } from './kv-rows.ts';
import { getFloor } from './meta.ts';
import { reapTxn } from './reap.ts';
import { topicIndex } from './topic-index.ts';

let storage: ReturnType<typeof createNodeStorage>;
let writer: Writer;
let now: number;

beforeEach(() => {
  storage = createNodeStorage();
  now = 1_000_000;
  writer = new Writer(storage, new RecordingPublisher(), () => now);
});

const write = (work: (tx: WriteTxn) => unknown): number => writer.apply('test', work).index;
const set = (key: string, value = 'eA==') =>
  write((tx) => setKeyTxn(tx, { key, value, flags: '0' }));
const remove = (key: string) => write((tx) => deleteKeyTxn(tx, key));
const reap = () => storage.transactionSync(() => reapTxn(storage.sql, now));
const count = (table: string): number =>
  storage.sql.exec<{ n: number }>(`SELECT COUNT(*) AS n FROM ${table}`).toArray()[0]!.n;

describe('key tombstones', () => {
  it('live an hour, then raise the floor to their index', () => {
    set('a');
    const index = remove('a');
    now += TOMBSTONE_TTL_MS - 1;
    expect(reap()).toBe(false);
    expect(readKey(storage.sql, 'a')).toEqual({ index, body: '' });
    expect(getFloor(storage.sql)).toBe(0);
    now += 1;
    reap();
    expect(count('kv_tombstones')).toBe(0);
    expect(getFloor(storage.sql)).toBe(index);
    expect(readKey(storage.sql, 'a')).toEqual({ index, body: '' });
  });

  it('a key deleted again keeps the younger tombstone', () => {
    set('a');
    remove('a');
    now += TOMBSTONE_TTL_MS;
    set('a');
    const index = remove('a');
    reap();
    expect(count('kv_tombstones')).toBe(1);
    expect(getFloor(storage.sql)).toBe(0);
    now += TOMBSTONE_TTL_MS;
    reap();
    expect(count('kv_tombstones')).toBe(0);
    expect(getFloor(storage.sql)).toBe(index);
  });

  it('go a bounded batch at a time, also those of one write', () => {
    const keys = Array.from({ length: REAP_BATCH_ROWS + 10 }, (_, i) => `k${i}`);
    write((tx) => keys.forEach((key) => setKeyTxn(tx, { key, value: '', flags: '0' })));
    write((tx) => keys.forEach((key) => deleteKeyTxn(tx, key)));
    now += TOMBSTONE_TTL_MS;
    expect(reap()).toBe(true);
    expect(count('kv_tombstones')).toBe(10);
    expect(reap()).toBe(false);
    expect(count('kv_tombstones')).toBe(0);
  });
});

describe('topics', () => {
  it('only those of names that are gone, after an hour', () => {
    const kept = write((tx) => {
      tx.touch('service/here');
      setKeyTxn(tx, { key: 'x', value: '', flags: '0' });
    });
    const gone = write((tx) => {
      tx.touch('service/gone', true);
      setKeyTxn(tx, { key: 'y', value: '', flags: '0' });
    });
    now += TOMBSTONE_TTL_MS;
    reap();
    expect(topicIndex(storage.sql, 'service/here')).toBe(kept);
    expect(count('topics')).toBe(1);
    expect(getFloor(storage.sql)).toBe(gone);
    expect(topicIndex(storage.sql, 'service/gone')).toBe(gone);
  });
});

describe('graves', () => {
  const graves = () =>
    storage.sql.exec<{ key: string; idx: number }>('SELECT key, idx FROM kv_graves').toArray();

  it('hold the index of a deletion once its tombstone is gone', () => {
    set('a');
    const index = remove('a');
    expect(graves()).toEqual([]);
    now += TOMBSTONE_TTL_MS;
    reap();
    expect(graves()).toEqual([{ key: 'a', idx: index }]);
    expect(findDeletionIndex(storage.sql, 'a')).toBe(index);
    expect(findDeletionIndex(storage.sql, 'b')).toBe(0);
  });

  it('are for absent keys only', () => {
    set('a');
    const deleted = remove('a');
    const again = set('a');
    now += TOMBSTONE_TTL_MS;
    reap();
    expect(graves()).toEqual([]);
    const change = storage.sql
      .exec<{ prev_idx: number }>('SELECT prev_idx FROM changes WHERE idx = ?', again)
      .toArray();
    expect(change).toEqual([{ prev_idx: deleted }]);
  });
});
