/** A datacenter of every earlier version opens in this one, and everything in it is found. */
import { DatabaseSync } from 'node:sqlite';
import { is } from 'drizzle-orm';
import { SQLiteTable, getTableConfig } from 'drizzle-orm/sqlite-core';
import { describe, expect, it } from 'vitest';
import * as schema from '../../durable-objects/db/schema.ts';
import { DatacenterState } from '../../durable-objects/datacenter-state.ts';
import { storageOver } from '../../durable-objects/testing/node-storage.ts';
import type { MethodArgs, ReadMethod } from '../../protocol/methods.ts';
import {
  listData,
  listVersions,
  migrate,
  rowsOf,
  shapeOf,
  store,
  tablesOf,
} from './stored-versions.ts';

const versions = listVersions();

function databaseOf(count: number): DatabaseSync {
  const database = new DatabaseSync(':memory:');
  store(database, versions.slice(0, count));
  return database;
}

describe('the list of migrations', () => {
  it('is in the order of time, else the migrator would skip one', () => {
    const times = versions.map(({ when }) => when);
    expect(times).toEqual([...new Set(times)].toSorted((a, b) => a - b));
  });

  it('has data for every table that a version brought', () => {
    const database = databaseOf(versions.length);
    const empty = tablesOf(database).filter((table) => rowsOf(database, table).length === 0);
    // A table named here needs a row in test/migrations/data/NAME-OF-ITS-MIGRATION.sql.
    expect(empty).toEqual([]);
    expect(listData().filter((name) => !versions.some(({ tag }) => tag === name))).toEqual([]);
  });

  it('leads to what schema.ts declares', () => {
    const database = databaseOf(versions.length);
    const declared = (Object.values(schema) as unknown[])
      .filter((value): value is SQLiteTable => is(value, SQLiteTable))
      .map((table) => getTableConfig(table))
      .toSorted((a, b) => (a.name < b.name ? -1 : 1));
    expect(tablesOf(database)).toEqual(declared.map(({ name }) => name));
    for (const { name, columns, indexes } of declared) {
      const found = database
        .prepare(`SELECT name, "notnull" FROM pragma_table_info('${name}')`)
        .all();
      expect(found.map((column) => column['name']).toSorted(), name).toEqual(
        columns.map((column) => column.name).toSorted(),
      );
      const nullable = found
        .filter((column) => column['notnull'] === 0)
        .map((column) => column['name']);
      expect(nullable.toSorted(), name).toEqual(
        columns
          .filter((column) => !column.notNull)
          .map((column) => column.name)
          .toSorted(),
      );
      const own = database
        .prepare(`SELECT name FROM pragma_index_list('${name}') WHERE origin = 'c'`)
        .all();
      expect(own.map((index) => index['name']).toSorted(), name).toEqual(
        indexes.map((index) => index.config.name).toSorted(),
      );
    }
  });
});

/** What was stored, each with the version that brought it and a part of the answer. */
const FINDS: readonly [since: string, method: ReadMethod, args: object, part: string][] = [
  ['0000_initial', 'kv.get', { key: 'app/a' }, '"Flags":42,"Value":"dHdv"'],
  [
    '0000_initial',
    'kv.get',
    { key: 'app/lock' },
    '"Session":"00000000-0000-4000-8000-000000000004"',
  ],
  ['0000_initial', 'kv.list', { prefix: 'app/' }, '"Key":"app/late"'],
  ['0000_initial', 'kv.history', { key: 'app/a' }, 'b25l'],
  ['0000_initial', 'session.list', {}, '"Name":"leader"'],
  ['0000_initial', 'catalog.nodes', {}, '"rack":"1"'],
  ['0000_initial', 'catalog.services', {}, '"web":["v1"]'],
  ['0000_initial', 'health.service', { service: 'web' }, '"Output":"ok"'],
  ['0000_initial', 'health.service', { service: 'web', connect: true }, '"Node":"n1"'],
  ['0000_initial', 'health.state', { state: 'any' }, '"CheckID":"disk"'],
  ['0000_initial', 'catalog.virtual-ip', { service: 'web' }, '240.0.0.1'],
  ['0001_history', 'kv.get', { key: 'app/long' }, '"Value":"bG9uZ2Vy"'],
  ['0002_coordinates_and_queries', 'coordinate.node', { node: 'n1' }, '"Height":0.00001'],
  ['0003_events', 'event.list', {}, '"Name":"deploy"'],
  [
    '0004_config_entries',
    'config.get',
    { kind: 'service-defaults', name: 'web' },
    '"Protocol":"http"',
  ],
];

describe.each(versions.map(({ tag }, at) => ({ tag, count: at + 1 })))(
  'a datacenter of $tag',
  ({ tag, count }) => {
    it('keeps every row, and becomes what a new one is', () => {
      const database = databaseOf(count);
      const tables = tablesOf(database);
      const before = tables.map((table) => rowsOf(database, table));
      migrate(database, versions.slice(count));
      for (const [at, table] of tables.entries()) {
        const after = rowsOf(database, table);
        expect(after, table).toHaveLength(before[at]!.length);
        for (const [position, row] of before[at]!.entries())
          expect(after[position], table).toMatchObject(row);
      }
      const fresh = new DatabaseSync(':memory:');
      migrate(fresh, versions);
      expect(shapeOf(database)).toEqual(shapeOf(fresh));
    });

    it('answers for everything that it held, and goes on from its index', () => {
      const database = databaseOf(count);
      migrate(database, versions.slice(count));
      const clock = { now: () => 1_764_000_001_000, newUUID: () => 'new' };
      const state = new DatacenterState(storageOver(database), 'dc1', clock);
      const call = (method: string, args: unknown) =>
        state.callAlone({ method, args, token: '', actor: 'test' });
      for (const [since, method, args, part] of FINDS) {
        if (since > tag) continue;
        const reply = call(method, args as MethodArgs<ReadMethod>);
        expect(`${reply.code ?? ''}${reply.body}`, `${method} ${JSON.stringify(args)}`).toContain(
          part,
        );
      }
      expect(state.uuid).toBe('00000000-0000-4000-8000-000000000001');
      // The tombstone still speaks for the deleted key.
      expect(call('kv.get', { key: 'app/gone' }).index).toBe(9);
      const last = state.writer.lastIndex;
      expect(last).toBeGreaterThanOrEqual(12);
      expect(call('kv.apply', { verb: 'set', key: 'new', value: 'eA==' }).index).toBe(last + 1);
      // The log's last index is also that of all checks, wherever the version kept it.
      expect(call('health.state', { state: 'any' }).index).toBe(3);
    });
  },
);
