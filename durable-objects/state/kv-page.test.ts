import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { MAX_LIST_CHARS } from '../../protocol/limits.ts';
import type { Reply } from '../../protocol/frames.ts';
import type { KVPageArgs } from '../../protocol/methods.ts';
import type { KVPair } from '../../protocol/types/kv.ts';
import { DatacenterFixture } from '../testing/datacenter-fixture.ts';

function fill(keys: Iterable<string>, value = 'eA=='): DatacenterFixture {
  const datacenter = new DatacenterFixture();
  for (const key of keys) datacenter.write('kv.apply', { verb: 'set', key, value });
  return datacenter;
}

/** Every page, one after the other. */
function pages(datacenter: DatacenterFixture, args: Omit<KVPageArgs, 'after'>): string[][] {
  const found: string[][] = [];
  for (let after: string | undefined = ''; after !== undefined;) {
    const { body, notes }: Reply = datacenter.readRaw('kv.page', { ...args, after });
    const list = (body === '' ? [] : JSON.parse(body)) as (KVPair | string)[];
    found.push(list.map((each) => (typeof each === 'string' ? each : each.Key)));
    after = notes?.Next === undefined ? undefined : decodeURIComponent(notes.Next);
    if (found.length > 200) throw new Error('pages without end');
  }
  return found;
}

describe('pages of a prefix', () => {
  it.each([
    [1, [['a/1'], ['a/2'], ['a/3']]],
    [2, [['a/1', 'a/2'], ['a/3']]],
    [3, [['a/1', 'a/2', 'a/3']]],
    [9, [['a/1', 'a/2', 'a/3']]],
  ])('of %d', (limit, expected) => {
    const datacenter = fill(['a', 'a/1', 'a/2', 'a/3', 'a0']);
    expect(pages(datacenter, { prefix: 'a/', form: 'list', limit })).toEqual(expected);
  });

  it('of nothing is one empty page', () => {
    expect(pages(fill(['b']), { prefix: 'a/', form: 'list', limit: 5 })).toEqual([[]]);
  });

  it('put together are the whole list, in its order, folded or not', () => {
    const part = fc.constantFrom('a', 'b', '/', '/', '\u{1f511}', '\u00e9', ' ');
    const keys = fc.uniqueArray(
      fc.array(part, { minLength: 1, maxLength: 6 }).map((parts) => parts.join('')),
      { maxLength: 25 },
    );
    const query = fc.record({
      prefix: fc.constantFrom('', 'a', 'a/', '/'),
      separator: fc.constantFrom('', '/', '//'),
      limit: fc.integer({ min: 1, max: 5 }),
    });
    fc.assert(
      fc.property(keys, query, (names, { prefix, separator, limit }) => {
        const datacenter = fill(names);
        const list = datacenter.read('kv.list', { prefix }) ?? [];
        const listed = pages(datacenter, { prefix, form: 'list', limit });
        expect(listed.flat()).toEqual(list.map(({ Key }) => Key));
        const folded = pages(datacenter, { prefix, form: 'keys', separator, limit });
        expect(folded.flat()).toEqual(datacenter.read('kv.keys', { prefix, separator }) ?? []);
        for (const page of [...listed, ...folded]) expect(page.length).toBeLessThanOrEqual(limit);
        datacenter.storage.database.close();
      }),
    );
  });
});

describe('a list that is too long', () => {
  // 500 KB each.
  const value = 'A'.repeat(500_000);
  const count = Math.ceil(MAX_LIST_CHARS / value.length) + 1;
  const keys = Array.from({ length: count }, (_, at) => `big/${String(at).padStart(4, '0')}`);

  it('is refused with the way to read it, and its pages are not', () => {
    const datacenter = fill(keys, value);
    const refused = datacenter.readRaw('kv.list', { prefix: 'big/' });
    expect(refused.code).toBe('too-large');
    expect(refused.body).toMatch(/longer than 28 MB: read it in pages, \?limit=1000/);
    expect(datacenter.readRaw('kv.keys', { prefix: 'big/' }).code).toBeUndefined();
    const found = pages(datacenter, { prefix: 'big/', form: 'list', limit: 1000 });
    expect(found.length).toBeGreaterThan(1);
    expect(found.flat()).toEqual(keys);
  });
});
