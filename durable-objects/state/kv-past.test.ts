import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import { KV_CHUNK_CHARS, TOMBSTONE_TTL_MS } from '../../protocol/limits.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import { RecordingPublisher } from '../testing/recording-publisher.ts';
import { type WriteTxn, Writer } from '../writer.ts';
import { readHistory } from './kv-history.ts';
import { pairAt, treeAt } from './kv-past.ts';
import { rollBackTxn } from './kv-rollback.ts';
import { readTree } from './kv-read.ts';
import { deleteKeyTxn, deleteTreeTxn, setKeyTxn } from './kv-write.ts';
import { resolveMoment } from './log-time.ts';
import { trimLogTxn } from './log-trim.ts';
import { reapTxn } from './reap.ts';
import type { KVHistory } from '../../protocol/types/history.ts';

let storage: ReturnType<typeof createNodeStorage>;
let publisher: RecordingPublisher;
let writer: Writer;
let now: number;

function create(): void {
  storage = createNodeStorage();
  publisher = new RecordingPublisher();
  now = Date.UTC(2026, 0, 1);
  writer = new Writer(storage, publisher, () => now);
}
beforeEach(create);

const write = (work: (tx: WriteTxn) => unknown, actor = 'node:n1'): number =>
  writer.apply(actor, work).index;
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const set = (key: string, value: string, flags = '0'): number =>
  write((tx) => setKeyTxn(tx, { key, value: base64(value), flags }));
const remove = (key: string): number => write((tx) => deleteKeyTxn(tx, key));
const history = (key: string, start?: number, limit = 100): KVHistory =>
  JSON.parse(readHistory(storage.sql, key, start, limit).body) as KVHistory;
const valueAt = (key: string, index: number): string | null => {
  const pair = pairAt(storage.sql, key, index);
  if (pair === null) return null;
  return Buffer.from((JSON.parse(pair) as { Value: string }).Value ?? '', 'base64').toString();
};
const trimTo = (index: number): void => {
  const row = storage.sql
    .exec<{ log_end: number }>('SELECT MAX(log_end) AS log_end FROM changes WHERE idx <= ?', index)
    .toArray()[0]!;
  storage.transactionSync(() => trimLogTxn(storage.sql, 0, row.log_end));
};
const code = (work: () => unknown): string => {
  try {
    work();
    return 'fine';
  } catch (error) {
    if (error instanceof RPCError) return error.code;
    throw error;
  }
};

describe('history', () => {
  it('has every value with index, time and actor, newest first, over deletions', () => {
    const first = set('a', 'one');
    now += 1000;
    const gone = write((tx) => deleteKeyTxn(tx, 'a'), 'worker');
    now += 1000;
    const again = set('a', 'two', '18446744073709551615');
    set('b', 'other');
    const body = readHistory(storage.sql, 'a', undefined, 100).body;
    expect(body).toContain('"Flags":18446744073709551615');
    const { Entries, Next, Trimmed } = JSON.parse(body) as KVHistory;
    expect(Entries.map((e) => [e.Index, e.Time, e.Actor, e.Operation, e.Pair?.Value])).toEqual([
      [again, '2026-01-01T00:00:02.000Z', 'node:n1', 'set', base64('two')],
      [gone, '2026-01-01T00:00:01.000Z', 'worker', 'delete', undefined],
      [first, '2026-01-01T00:00:00.000Z', 'node:n1', 'set', base64('one')],
    ]);
    expect([Next, Trimmed]).toEqual([0, false]);
  });

  it('goes on behind a deletion whose tombstone is reaped', () => {
    set('a', 'one');
    remove('a');
    now += TOMBSTONE_TTL_MS;
    storage.transactionSync(() => reapTxn(storage.sql, now));
    expect(history('a').Entries).toHaveLength(2);
    set('a', 'two');
    expect(history('a').Entries.map((e) => e.Operation)).toEqual(['set', 'delete', 'set']);
  });

  it('comes in pages that meet without a gap', () => {
    const indexes = Array.from({ length: 7 }, (_, i) => set('a', `v${i}`)).toReversed();
    const seen: number[] = [];
    let next: number | undefined;
    do {
      const page = history('a', next, 3);
      seen.push(...page.Entries.map((e) => e.Index));
      next = page.Next;
    } while (next !== 0);
    expect(seen).toEqual(indexes);
  });

  it('a key that was never there has none; one in a transaction has every step', () => {
    expect(readHistory(storage.sql, 'none', undefined, 10)).toEqual({ index: 1, body: '' });
    set('a', 'zero');
    write((tx) => {
      setKeyTxn(tx, { key: 'a', value: base64('one'), flags: '0' });
      deleteKeyTxn(tx, 'a');
      setKeyTxn(tx, { key: 'a', value: base64('two'), flags: '0' });
    });
    expect(history('a').Entries.map((e) => e.Operation)).toEqual(['set', 'delete', 'set', 'set']);
  });

  it('says where the log was trimmed', () => {
    const first = set('a', 'one');
    set('a', 'two');
    trimTo(first);
    expect(history('a')).toMatchObject({ Next: 0, Trimmed: true });
    expect(history('a').Entries).toHaveLength(1);
  });
});

