import { DatabaseSync } from 'node:sqlite';
import { beforeEach, describe, expect, it } from 'vitest';
import { MAX_DATACENTERS } from '../../protocol/limits.ts';
import type { SQL } from '../db/storage.ts';
import { storageOver } from '../testing/node-storage.ts';
import {
  addDatacenter,
  createListTable,
  listDatacenters,
  removeDatacenter,
} from './datacenter-list.ts';

let sql: SQL;
const add = (Name: string, Location = '', Jurisdiction = ''): boolean =>
  addDatacenter(sql, { Name, Location, Jurisdiction }, 0);

beforeEach(() => {
  ({ sql } = storageOver(new DatabaseSync(':memory:')));
  createListTable(sql);
  createListTable(sql);
});

describe('the list', () => {
  it('is in the order of names', () => {
    add('dc3', 'weur', 'eu');
    add('dc2');
    expect(listDatacenters(sql)).toEqual([
      { Name: 'dc2', Location: '', Jurisdiction: '', CreatedAt: '1970-01-01T00:00:00.000Z' },
      { Name: 'dc3', Location: 'weur', Jurisdiction: 'eu', CreatedAt: '1970-01-01T00:00:00.000Z' },
    ]);
    expect(removeDatacenter(sql, 'dc2')).toBe(true);
    expect(removeDatacenter(sql, 'dc2')).toBe(false);
    expect(listDatacenters(sql)).toHaveLength(1);
  });

  it('takes the same words twice, and no others', () => {
    expect(add('dc2', 'weur')).toBe(true);
    expect(add('dc2', 'weur')).toBe(false);
    expect(() => add('dc2', 'apac')).toThrow('exists, in another place');
    expect(() => add('dc2', 'weur', 'eu')).toThrow('exists, in another place');
    expect(listDatacenters(sql)).toHaveLength(1);
  });

  it.each([
    ['', '', ''],
    ['DC2', '', ''],
    ['a/b', '', ''],
    ['x'.repeat(64), '', ''],
    ['dc2', 'mars', ''],
    ['dc2', '', 'mars'],
    ['dc2', 'constructor', ''],
  ])('refuses %j %j %j', (name, location, jurisdiction) => {
    expect(() => add(name, location, jurisdiction)).toThrow();
    expect(listDatacenters(sql)).toEqual([]);
  });

  it('has an end', () => {
    for (let i = 0; i < MAX_DATACENTERS; i++) add(`dc${i}`);
    expect(() => add('one-more')).toThrow('at most');
  });
});
