import { expect, it } from 'vitest';
import { REAP_EVERY_INDEXES, TOMBSTONE_TTL_MS } from '../protocol/limits.ts';
import { DatacenterFixture } from './testing/datacenter-fixture.ts';

/** Far below what one step of reaping waits for. */
const WRITES_A_LIFE = 50;

it('an object that is evicted again and again forgets its deletions all the same', () => {
  const datacenter = new DatacenterFixture();
  let value = 0;
  const set = (key: string): unknown =>
    datacenter.write('kv.apply', { verb: 'set', key, value: `${1000 + value++}` });
  set('gone');
  datacenter.write('kv.apply', { verb: 'delete', key: 'gone' });
  datacenter.now += 2 * TOMBSTONE_TTL_MS;
  const tombstones = (): unknown =>
    datacenter.storage.database.prepare('SELECT COUNT(*) AS n FROM kv_tombstones').get();
  expect(tombstones()).toEqual({ n: 1 });
  for (let written = 0; written < REAP_EVERY_INDEXES; written += WRITES_A_LIFE) {
    for (let at = 0; at < WRITES_A_LIFE; at++) set('k');
    datacenter.evict();
  }
  expect(tombstones()).toEqual({ n: 0 });
});