describe('the past', () => {
  it('is what stood there then', () => {
    const one = set('a', 'one');
    const two = set('a', 'two');
    const gone = remove('a');
    const last = set('a', 'three');
    expect([one - 1, one, two, gone, last].map((index) => valueAt('a', index))).toEqual([
      null,
      'one',
      'two',
      null,
      'three',
    ]);
  });

  it('is unknown where the log was trimmed, and known where a key was not written since', () => {
    set('a', 'old');
    const cut = set('b', 'one');
    set('b', 'two');
    trimTo(cut);
    expect(valueAt('a', cut)).toBe('old');
    expect(code(() => valueAt('b', cut))).toBe('gone');
    expect(code(() => valueAt('never', cut - 1))).toBe('gone');
    expect(valueAt('never', cut)).toBe(null);
    expect(code(() => treeAt(storage.sql, '', cut - 1))).toBe('gone');
    expect(code(() => treeAt(storage.sql, 'a', cut))).toBe('fine');
  });

  it('of a large tree that was deleted, restored and deleted again costs its size', () => {
    const keys = Array.from({ length: 2000 }, (_, i) => `t/${i}`);
    const made = write((tx) =>
      keys.forEach((key) => setKeyTxn(tx, { key, value: '', flags: '0' })),
    );
    write((tx) => deleteTreeTxn(tx, 't/'));
    write((tx) => rollBackTxn(tx, 't/', String(made), true));
    write((tx) => deleteTreeTxn(tx, 't/'));
    const pairs = [...treeAt(storage.sql, 't/', made).values()];
    expect(pairs.filter((pair) => pair !== null)).toHaveLength(2000);
  });

  it.each([
    ['17', 'bad-request'],
    ['yesterday', 'bad-request'],
    ['', 'bad-request'],
    ['-1', 'bad-request'],
    ['2999-01-01T00:00:00Z', 'bad-request'],
    ['2025-12-31T23:59:59Z', 'fine'],
    ['2026-01-01T01:00:00 01:00', 'fine'],
    ['2026-01-01', 'bad-request'],
  ])('the moment %j: %s', (text, expected) => {
    set('a', 'one');
    expect(code(() => resolveMoment(storage.sql, text, now))).toBe(expected);
  });

  it('a time means the last index of that time', () => {
    const indexes = Array.from({ length: 20 }, (_, i) => {
      now += 1000;
      return set(`k${i}`, 'x');
    });
    const start = Date.UTC(2026, 0, 1);
    const at = (ms: number) => resolveMoment(storage.sql, new Date(start + ms).toISOString(), now);
    expect(at(0)).toBe(1);
    expect(at(999)).toBe(1);
    indexes.forEach((index, i) => {
      expect(at((i + 1) * 1000)).toBe(index);
      expect(at(Math.min((i + 1) * 1000 + 999, 20_000))).toBe(index);
    });
    trimTo(indexes[4]!);
    expect(code(() => at(4000))).toBe('gone');
    expect(at(6000)).toBe(indexes[5]);
  });
});

describe('rollback', () => {
  it('of a key restores value and flags, wakes its watchers alone, and can be rolled back', () => {
    const old = set('a', 'one', '7');
    const young = set('a', 'two');
    set('b', 'b');
    publisher.take();
    const index = write((tx) => rollBackTxn(tx, 'a', String(old), false));
    expect(valueAt('a', index)).toBe('one');
    expect(pairAt(storage.sql, 'a', index)).toContain('"Flags":7,');
    expect(publisher.take().filter((topic) => topic.startsWith('kv/'))).toEqual(['kv/a']);
    write((tx) => rollBackTxn(tx, 'a', String(young), false));
    expect(valueAt('a', writer.lastIndex)).toBe('two');
  });

  it('to where it was already takes no index and wakes nobody', () => {
    const index = set('a', 'one');
    publisher.take();
    expect(write((tx) => rollBackTxn(tx, 'a', String(index), false))).toBe(index);
    expect(publisher.take()).toEqual([]);
  });

  it('of a prefix undoes a recursive delete and what was added since, and touches nothing beside it', () => {
    set('t/a', '1');
    const moment = set('t/b', '2');
    set('tx', 'beside');
    write((tx) => deleteTreeTxn(tx, 't/'));
    set('t/new', '3');
    write((tx) => {
      expect(rollBackTxn(tx, 't/', String(moment), true)).toEqual({ set: 2, deleted: 1 });
    });
    const keys = JSON.parse(readTree(storage.sql, '', () => true).body) as { Key: string }[];
    expect(keys.map(({ Key }) => Key)).toEqual(['t/a', 't/b', 'tx']);
  });
});

