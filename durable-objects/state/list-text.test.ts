import { describe, expect, it } from 'vitest';
import { MAX_LIST_CHARS } from '../../protocol/limits.ts';
import { ListText } from './list-text.ts';

describe('a list put together piece by piece', () => {
  it.each([0, 1, 2, 50_000])('of %i items is what joining them at once gives', (count) => {
    const items = Array.from({ length: count }, (_, at) => `{"number":${at}}`);
    const list = new ListText('ask for less');
    for (const item of items) list.add(item);
    expect(list.render()).toBe(count === 0 ? '' : `[${items.join(',')}]`);
  });

  it('refuses what is too long, and says what to do', () => {
    const list = new ListText('ask for less');
    const item = 'x'.repeat(1024 * 1024);
    const fill = (): void => {
      for (let chars = 0; chars <= MAX_LIST_CHARS; chars += item.length) list.add(item);
    };
    expect(fill).toThrow(/longer than 28 MB: ask for less/);
  });
});
