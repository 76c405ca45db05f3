import { describe, expect, it } from 'vitest';
import { median, percentile } from './statistics.ts';

describe('percentile', () => {
  it.each([
    [[3, 1, 2], 50, 2],
    [[4, 1, 2, 3], 50, 2.5],
    [[10, 20], 25, 12.5],
    [[5], 99, 5],
    [[1, 2, 3, 4, 5], 0, 1],
    [[1, 2, 3, 4, 5], 100, 5],
  ])('of %j at rank %d is %d', (values, rank, expected) => {
    expect(percentile(values, rank)).toBeCloseTo(expected);
  });

  it('of nothing is not a number', () => {
    expect(median([])).toBeNaN();
  });
});
