import { beforeEach, describe, expect, it } from 'vitest';
import { createNodeStorage } from '../testing/node-storage.ts';
import { RecordingPublisher } from '../testing/recording-publisher.ts';
import { type WriteTxn, Writer } from '../writer.ts';
import { lockKeyTxn, unlockKeyTxn } from './kv-lock.ts';
import { readKey, readKeys, readTree } from './kv-read.ts';
import {
  deleteKeyCASTxn,
  deleteKeyTxn,
  deleteTreeTxn,
  setKeyCASTxn,
  setKeyTxn,
} from './kv-write.ts';
import { setLockDelayTxn } from './locks.ts';
import { prefixEnd } from './ranges.ts';

const entry = (key: string, value = 'eA==', flags = '0') => ({ key, value, flags });

let storage: ReturnType<typeof createNodeStorage>;
let publisher: RecordingPublisher;
let writer: Writer;
let now: number;

beforeEach(() => {
  storage = createNodeStorage();
  publisher = new RecordingPublisher();
  now = 1_000_000;
  writer = new Writer(storage, publisher, () => now);
});

const write = <T>(work: (tx: WriteTxn) => T): { index: number; value: T } =>
  writer.apply('test', work);

const ALL = (): boolean => true;

describe('keys', () => {
  it('an absent key has index 1 and no body', () => {
    expect(readKey(storage.sql, 'none')).toEqual({ index: 1, body: '' });
  });

  it('a key keeps its CreateIndex and raises its ModifyIndex', () => {
    const first = write((tx) => setKeyTxn(tx, entry('a', 'MQ=='))).index;
    const second = write((tx) => setKeyTxn(tx, entry('a', 'Mg=='))).index;
    const reading = readKey(storage.sql, 'a');
    expect(reading.index).toBe(second);
    expect(JSON.parse(reading.body)).toEqual([
      { LockIndex: 0, Key: 'a', Flags: 0, Value: 'Mg==', CreateIndex: first, ModifyIndex: second },
    ]);
  });

  it('an equal write takes no index and wakes nobody, the next one does', () => {
    const { index } = write((tx) => setKeyTxn(tx, entry('a')));
    publisher.take();
    expect(write((tx) => setKeyTxn(tx, entry('a'))).index).toBe(index);
    expect(publisher.take()).toEqual([]);
    write((tx) => setKeyTxn(tx, entry('a', 'Mg==')));
    expect(publisher.take()).toContain('kv/a');
  });

  it('a write touches its key and its prefixes, and no other', () => {
    write((tx) => setKeyTxn(tx, entry('a/b')));
    expect(publisher.take()).toEqual([
      'kv-prefix/',
      'kv-prefix/a',
      'kv-prefix/a/',
      'kv-prefix/a/b',
      'kv/a/b',
    ]);
  });

  it('flags above 2^53 keep every digit', () => {
    write((tx) => setKeyTxn(tx, entry('big', 'eA==', '18446744073709551615')));
    expect(readKey(storage.sql, 'big').body).toContain('"Flags":18446744073709551615');
  });

  it.each([
    ['absent and expected absent', false, 0, true],
    ['there and expected absent', true, 0, false],
    ['absent and expected there', false, 5, false],
    ['there with another index', true, 9999, false],
  ])('check-and-set: %s', (_name, exists, expected, stored) => {
    if (exists) write((tx) => setKeyTxn(tx, entry('c')));
    const before = writer.lastIndex;
    const { value, index } = write((tx) => setKeyCASTxn(tx, entry('c', 'Mg=='), expected));
    expect(value !== null).toBe(stored);
    expect(index > before).toBe(stored);
  });

  it('check-and-delete refuses another index, and takes an absent key for deleted', () => {
    const { index } = write((tx) => setKeyTxn(tx, entry('c')));
    expect(write((tx) => deleteKeyCASTxn(tx, 'c', index + 1)).value).toBe(false);
    expect(write((tx) => deleteKeyCASTxn(tx, 'c', index)).value).toBe(true);
    expect(write((tx) => deleteKeyCASTxn(tx, 'c', index)).value).toBe(true);
  });
});