describe('values that do not fit a row', () => {
  const long = (letter: string): string => letter.repeat(KV_CHUNK_CHARS * 2);
  const chunks = (): number =>
    storage.sql.exec<{ n: number }>('SELECT COUNT(*) AS n FROM kv_chunks').toArray()[0]!.n;
  const put = (value: string): number =>
    write((tx) => setKeyTxn(tx, { key: 'a', value, flags: '0' }));

  it('are read, compared, told in the history and rolled back as any other', () => {
    const first = put(long('A'));
    expect(put(long('A'))).toBe(first);
    const second = put(long('B'));
    put('c2hv');
    expect(chunks()).toBe(4);
    expect(pairAt(storage.sql, 'a', first)).toContain(`"Value":"${long('A')}"`);
    // A page ends after the entry that fills it.
    expect(history('a').Entries.map((e) => e.Index)).toEqual([second + 1, second]);
    write((tx) => rollBackTxn(tx, 'a', String(second), false));
    expect(readTree(storage.sql, '', () => true).body).toContain(long('B'));
  });

  it('are removed once neither the key nor the log has them', () => {
    const first = put(long('A'));
    const second = put(long('B'));
    set('x', 'x');
    trimTo(first);
    expect(chunks()).toBe(2);
    trimTo(second);
    // The key still holds it, though no change does.
    expect(chunks()).toBe(2);
    expect(valueAt('a', writer.lastIndex)).not.toBe(null);
    put('c2hv');
    expect(chunks()).toBe(0);
  });

  it('go with a deletion that outlives them in no log', () => {
    const index = put(long('A'));
    set('x', 'x');
    trimTo(index);
    remove('a');
    expect(chunks()).toBe(0);
  });
});

type Step = ['set', string, string] | ['delete', string] | ['tree', string] | ['hour'] | ['txn'];

describe('any sequence of writes', () => {
  const key = fc.constantFrom('a', 'a/b', 'a/c', 'b', 'é', '😀', '\uffff');
  const step: fc.Arbitrary<Step> = fc.oneof(
    fc.tuple(fc.constant('set' as const), key, fc.constantFrom('1', '2', '3')),
    fc.tuple(fc.constant('delete' as const), key),
    fc.tuple(fc.constant('tree' as const), fc.constantFrom('a', 'a/', '')),
    fc.tuple(fc.constant('hour' as const)),
    fc.tuple(fc.constant('txn' as const)),
  );

  function play(one: Step): void {
    if (one[0] === 'set') set(one[1], one[2]);
    else if (one[0] === 'delete') remove(one[1]);
    else if (one[0] === 'tree') write((tx) => deleteTreeTxn(tx, one[1]));
    else if (one[0] === 'txn')
      write((tx) => {
        deleteKeyTxn(tx, 'a');
        setKeyTxn(tx, { key: 'a', value: base64('t'), flags: '0' });
        setKeyTxn(tx, { key: 'a', value: base64('u'), flags: '0' });
      });
    else {
      now += TOMBSTONE_TTL_MS;
      storage.transactionSync(() => reapTxn(storage.sql, now));
    }
  }

  it('can be read at every index, and rolled back to it; trimmed, it is right or refused', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), fc.nat(30), (steps, cut) => {
        create();
        const states = new Map([[1, '']]);
        for (const one of steps) {
          play(one);
          states.set(writer.lastIndex, readTree(storage.sql, '', () => true).body);
        }
        const render = (index: number): string => {
          const pairs = [...treeAt(storage.sql, '', index).values()].filter((p) => p !== null);
          return pairs.length === 0 ? '' : `[${pairs.join(',')}]`;
        };
        for (const [index, body] of states) expect(render(index)).toBe(body);
        const trimmed = Math.min(cut, writer.lastIndex - 1);
        if (trimmed > 1) trimTo(trimmed);
        for (const [index, body] of states) {
          const known = code(() => render(index)) === 'fine';
          if (known) expect(render(index)).toBe(body);
          for (const pair of body === '' ? [] : (JSON.parse(body) as { Key: string }[])) {
            const read = (): string | null => pairAt(storage.sql, pair.Key, index);
            if (code(read) === 'fine') expect(JSON.parse(read() ?? 'null')).toEqual(pair);
          }
          if (!known) continue;
          write((tx) => rollBackTxn(tx, '', String(index), true));
          const strip = (text: string): unknown =>
            text === ''
              ? []
              : (JSON.parse(text) as { Key: string; Value: string }[]).map((p) => [p.Key, p.Value]);
          expect(strip(readTree(storage.sql, '', () => true).body)).toEqual(strip(body));
        }
      }),
      { numRuns: 150 },
    );
  });
});
