import { describe, expect, it } from 'vitest';
import { Founding } from './founding.ts';
import { createNodeStorage } from './testing/node-storage.ts';

const EU = { Name: 'dc2', Jurisdiction: 'eu' };

describe('a datacenter', () => {
  it('that the deployment names needs nobody to make it', () => {
    const founding = new Founding(createNodeStorage(), true);
    expect(() => founding.require()).not.toThrow();
    expect(founding.jurisdiction).toBe('');
  });

  it('that nobody made answers nothing', () => {
    const founding = new Founding(createNodeStorage(), false);
    expect(() => founding.require()).toThrow('No path to datacenter');
  });

  it('that was made is one for ever, where it was made first', () => {
    const storage = createNodeStorage();
    new Founding(storage, false).found(EU);
    const again = new Founding(storage, false);
    again.found({ Name: 'dc2', Jurisdiction: '' });
    expect(() => again.require()).not.toThrow();
    expect(new Founding(storage, false).jurisdiction).toBe('eu');
  });

  it('that is removed answers nothing more, and is not made anew in the same life', () => {
    const founding = new Founding(createNodeStorage(), true);
    founding.remove();
    expect(() => founding.require()).toThrow('No path to datacenter');
    expect(() => founding.found(EU)).toThrow('No path to datacenter');
  });
});

it('keeps a copy of the list', () => {
  const storage = createNodeStorage();
  expect(new Founding(storage, true).keptList()).toEqual([]);
  const list = [{ Name: 'dc2', Location: 'weur', Jurisdiction: '', CreatedAt: 't' }];
  new Founding(storage, true).keepList(list);
  expect(new Founding(storage, true).keptList()).toEqual(list);
});
