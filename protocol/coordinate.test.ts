import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  COORDINATE_DIMENSIONS,
  ORIGIN,
  distanceBetween,
  distanceSeconds,
  isFiniteCoordinate,
} from './coordinate.ts';
import type { Coordinate } from './types/coordinate.ts';

const at = (x: number, rest: Partial<Coordinate> = {}): Coordinate => ({
  Vec: [x, 0, 0, 0, 0, 0, 0, 0],
  Error: 1.5,
  Adjustment: 0,
  Height: 0,
  ...rest,
});

const coordinate = fc.record({
  Vec: fc.array(fc.double({ min: -1, max: 1, noNaN: true }), {
    minLength: COORDINATE_DIMENSIONS,
    maxLength: COORDINATE_DIMENSIONS,
  }),
  Error: fc.double({ min: 0, max: 1.5, noNaN: true }),
  Adjustment: fc.double({ min: -0.01, max: 0.01, noNaN: true }),
  Height: fc.double({ min: 0, max: 0.1, noNaN: true }),
});

describe('the distance', () => {
  it.each<[string, Coordinate, Coordinate, number]>([
    ['is the straight line', at(0), at(0.01), 0.01],
    ['is the same both ways', at(0.01), at(0.008), 0.002],
    ['adds both heights', at(0, { Height: 0.001 }), at(0, { Height: 0.002 }), 0.003],
    ['adds both adjustments', at(0), at(0.01, { Adjustment: -0.004 }), 0.006],
    ['ignores adjustments that would leave nothing', at(0), at(0.01, { Adjustment: -0.02 }), 0.01],

    ['of a node from itself is twice its height', ORIGIN, ORIGIN, 2e-5],
  ])('%s', (_what, left, right, seconds) => {
    expect(distanceSeconds(left, right)).toBeCloseTo(seconds, 8);
  });

  it('is cut to nanoseconds, so that what is closer counts as equally far', () => {
    expect(distanceSeconds(at(0), at(1.9e-9))).toBe(distanceSeconds(at(0), at(1.1e-9)));
  });

  it('is symmetric and never negative, whatever the coordinates', () => {
    fc.assert(
      fc.property(coordinate, coordinate, (left, right) => {
        expect(distanceSeconds(left, right)).toBeCloseTo(distanceSeconds(right, left), 9);
        expect(distanceSeconds(left, right)).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  it.each<[string, Record<string, number>, Record<string, number>, number]>([
    ['of the default segment', { '': 0.01 }, { '': 0.03 }, 0.02],
    ['of the one that the client is in', { alpha: 0.01 }, { '': 5, alpha: 0.03, beta: 9 }, 0.02],
    ['unknown without a common segment', { alpha: 0.01 }, { beta: 0.03 }, Infinity],
    ['unknown to nowhere', { '': 0.01 }, {}, Infinity],
  ])('between nodes is that %s', (_what, left, right, seconds) => {
    const set = (places: Record<string, number>) =>
      new Map(Object.entries(places).map(([segment, x]) => [segment, at(x)]));
    expect(distanceBetween(set(left), set(right))).toBeCloseTo(seconds, 8);
  });
});

it.each([
  [ORIGIN, true],
  [at(Number.NaN), false],
  [at(0, { Height: Infinity }), false],
])('tells numbers from none', (given, finite) => {
  expect(isFiniteCoordinate(given)).toBe(finite);
});
