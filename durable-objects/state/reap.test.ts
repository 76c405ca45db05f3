import { beforeEach, describe, expect, it } from 'vitest';
import { CHANGES_MAX_AGE_MS, REAP_BATCH_ROWS, TOMBSTONE_TTL_MS } from '../../protocol/limits.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import { RecordingPublisher } from '../testing/recording-publisher.ts';
import { type WriteTxn, Writer } from '../writer.ts';
import { readKey } from './kv-read.ts';
import { deleteKeyTxn, setKeyTxn } from './kv-write.ts';
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

describe('the change log', () => {
  it('loses what is too old, but never its last index', () => {
    set('a');
    set('b');
    const last = set('c');
    now += CHANGES_MAX_AGE_MS;
    reap();
    expect(count('changes')).toBe(1);
    expect(new Writer(storage, new RecordingPublisher(), () => now).lastIndex).toBe(last);
    reap();
    expect(count('changes')).toBe(1);
    expect(set('d')).toBe(last + 1);
  });

  it('keeps every change of the last index', () => {
    set('a');
    write((tx) => ['x', 'y', 'z'].forEach((key) => setKeyTxn(tx, { key, value: '', flags: '0' })));
    now += CHANGES_MAX_AGE_MS;
    reap();
    expect(count('changes')).toBe(3);
  });

  it('keeps what is young enough', () => {
    set('a');
    now += CHANGES_MAX_AGE_MS / 2;
    set('b');
    now += CHANGES_MAX_AGE_MS / 2;
    set('c');
    reap();
    expect(count('changes')).toBe(2);
  });

  it('goes a bounded batch at a time and says so', () => {
    write((tx) => {
      for (let i = 0; i < REAP_BATCH_ROWS + 5; i++)
        setKeyTxn(tx, { key: `k${i}`, value: '', flags: '0' });
    });
    set('last');
    now += CHANGES_MAX_AGE_MS;
    expect(reap()).toBe(true);
    expect(count('changes')).toBe(6);
    expect(reap()).toBe(false);
    expect(count('changes')).toBe(1);
  });

  it('takes no index and leaves a log that deletes cannot outrun', () => {
    const before = set('a');
    now += CHANGES_MAX_AGE_MS;
    reap();
    expect(writer.lastIndex).toBe(before);
    remove('a');
    now += TOMBSTONE_TTL_MS;
    reap();
    expect(count('kv_tombstones')).toBe(0);
  });
});
