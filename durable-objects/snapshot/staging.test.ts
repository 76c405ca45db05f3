import { describe, expect, it } from 'vitest';
import type { SQL } from '../db/storage.ts';
import { createNodeStorage, readSchemaHistory } from '../testing/node-storage.ts';
import { migrateStagingTxn, stageStatement, swapTableTxn } from './staging.ts';
import { readShape } from './table-shape.ts';
import { SAVED_TABLES, UNSAVED_TABLES } from './tables.ts';
import { TemporaryNames, dropTemporaryTxn } from './temporary-names.ts';

const history = readSchemaHistory();
const tables = [...SAVED_TABLES.map(({ table }) => table), ...Object.keys(UNSAVED_TABLES)];

function schemaOf(sql: SQL): string[] {
  return sql
    .exec<{ sql: string | null }>('SELECT sql FROM sqlite_master ORDER BY type, name')
    .toArray()
    .map((row) => (row.sql ?? '').replaceAll(/["`]/g, ''));
}

describe('stageStatement', () => {
  it.each([
    ['CREATE TABLE `kv` (`meta` text)', 'CREATE TABLE "tmp_restore_kv" (`meta` text)'],
    ['\n-- why\nCREATE TABLE `a` (`b` text);', 'CREATE TABLE "tmp_restore_a" (`b` text);'],
    ['ALTER TABLE `kv` ADD `chunks` integer', 'ALTER TABLE "tmp_restore_kv" ADD `chunks` integer'],
    [
      'ALTER TABLE `__new_a` RENAME TO `a`',
      'ALTER TABLE "tmp_restore___new_a" RENAME TO "tmp_restore_a"',
    ],
    [
      'ALTER TABLE `a` RENAME COLUMN "b" TO "c"',
      'ALTER TABLE "tmp_restore_a" RENAME COLUMN "b" TO "c"',
    ],
    [
      'INSERT INTO `__new_a`("b") SELECT "b" FROM `a`',
      'INSERT INTO "tmp_restore___new_a"("b") SELECT "b" FROM "tmp_restore_a"',
    ],
    [
      'UPDATE kv SET value = 1 WHERE "kv"."key" = 2',
      'UPDATE "tmp_restore_kv" SET value = 1 WHERE "tmp_restore_kv"."key" = 2',
    ],
    [
      'INSERT INTO a (b) SELECT value FROM json_each(?) ON CONFLICT DO UPDATE SET b = 1',
      'INSERT INTO "tmp_restore_a" (b) SELECT value FROM json_each(?) ON CONFLICT DO UPDATE SET b = 1',
    ],
    ['DROP TABLE IF EXISTS `a`', 'DROP TABLE IF EXISTS "tmp_restore_a"'],
    ['DELETE FROM a', 'DELETE FROM "tmp_restore_a"'],
    ['CREATE INDEX `i` ON `kv` (`key`)', null],
    ['CREATE UNIQUE INDEX `i` ON `kv` (`key`)', null],
    ['DROP INDEX `i`', null],
    ['PRAGMA foreign_keys=OFF;', null],
  ])('%s', (statement, staged) => {
    expect(stageStatement(statement, { prefix: 'tmp_restore_' })).toBe(staged);
  });
});

describe('the committed migrations over staging tables', () => {
  it.each(history.map(({ tag }, at) => [at + 1, tag]))(
    'from schema %i (%s) they end in the present tables and touch no live one',
    (version) => {
      const { sql } = createNodeStorage();
      const before = schemaOf(sql);
      const names = new TemporaryNames(sql, 'restore');
      migrateStagingTxn(sql, history, names, 0, version);
      migrateStagingTxn(sql, history, names, version);
      for (const table of tables) {
        const staged = readShape(sql, names.of(table));
        expect(staged).toEqual({ ...readShape(sql, table), table: names.of(table) });
      }
      dropTemporaryTxn(sql);
      expect(schemaOf(sql)).toEqual(before);
    },
  );

  it('swapped tables are those of a fresh database, indexes and all', () => {
    const { sql } = createNodeStorage();
    const before = schemaOf(sql);
    const names = new TemporaryNames(sql, 'restore');
    migrateStagingTxn(sql, history, names, 0);
    for (const { table } of SAVED_TABLES) swapTableTxn(sql, table, names);
    dropTemporaryTxn(sql);
    expect(schemaOf(sql)).toEqual(before);
  });
});
