import fc from 'fast-check';
import { beforeEach, describe, expect, it } from 'vitest';
import { createNodeStorage } from '../testing/node-storage.ts';
import { type DeferredTable, DeferredStorage } from './deferred-storage.ts';
import type { SQL, SQLValue, Storage } from './storage.ts';

interface Row {
  readonly id: number;
  readonly text: string;
}

/** How many rows each statement wrote. */
let statements: number[];
let plain: Storage;
let storage: DeferredStorage;

const table: DeferredTable<Row> = {
  name: 'notes',
  mustNotWait: ({ text }) => text.length > 10,
  write(sql, rows) {
    statements.push(rows.length);
    for (const { id, text } of rows)
      sql.exec('INSERT OR REPLACE INTO notes VALUES (?, ?)', id, text);
  },
};

const add = (id: number, text = 'x'): void => storage.defer(table, { id, text });
const READ = 'SELECT id FROM notes ORDER BY id';
const ids = (sql: SQL): SQLValue[] =>
  sql
    .exec<{ id: number }>(READ)
    .toArray()
    .map(({ id }) => id);

function failing(work: () => void): void {
  const refused = new Error('refused');
  expect(() =>
    storage.transactionSync(() => {
      work();
      throw refused;
    }),
  ).toThrow(refused);
}

beforeEach(() => {
  statements = [];
  plain = createNodeStorage([]);
  plain.sql.exec('CREATE TABLE notes (id INTEGER PRIMARY KEY, text TEXT NOT NULL)');
  plain.sql.exec('CREATE TABLE others (id INTEGER PRIMARY KEY)');
  storage = new DeferredStorage(plain);
});

describe('deferred rows', () => {
  it('are written once, at the end of the outermost transaction', () => {
    storage.transactionSync(() => {
      add(1);
      storage.transactionSync(() => add(2));
      storage.sql.exec('INSERT INTO others VALUES (1)');
      expect(ids(plain.sql)).toEqual([]);
    });
    expect(ids(plain.sql)).toEqual([1, 2]);
    expect(statements).toEqual([2]);
  });

  it('are seen by every statement that names their table', () => {
    storage.transactionSync(() => {
      add(1);
      expect(ids(storage.sql)).toEqual([1]);
      add(2);
      storage.sql.exec("UPDATE notes SET text = 'changed'");
      add(3);
    });
    expect(plain.sql.exec('SELECT text FROM notes ORDER BY id').toArray()).toEqual([
      { text: 'changed' },
      { text: 'changed' },
      { text: 'x' },
    ]);
  });

  it('go with what is rolled back, and only those', () => {
    storage.transactionSync(() => {
      add(1);
      failing(() => add(2));
      add(3);
    });
    expect(ids(plain.sql)).toEqual([1, 3]);
  });

  it('of an earlier write survive a later one that read them and was rolled back', () => {
    storage.transactionSync(() => {
      add(1);
      failing(() => {
        add(2);
        expect(ids(storage.sql)).toEqual([1, 2]);
      });
      expect(ids(plain.sql)).toEqual([]);
      add(3);
    });
    expect(ids(plain.sql)).toEqual([1, 3]);
  });

  it('are gone when the whole transaction failed, and do not come with the next', () => {
    failing(() => add(1));
    storage.transactionSync(() => add(2));
    expect(ids(plain.sql)).toEqual([2]);
  });

  it('are written at once where no transaction is open, or where the database might refuse them', () => {
    add(1);
    expect(ids(plain.sql)).toEqual([1]);
    storage.transactionSync(() => {
      add(2, 'a long text of its own');
      expect(ids(plain.sql)).toEqual([1, 2]);
    });
  });
});

type Step =
  | { kind: 'add'; id: number }
  | { kind: 'read' }
  | { kind: 'nest'; fails: boolean; steps: Step[] };

const steps = fc.letrec<{ steps: Step[] }>((tie) => ({
  steps: fc.array(
    fc.oneof(
      { depthSize: 'small' },
      fc.record({ kind: fc.constant('add' as const), id: fc.nat(9) }),
      fc.record({ kind: fc.constant('read' as const) }),
      fc.record({ kind: fc.constant('nest' as const), fails: fc.boolean(), steps: tie('steps') }),
    ),
    { maxLength: 6 },
  ),
})).steps;

it('nobody can tell from rows that were written at once, whatever is rolled back and read in between', () => {
  const play = (
    target: Storage,
    put: (id: number, text: string) => void,
    list: Step[],
  ): unknown[] => {
    const seen: unknown[] = [];
    let count = 0;
    const run = (each: Step): void => {
      if (each.kind === 'add') put(each.id, String(count++));
      else if (each.kind === 'read')
        seen.push(target.sql.exec('SELECT * FROM notes ORDER BY id').toArray());
      else {
        try {
          target.transactionSync(() => {
            each.steps.forEach(run);
            if (each.fails) throw new Error('refused');
          });
        } catch (error) {
          if (!each.fails) throw error;
        }
      }
    };
    target.transactionSync(() => list.forEach(run));
    seen.push(target.sql.exec('SELECT * FROM notes ORDER BY id').toArray());
    return seen;
  };
  fc.assert(
    fc.property(steps, (list) => {
      plain.sql.exec('DELETE FROM notes');
      const deferred = play(storage, (id, text) => add(id, text), list);
      plain.sql.exec('DELETE FROM notes');
      const direct = play(plain, (id, text) => table.write(plain.sql, [{ id, text }]), list);
      expect(deferred).toEqual(direct);
    }),
  );
});
