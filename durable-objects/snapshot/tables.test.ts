import { getTableConfig } from 'drizzle-orm/sqlite-core';
import { is } from 'drizzle-orm';
import { SQLiteTable } from 'drizzle-orm/sqlite-core';
import { describe, expect, it } from 'vitest';
import * as schema from '../db/schema.ts';
import { createNodeStorage } from '../testing/node-storage.ts';
import { readShape } from './table-shape.ts';
import { SAVED_TABLES, UNSAVED_TABLES } from './tables.ts';

const declared = Object.values(schema)
  .filter((value) => is(value, SQLiteTable))
  .map((table) => getTableConfig(table).name);
const saved = SAVED_TABLES.map(({ table }) => table);

describe('every table of the schema', () => {
  it.each(declared)('%s is either saved or left out with a reason', (table) => {
    expect([...saved, ...Object.keys(UNSAVED_TABLES)].filter((name) => name === table)).toEqual([
      table,
    ]);
  });

  it('and no other is in the lists', () => {
    expect([...saved, ...Object.keys(UNSAVED_TABLES)].toSorted()).toEqual(declared.toSorted());
  });
});

describe('saved tables', () => {
  const { sql } = createNodeStorage();

  it.each(saved)('%s can be copied: plain columns, a key of at most three', (table) => {
    const shape = readShape(sql, table);
    expect(shape.key.length).toBeLessThanOrEqual(3);
    expect(shape.columns.length).toBeGreaterThan(0);
  });

  it('have types of their own', () => {
    expect(new Set(SAVED_TABLES.map(({ type }) => type)).size).toBe(SAVED_TABLES.length);
  });
});
