import { expect, it } from 'vitest';
import type { SQL, SQLValue } from '../db/storage.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import { Insertion } from './catalog-insertion.ts';

type Row = { key: string; text: string; number: number; optional: string | null };

const USUAL = { text: "it's '?1'", number: 1, optional: null };

it.each<[string, Partial<Row>, bindings: number]>([
  ['what is usual everywhere', {}, 1],
  ['an unusual text', { text: '' }, 2],
  ['a number of another value', { number: 0 }, 2],
  ['a text where there mostly is none', { optional: 'null' }, 2],
  ['nothing that is usual', { text: 'a', number: 2, optional: '' }, 4],
])('a row comes out as it went in, and binds only the rest: %s', (_, given, bindings) => {
  const { sql } = createNodeStorage([]);
  sql.exec('CREATE TABLE t (key TEXT, text TEXT, number INTEGER, optional TEXT)');
  const bound: number[] = [];
  const counting: SQL = {
    exec<Each extends Record<string, SQLValue>>(query: string, ...values: SQLValue[]) {
      bound.push(values.length);
      return sql.exec<Each>(query, ...values);
    },
  };
  const insertion = new Insertion<Row>('t', ['key', 'text', 'number', 'optional'], USUAL);
  const row = { key: 'k', ...USUAL, ...given };
  insertion.insert(counting, row);
  expect(sql.exec('SELECT * FROM t').toArray()).toEqual([row]);
  expect(bound).toEqual([bindings]);
});
