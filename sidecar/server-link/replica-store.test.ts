import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { SQLiteReplicaStore, type StoredAnswer, storedIdentity } from './replica-store.ts';

let directory: string;
let warnings: string[];
const stores: SQLiteReplicaStore[] = [];

beforeEach(() => {
  directory = path.join(fs.mkdtempSync(path.join(os.tmpdir(), 'lictor-replica-')), 'replica');
  warnings = [];
});
afterEach(() => {
  for (const store of stores.splice(0)) store.close();
  fs.rmSync(path.dirname(directory), { recursive: true, force: true });
});

function open(datacenter = 'dc1'): SQLiteReplicaStore {
  const log = { warn: (text: string): void => void warnings.push(text) };
  const store = SQLiteReplicaStore.open(directory, datacenter, log)!;
  stores.push(store);
  return store;
}

/** As after a crash: nobody closes the first one. */
function reopen(datacenter?: string): SQLiteReplicaStore {
  return open(datacenter);
}

const answer = (index: number): StoredAnswer => ({ index, body: `[${index}]`, changedAt: 1000 });

describe('the store', () => {
  it('gives back what was saved, after a crash too', () => {
    const store = open();
    store.attach('i1');
    store.save(
      new Map([
        ['a', answer(1)],
        ['b', answer(2)],
      ]),
    );
    store.save(new Map([['a', answer(3)]]));
    store.noteContact(77);
    const again = reopen();
    expect([again.find('a'), again.find('b'), again.find('c')]).toEqual([
      answer(3),
      answer(2),
      undefined,
    ]);
    expect([again.incarnation, again.contactAt]).toEqual(['i1', 77]);
    expect(warnings).toEqual([]);
  });

  it('knows nothing at first', () => {
    const store = open();
    expect([store.incarnation, store.contactAt, store.find('a')]).toEqual(['', null, undefined]);
  });

  it.each([
    ['another state of the datacenter', 'dc1', 'i2'],
    ['another datacenter', 'dc2', 'i1'],
  ])('forgets everything for %s', (_what, datacenter, incarnation) => {
    const store = open();
    store.attach('i1');
    store.save(new Map([['a', answer(1)]]));
    const again = reopen(datacenter);
    again.attach(incarnation);
    expect(again.find('a')).toBeUndefined();
    expect(again.incarnation).toBe(incarnation);
  });

  it('keeps what it has for the state that it knows', () => {
    const store = open();
    store.attach('i1');
    store.save(new Map([['a', answer(1)]]));
    store.attach('i1');
    expect(store.find('a')).toEqual(answer(1));
  });

  it('drops one answer, or all but some', () => {
    const store = open();
    store.save(new Map(['a', 'b', 'c'].map((name) => [name, answer(1)])));
    store.remove('a');
    store.retain(['b']);
    expect(['a', 'b', 'c'].filter((name) => store.find(name) !== undefined)).toEqual(['b']);
  });

  it('starts anew where the file is none of its own', () => {
    fs.mkdirSync(directory, { recursive: true });
    fs.writeFileSync(path.join(directory, 'replica.sqlite'), 'no database at all, and long enough');
    const store = open();
    store.save(new Map([['a', answer(1)]]));
    expect(store.find('a')).toEqual(answer(1));
    expect(warnings).toEqual([expect.stringContaining('starts anew')]);
  });

  it('does without where nothing can be written', () => {
    fs.mkdirSync(path.dirname(directory), { recursive: true });
    fs.writeFileSync(path.dirname(directory) + '/file', '');
    const log = { warn: (text: string): void => void warnings.push(text) };
    const place = path.join(path.dirname(directory), 'file', 'below');
    expect(SQLiteReplicaStore.open(place, 'dc1', log)).toBeNull();
    expect(warnings.at(-1)).toContain('no replica is kept');
  });
});

describe('the name of a query on disk', () => {
  it('tells tokens apart without showing them', () => {
    const names = ['', 'secret-token', 'other'].map((token) =>
      storedIdentity('kv.get', { key: 'k' }, token),
    );
    expect(new Set(names).size).toBe(3);
    expect(names.join()).not.toContain('secret');
  });
});
