import { beforeEach, describe, expect, it } from 'vitest';
import { ORIGIN } from '../../../protocol/coordinate.ts';
import type { Coordinate } from '../../../protocol/types/coordinate.ts';
import { CoordinateReporter, LOOK_INTERVAL_MS } from './coordinate-reporter.ts';

const at = (ms: number): Coordinate => ({ ...ORIGIN, Vec: [ms / 1000, 0, 0, 0, 0, 0, 0, 0] });

let stored: Coordinate | null;
let own: Coordinate;
let reports: number;
let reads: number;
let isAway: boolean;
let failures: string[];
let timers: { at: number; action: () => void }[];
let now: number;
let reporter: CoordinateReporter;

beforeEach(() => {
  stored = null;
  own = ORIGIN;
  reports = reads = now = 0;
  isAway = false;
  failures = [];
  timers = [];
  const answer = <T>(value: () => T): Promise<T> =>
    isAway ? Promise.reject(new Error('away')) : Promise.resolve(value());
  reporter = new CoordinateReporter({
    store: {
      coordinate: () => answer(() => (reads++, stored)),
      reportCoordinate: (_node, coordinate) =>
        answer(() => {
          reports += 1;
          stored = coordinate;
        }),
    },
    node: 'n1',
    own: () => own,
    token: () => '',
    clock: {
      after(delayMs, action) {
        const timer = { at: now + delayMs, action };
        timers.push(timer);
        return { cancel: () => (timers = timers.filter((other) => other !== timer)) };
      },
    },
    failed: ({ message }) => failures.push(message),
  });
});

const settle = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const look = async (): Promise<void> => {
  now += LOOK_INTERVAL_MS;
  const due = timers.filter((timer) => timer.at <= now);
  timers = timers.filter((timer) => timer.at > now);
  for (const { action } of due) action();
  await settle();
};
const register = (): Promise<void> => {
  reporter.registered();
  return settle();
};

describe('a coordinate is reported', () => {
  it('when nothing is stored, and then not again while the node stands still', async () => {
    await register();
    for (let looks = 0; looks < 5; looks += 1) await look();
    expect([stored, reports, reads]).toEqual([ORIGIN, 1, 1]);
  });

  it.each([
    ['not for noise', 0, 0.4, 1],
    ['for half a millisecond', 0, 0.6, 2],
    ['not for a small part of a long way', 100, 104, 1],
    ['for a larger part of it', 100, 106, 2],
  ])('%s', async (_what, from, to, expected) => {
    own = at(from);
    await register();
    own = at(to);
    await look();
    expect(reports).toBe(expected);
  });

  it('never again after a restart that finds it stored', async () => {
    stored = at(3);
    own = at(3.2);
    await register();
    expect([reports, reads]).toEqual([0, 1]);
  });

  it('anew when the node is registered anew and it went with the old one', async () => {
    await register();
    stored = null;
    await register();
    expect(reports).toBe(2);
    expect(timers).toHaveLength(1);
  });
});

it('tries again at the next look when the datacenter is away', async () => {
  isAway = true;
  await register();
  expect(failures).toEqual(['away']);
  isAway = false;
  await look();
  expect(reports).toBe(1);
});

it('does nothing any more once it is stopped', async () => {
  await register();
  reporter.stop();
  own = at(50);
  await look();
  expect([reports, timers]).toEqual([1, []]);
});
