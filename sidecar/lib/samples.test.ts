import { describe, expect, it } from 'vitest';
import { SampleBook } from './samples.ts';

const INTERVAL_MS = 10_000;

describe('samples', () => {
  it('are summed up over an interval, each series of labels for itself', () => {
    const book = new SampleBook();
    for (const value of [2, 4, 6]) book.observe('a', { path: 'x' }, value);
    book.observe('a', { path: 'y' }, 5);
    const [x, y] = book.readInterval(INTERVAL_MS);
    expect(x).toEqual({
      Name: 'a',
      Labels: { path: 'x' },
      Count: 3,
      Sum: 12,
      Rate: 1.2,
      Min: 2,
      Max: 6,
      Mean: 4,
      Stddev: 2,
    });
    expect(y).toMatchObject({ Count: 1, Min: 5, Max: 5, Stddev: 0 });
    book.endInterval();
    expect(book.readInterval(INTERVAL_MS)).toEqual([]);
  });

  it('keep their totals over intervals, their quantiles for two', () => {
    const book = new SampleBook();
    for (let value = 1; value <= 101; value++) book.observe('a', {}, value);
    book.endInterval();
    const quantiles = [
      [0.5, 51],
      [0.9, 91],
      [0.99, 100],
    ];
    expect(book.summaries()).toMatchObject([{ name: 'a', count: 101, sum: 5151, quantiles }]);
    book.endInterval();
    const [silent] = book.summaries();
    expect(silent).toMatchObject({ count: 101, sum: 5151 });
    expect(silent!.quantiles.map(([, value]) => value)).toEqual([NaN, NaN, NaN]);
  });

  it('cost bounded memory, however many values and labels come', () => {
    const book = new SampleBook();
    for (let n = 0; n < 3000; n++) book.observe('a', { key: String(n) }, 1);
    for (let n = 0; n < 3000; n++) book.observe('a', { key: '0' }, 1);
    const summaries = book.summaries();
    expect(summaries).toHaveLength(2000);
    expect(summaries[0]).toMatchObject({ count: 3001, sum: 3001 });
  });
});
