import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { findRowList } from '../../protocol/row-lists.ts';
import { compareUTF8 } from '../../protocol/canonical-json.ts';
import { RowText } from './row-text.ts';

const kvList = findRowList('kv.list')!;
const services = findRowList('catalog.services')!;

interface Pair {
  Key: string;
  Value: string | null;
  Nested?: unknown;
}

const pairs = fc.uniqueArray(
  fc.record({
    Key: fc.string({ unit: 'grapheme' }),
    Value: fc.oneof(fc.constant(null), fc.string()),
    Nested: fc.jsonValue(),
  }),
  { selector: ({ Key }) => Key },
);

const render = (list: readonly Pair[]): string =>
  JSON.stringify(list.toSorted((a, b) => compareUTF8(a.Key, b.Key)));

describe('a list of keys', () => {
  it('is taken apart and put together again', () => {
    fc.assert(
      fc.property(pairs, (list) => {
        const text = RowText.parse(kvList, render(list));
        expect(text.size).toBe(list.length);
        expect(text.render()).toBe(render(list));
      }),
    );
  });

  it('takes any change', () => {
    fc.assert(
      fc.property(pairs, pairs, fc.infiniteStream(fc.boolean()), (before, after, coin) => {
        const isGone = new Map(after.map(({ Key }) => [Key, coin.next().value as boolean]));
        const text = RowText.parse(kvList, render(before));
        text.apply(
          after.map((pair) => ({
            group: pair.Key,
            rows: isGone.get(pair.Key) ? [] : [JSON.stringify(pair)],
          })),
        );
        const kept = before.filter(({ Key }) => !isGone.has(Key));
        const fresh = after.filter(({ Key }) => !isGone.get(Key));
        expect(text.render()).toBe(render([...kept, ...fresh]));
      }),
    );
  });

  it('that does not exist yet takes rows too', () => {
    const text = RowText.parse(kvList, '');
    text.apply([{ group: 'a', rows: ['{"Key":"a"}'] }]);
    expect(text.render()).toBe('[{"Key":"a"}]');
  });

  it.each(['x', '{', '["a]', '[{"Key":"a"]x'])('is refused as %s', (body) => {
    expect(() => RowText.parse(kvList, body)).toThrow(SyntaxError);
  });
});

describe('a list of services', () => {
  it('puts spellings of one name where each of them stands', () => {
    const text = RowText.parse(services, '{"Web":[],"api":["a,b"],"web":["v1"]}');
    text.apply([{ group: 'web', rows: ['"WEB":[]', '"web":["v2"]'] }]);
    expect(text.render()).toBe('{"WEB":[],"api":["a,b"],"web":["v2"]}');
  });
});
