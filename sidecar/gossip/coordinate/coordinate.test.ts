import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distanceSeconds } from '../../../protocol/coordinate.ts';
import type { Coordinate } from '../../../protocol/types/coordinate.ts';
import { SeededRandom } from '../testing/seeded-random.ts';
import { CoordinateClient, CoordinateError } from './coordinate-client.ts';
import { DEFAULT_COORDINATE_CONFIG, originOf } from './coordinate.ts';
import type { CoordinateConfig } from './coordinate.ts';

const origin = originOf(DEFAULT_COORDINATE_CONFIG);
const at = (first: number, more: Partial<Coordinate> = {}): Coordinate => ({
  ...origin,
  Vec: [first, ...origin.Vec.slice(1)],
  ...more,
});

function clientOf(seed = 1, config: CoordinateConfig = DEFAULT_COORDINATE_CONFIG) {
  const random = new SeededRandom(seed);
  return new CoordinateClient(() => random.unit(), config);
}

describe('as Serf computes it', () => {
  interface Step {
    Node: string;
    Other: Coordinate;
    RttNs: number;
    After: Coordinate;
  }
  const file = new URL('../../../test/vectors/serf/coordinate.json', import.meta.url);
  const steps = JSON.parse(readFileSync(file, 'utf8')) as Step[];

  it('120 recorded steps end where Serf ends', () => {
    const client = clientOf();
    for (const [index, { Node, Other, RttNs, After }] of steps.entries()) {
      if (index % 40 === 39) client.forgetNode(Node);
      const mine = client.update(Node, Other, RttNs / 1e9);
      // Serf rounds distances to nanoseconds.
      const flat = ({ Vec, Error, Adjustment, Height }: Coordinate): number[] => [
        ...Vec,
        Error,
        Adjustment,
        Height,
      ];
      for (const [field, value] of flat(mine).entries()) {
        expect(value, `step ${index} field ${field}`).toBeCloseTo(flat(After)[field] ?? 0, 7);
      }
    }
  });
});

describe('distance', () => {
  it.each([
    ['straight', at(1), at(3), 2 + 2 * origin.Height],
    ['heights add', at(0, { Height: 0.5 }), at(1, { Height: 0.25 }), 1.75],
    ['adjustments add', at(0, { Height: 0, Adjustment: 0.1 }), at(1, { Height: 0 }), 1.1],
    ['an adjustment that outweighs it is left out', at(0, { Adjustment: -9 }), at(1), 1.00002],
  ])('%s', (_, a, b, expected) => {
    expect(distanceSeconds(a, b)).toBeCloseTo(expected, 9);
    expect(distanceSeconds(b, a)).toBeCloseTo(expected, 9);
  });
});

describe('what is refused', () => {
  it.each([
    ['other dimensions', { ...origin, Vec: [0] }, 0.1, /dimensions/],
    ['NaN', at(Number.NaN), 0.1, /invalid/],
    ['infinite height', at(0, { Height: Infinity }), 0.1, /invalid/],
    ['a negative round trip', origin, -1, /round trip/],
    ['one beyond ten seconds', origin, 10.1, /round trip/],
    ['one that is no number', origin, Number.NaN, /round trip/],
  ])('%s', (_, other, rtt, words) => {
    const client = clientOf();
    expect(() => client.update('a', other, rtt)).toThrow(words);
    expect(client.coordinate).toEqual(origin);
  });

  it('no dimensions at all', () => {
    const config = { ...DEFAULT_COORDINATE_CONFIG, dimensionality: 0 };
    expect(() => clientOf(1, config)).toThrow(CoordinateError);
  });
});

describe('client', () => {
  it('two nodes in the origin part', () => {
    const client = clientOf();
    client.update('b', origin, 0.1);
    expect(client.distanceSecondsTo(origin)).toBeGreaterThan(0.01);
  });

  it('one odd round trip counts little', () => {
    const run = (odd: number): number => {
      const client = clientOf();
      for (let i = 0; i < 50; i++) client.update('b', at(0.05), i === 40 ? odd : 0.05);
      return client.distanceSecondsTo(at(0.05));
    };
    expect(Math.abs(run(5) - run(0.05))).toBeLessThan(0.001);
  });

  it('stays finite whatever the others say', () => {
    const double = fc.double({ min: -1e308, max: 1e308, noNaN: true });
    const coordinate = fc.record({
      Vec: fc.array(double, { minLength: 8, maxLength: 8 }),
      Error: double,
      Adjustment: double,
      Height: double,
    });
    const step = fc.tuple(coordinate, fc.double({ min: 0, max: 10, noNaN: true }));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
        const client = clientOf();
        for (const [other, rtt] of steps) client.update('b', other, rtt);
        expect(client.distanceSecondsTo(origin)).not.toBeNaN();
      }),
    );
  });

  it('resets when it diverges, and counts it', () => {
    const client = clientOf();
    client.setCoordinate(at(1e308));
    client.update('b', at(-1e308), 1);
    expect(client.resets).toBe(1);
    expect(client.coordinate).toEqual(origin);
  });
});

/** Every node measures another at random, again and again. */
function simulate(truth: readonly (readonly number[])[], cycles: number) {
  const random = new SeededRandom(1);
  const clients = truth.map(() => new CoordinateClient(() => random.unit()));
  for (let cycle = 0; cycle < cycles; cycle++) {
    for (const [i, client] of clients.entries()) {
      const j = random.below(clients.length);
      const other = clients[j];
      if (i !== j && other !== undefined) {
        client.update(`node-${j}`, other.coordinate, truth[i]?.[j] ?? 0);
      }
    }
  }
  const errors = clients.flatMap((a, i) =>
    clients.flatMap((b, j) => {
      const rtt = truth[i]?.[j] ?? 0;
      return i === j ? [] : [Math.abs(a.distanceSecondsTo(b.coordinate) - rtt) / rtt];
    }),
  );
  return {
    average: errors.reduce((sum, error) => sum + error, 0) / errors.length,
    max: Math.max(...errors),
  };
}

describe('estimates of a whole pool', () => {
  const nodes = Array.from({ length: 25 }, (_, i) => i);
  const truthOf = (rtt: (i: number, j: number) => number): number[][] =>
    nodes.map((i) => nodes.map((j) => rtt(i, j)));

  it('on a grid are right to a percent', () => {
    const truth = truthOf((i, j) => {
      const [dx, dy] = [(i % 5) - (j % 5), Math.floor(i / 5) - Math.floor(j / 5)];
      return 0.01 * Math.hypot(dx, dy);
    });
    const { average, max } = simulate(truth, 1000);
    expect(average).toBeLessThan(0.01);
    expect(max).toBeLessThan(0.1);
  });

  it('in two datacenters are right to a percent', () => {
    const truth = truthOf((i, j) => (i < 12 === j < 12 ? 0.001 : 0.011));
    expect(simulate(truth, 1000).average).toBeLessThan(0.01);
  });
});
