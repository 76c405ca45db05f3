import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';
import { dumpTables, recordsByTable, startCopy, takeLines } from '../testing/snapshots.ts';
import { dropTemporaryTxn } from './temporary-names.ts';

let datacenter: DatacenterFixture;

beforeEach(() => {
  datacenter = new DatacenterFixture();
});

const set = (key: string, value = 'eA=='): unknown =>
  datacenter.write('kv.apply', { verb: 'set', key, value });
const sql = () => datacenter.storage.sql;
const temporaries = (): string[] =>
  sql()
    .exec<{ name: string }>("SELECT name FROM sqlite_master WHERE name LIKE 'tmp%'")
    .toArray()
    .map(({ name }) => name);

function fill(): void {
  datacenter.write('catalog.register', {
    Node: 'n1',
    Address: '10.0.0.1',
    Service: { ID: 'web-1', Service: 'web', Port: 80, Tags: ['a'] },
    Check: { CheckID: 'c', Name: 'c', Status: 'warning', ServiceID: 'web-1' },
  } as never);
  for (let i = 0; i < 20; i++) set(`k/${i}`, 'eA=='.repeat(20));
  const { ID } = datacenter.write('session.create', { Node: 'n1', LockDelayMs: 0, TTL: '30s' });
  datacenter.write('kv.apply', { verb: 'lock', key: 'lock', session: ID });
}

describe('a copy', () => {
  it('holds every saved row, a header before and a count behind', () => {
    fill();
    const before = dumpTables(sql());
    const copy = startCopy(datacenter.storage, datacenter.lastIndex);
    const lines = takeLines(copy);
    copy.close();
    expect(recordsByTable(lines)).toEqual(before);
    expect(JSON.parse(lines[0]!)).toMatchObject({
      Type: 'SnapshotHeader',
      Data: { Format: 1, Index: datacenter.lastIndex, Tables: { KVS: 'kv' } },
    });
    expect(JSON.parse(lines.at(-1)!)).toEqual({
      Type: 'SnapshotEnd',
      Data: { Records: lines.length - 2 },
    });
  });

  it('takes no index, wakes nobody, and leaves nothing behind', () => {
    fill();
    const index = datacenter.lastIndex;
    const watcher = datacenter.watch('kv.list', { prefix: '' });
    const copy = startCopy(datacenter.storage, index);
    takeLines(copy);
    copy.close();
    copy.close();
    expect([datacenter.lastIndex, watcher.take(), temporaries()]).toEqual([index, [], []]);
    expect(() => copy.next()).toThrow('given up');
  });

  it('what an interrupted one left is removed by whoever starts next', () => {
    fill();
    const copy = startCopy(datacenter.storage, 1, 1);
    copy.next();
    expect(temporaries().length).toBeGreaterThan(40);
    datacenter.storage.transactionSync(() => dropTemporaryTxn(sql()));
    expect(temporaries()).toEqual([]);
  });

  it('costs a write at most one row for each row that it changes', () => {
    fill();
    const write = (): unknown => set('k/5', `${Math.random()}`.padEnd(8, '0'));
    const alone = datacenter.rowsWrittenBy(write);
    const copy = startCopy(datacenter.storage, 1, 1);
    copy.next();
    expect(datacenter.rowsWrittenBy(write)).toBe(alone + 1);
    // Its first image is kept, so later writes cost nothing more.
    expect(datacenter.rowsWrittenBy(write)).toBe(alone);
    takeLines(copy);
    copy.close();
    expect(datacenter.rowsWrittenBy(write)).toBe(alone);
  });
});

/** What may happen between two pieces. */
type Step = {
  do: 'set' | 'delete' | 'cas' | 'tree' | 'register' | 'deregister' | 'read';
  n: number;
};

function play({ do: what, n }: Step): void {
  const key = `k/${n}`;
  const node = `n${n % 4}`;
  if (what === 'set') set(key, Buffer.from(`${Math.random()}`).toString('base64'));
  if (what === 'delete') datacenter.write('kv.apply', { verb: 'delete', key });
  if (what === 'cas') datacenter.write('kv.apply', { verb: 'cas', key, value: 'eQ==', index: 0 });
  if (what === 'tree') datacenter.write('kv.apply', { verb: 'delete-tree', key: `k/${n % 10}` });
  if (what === 'register') {
    const Service = { ID: `s${n % 3}`, Service: 'web', Port: n };
    datacenter.write('catalog.register', { Node: node, Address: '10.0.0.1', Service } as never);
  }
  if (what === 'deregister') datacenter.write('catalog.deregister', { Node: node });
}

describe('a copy amid writes', () => {
  const step = fc.record<Step>({
    do: fc.constantFrom('set', 'delete', 'cas', 'tree', 'register', 'deregister', 'read', 'read'),
    n: fc.nat(30),
  });

  it('is the state of its beginning, whatever is written while it is taken', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 60 }),
        fc.integer({ min: 1, max: 400 }),
        (steps, pieceChars) => {
          datacenter = new DatacenterFixture();
          fill();
          const before = dumpTables(sql());
          const copy = startCopy(datacenter.storage, 1, pieceChars);
          let text = '';
          for (const next of steps) {
            if (next.do === 'read') text += copy.next() ?? '';
            else play(next);
          }
          const lines = [...text.split('\n').filter((line) => line !== ''), ...takeLines(copy)];
          copy.close();
          expect(recordsByTable(lines)).toEqual(before);
        },
      ),
      { numRuns: 30 },
    );
  });

  it('keys of any characters come through', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.string({ unit: 'binary', minLength: 1 }), {
          minLength: 1,
          maxLength: 20,
        }),
        (keys) => {
          datacenter = new DatacenterFixture();
          for (const key of keys) set(key);
          const before = dumpTables(sql());
          const copy = startCopy(datacenter.storage, 1, 64);
          copy.next();
          for (const key of keys) set(key, 'eQ==');
          const lines = takeLines(copy);
          copy.close();
          expect(recordsByTable(lines)).toEqual(before);
        },
      ),
      { numRuns: 20 },
    );
  });
});
