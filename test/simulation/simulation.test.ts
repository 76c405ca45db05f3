/** The small simulations. Each failure prints the seed with which it can be played again. */
import { describe, expect, it } from 'vitest';
import { measureChurn } from './churn.ts';
import { measureFailureDetection } from './failure-detection.ts';
import {
  expectedDisseminationRounds,
  expectedFirstProbePeriods,
  PROMISED_IMPROVEMENT,
} from './papers.ts';
import { measurePartition } from './partition.ts';
import { renderTable } from './render-table.ts';
import { measureSlowMembers } from './slow-members.ts';

describe('the formulas', () => {
  it('give what the papers say', () => {
    expect(expectedFirstProbePeriods(1_000_000)).toBeCloseTo(Math.E / (Math.E - 1), 3);
    expect(expectedDisseminationRounds(1000, 3)).toBeLessThan(10);
    expect(expectedDisseminationRounds(1000, 1)).toBeGreaterThan(10);
  });
});

describe('a member dies', () => {
  it.each([
    [10, 5],
    [100, 2],
  ])('among %i', async (members, failures) => {
    const result = await measureFailureDetection(members, failures, 42);
    expect(result).toMatchObject({ falsePositives: 0, missed: 0 });
    // Three probe intervals of luck in either direction: the median is of a few only.
    expect(Math.abs(result.firstDetectionMs - result.expectedDetectionMs)).toBeLessThan(3000);
    expect(result.disseminationMs).toBeLessThan(result.expectedDisseminationMs);
    // A ping and its answer a second: the load of a member does not grow with the pool.
    expect(result.idlePackets).toBeLessThan(2.5);
    expect(result.busyPackets).toBeLessThan(6);
  });
});

describe('slow members', () => {
  it('make others look dead far less often with Lifeguard', async () => {
    const shared = {
      size: 48,
      slow: 4,
      blockedMs: 16_384,
      openMs: 1024,
      durationMs: 60_000,
      seed: 5,
    };
    const swim = await measureSlowMembers({ ...shared, lifeguard: false });
    const lifeguard = await measureSlowMembers({ ...shared, lifeguard: true });
    expect(swim.falsePositives).toBeGreaterThan(100);
    expect(lifeguard.falsePositives * PROMISED_IMPROVEMENT).toBeLessThan(swim.falsePositives);
  });
});

describe('a partition', () => {
  it('is noticed on both sides and heals', async () => {
    const result = await measurePartition(20, 6, 3);
    expect(result.splitMs).toBeLessThan(60_000);
    expect(result.healedMs).toBeLessThan(120_000);
    expect(result.falsePositives).toBe(0);
  });
});

describe('churn', () => {
  it.each([11, 12, 13])(
    'seed %i: nobody is lost and nobody comes back from the dead',
    async (seed) => {
      const result = await measureChurn({ size: 12, seed, deeds: 20 });
      expect(result.deeds.length).toBe(20);
      expect(result).toMatchObject({ lost: [], resurrected: [] });
    },
  );

  it('is the same for the same seed', async () => {
    const options = { size: 6, seed: 4, deeds: 5 };
    expect(await measureChurn(options)).toEqual(await measureChurn(options));
  });
});

describe('tables', () => {
  it('are aligned', () => {
    expect(
      renderTable(
        't',
        ['a', 'long'],
        [
          ['xyz', 1.25],
          [undefined, 3],
        ],
      ),
    ).toBe('t\n\n    a  long\n-----  ----\n  xyz   1.3\nnever     3\n');
  });
});