describe('prefixes', () => {
  it('their index is that of the newest change below, deletions included', () => {
    write((tx) => setKeyTxn(tx, entry('p/a')));
    const b = write((tx) => setKeyTxn(tx, entry('p/b'))).index;
    write((tx) => setKeyTxn(tx, entry('q')));
    expect(readTree(storage.sql, 'p/', ALL).index).toBe(b);
    const gone = write((tx) => deleteKeyTxn(tx, 'p/b')).index;
    expect(readTree(storage.sql, 'p/', ALL).index).toBe(gone);
    expect(readKeys(storage.sql, 'p/', '', ALL).index).toBe(gone);
    expect(readTree(storage.sql, 'q', ALL).index).toBeLessThan(gone);
  });

  it('deleting a tree takes what starts with it, in one index', () => {
    for (const key of ['d/web', 'd/web/1', 'd/website', 'd/wen'])
      write((tx) => setKeyTxn(tx, entry(key)));
    const { index } = write((tx) => deleteTreeTxn(tx, 'd/web'));
    expect(JSON.parse(readKeys(storage.sql, 'd/', '', ALL).body)).toEqual(['d/wen']);
    expect(readKey(storage.sql, 'd/website').index).toBe(index);
  });

  it('names come in the byte order of UTF-8', () => {
    for (const key of ['u/é', 'u/Z', 'u/a', 'u/🔑', 'u/键'])
      write((tx) => setKeyTxn(tx, entry(key)));
    expect(JSON.parse(readKeys(storage.sql, 'u/', '', ALL).body)).toEqual([
      'u/Z',
      'u/a',
      'u/é',
      'u/键',
      'u/🔑',
    ]);
  });

  it.each([
    ['a', 'b'],
    ['a/', 'a0'],
    ['a\u{10ffff}', 'b'],
    ['\u{d7ff}', '\u{e000}'],
    ['', null],
    ['\u{10ffff}', null],
  ])('the range of %j ends before %j', (prefix, end) => {
    expect(prefixEnd(prefix)).toBe(end);
  });
});

describe('locks', () => {
  beforeEach(() => {
    for (const id of ['s1', 's2']) {
      storage.sql.exec(
        `INSERT INTO sessions (id, name, node, node_name, lock_delay_ms, behavior, ttl, ttl_ms, create_index, modify_index)
         VALUES (?, '', 'n', 'n', 0, 'release', '', 0, 1, 1)`,
        id,
      );
    }
  });

  const holder = (): { LockIndex: number; Session?: string } =>
    JSON.parse(readKey(storage.sql, 'l').body)[0];

  it('one session at a time; taking it again keeps the LockIndex', () => {
    expect(write((tx) => lockKeyTxn(tx, entry('l'), 's1')).value).not.toBeNull();
    expect(write((tx) => lockKeyTxn(tx, entry('l'), 's2')).value).toBeNull();
    write((tx) => lockKeyTxn(tx, entry('l', 'Mg=='), 's1'));
    expect(holder()).toMatchObject({ LockIndex: 1, Session: 's1' });
    expect(write((tx) => unlockKeyTxn(tx, entry('l'), 's2')).value).toBeNull();
    write((tx) => unlockKeyTxn(tx, entry('l'), 's1'));
    expect(holder().Session).toBeUndefined();
    write((tx) => lockKeyTxn(tx, entry('l'), 's2'));
    expect(holder()).toMatchObject({ LockIndex: 2, Session: 's2' });
  });

  it('a plain write keeps the holder and starts the LockIndex anew', () => {
    write((tx) => lockKeyTxn(tx, entry('l'), 's1'));
    write((tx) => setKeyTxn(tx, entry('l', 'Mg==')));
    expect(holder()).toMatchObject({ LockIndex: 0, Session: 's1' });
  });

  it('a lock-delay refuses until it has passed', () => {
    write((tx) => setLockDelayTxn(tx, 'l', 2_000));
    for (const session of ['s1', 'nope', ''])
      expect(write((tx) => lockKeyTxn(tx, entry('l'), session)).value).toBeNull();
    now += 2_000;
    expect(write((tx) => lockKeyTxn(tx, entry('l'), 's1')).value).not.toBeNull();
  });

  it.each(['', 'nope'])('the session %j cannot lock', (session) => {
    expect(() => write((tx) => lockKeyTxn(tx, entry('l'), session))).toThrow(/session/);
    expect(readKey(storage.sql, 'l').body).toBe('');
  });
});

describe('the writer', () => {
  it('undoes a failed write of a batch alone, and keeps the indexes without a gap', () => {
    const indexes = writer.batch(() => {
      const a = writer.write('t', (tx) => setKeyTxn(tx, entry('a'))).index;
      expect(() =>
        writer.write('t', (tx) => {
          setKeyTxn(tx, entry('b'));
          throw new Error('no');
        }),
      ).toThrow('no');
      const c = writer.write('t', (tx) => setKeyTxn(tx, entry('c'))).index;
      return [a, c];
    });
    expect(indexes[1]).toBe(indexes[0]! + 1);
    expect(readKey(storage.sql, 'b').body).toBe('');
    expect(publisher.take()).not.toContain('kv/b');
  });

  it('a failed batch leaves index and watchers untouched', () => {
    const before = writer.lastIndex;
    expect(() =>
      writer.batch(() => {
        writer.write('t', (tx) => setKeyTxn(tx, entry('a')));
        throw new Error('disk full');
      }),
    ).toThrow('disk full');
    expect(writer.lastIndex).toBe(before);
    expect(publisher.take()).toEqual([]);
    expect(readKey(storage.sql, 'a').body).toBe('');
    expect(write((tx) => setKeyTxn(tx, entry('a'))).index).toBe(before + 1);
  });

  it('finds its index again in the change log', () => {
    const { index } = write((tx) => setKeyTxn(tx, entry('a')));
    expect(new Writer(storage, publisher, () => now).lastIndex).toBe(index);
  });
});
