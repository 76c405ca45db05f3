import { describe, expect, it } from 'vitest';
import { reconnectWaitMs, refusedWaitMs } from './reconnect-wait.ts';

const HOSTS = 1_000;
const WINDOW_MS = 100;
/** Twice what an even spread over the first five seconds would give. */
const MAX_IN_WINDOW = 40;
const SEEDS = [1, 2, 3, 4, 5];

/** Lehmer's generator. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
}

/** @returns when each of the hosts dials successfully, the datacenter being away until `backAtMs` */
function arrivals(seed: number, backAtMs: number): number[] {
  const uniform = seeded(seed);
  return Array.from({ length: HOSTS }, () => {
    let at = 0;
    for (let failures = 0; ; failures++) {
      at += reconnectWaitMs({ failures, hosts: HOSTS, random: uniform() });
      if (at >= backAtMs) return at;
    }
  });
}

function peak(times: readonly number[]): number {
  const windows = new Map<number, number>();
  for (const at of times) {
    const window = Math.floor(at / WINDOW_MS);
    windows.set(window, (windows.get(window) ?? 0) + 1);
  }
  return Math.max(...windows.values());
}

describe('1,000 sidecars whose links drop at once', () => {
  it.each(SEEDS)('come back spread, all within the limit (seed %i)', (seed) => {
    const times = arrivals(seed, 0);
    expect(peak(times)).toBeLessThanOrEqual(MAX_IN_WINDOW);
    expect(Math.max(...times)).toBeLessThanOrEqual(10_025);
  });

  it.each(SEEDS)('come back spread after a minute of outage, too (seed %i)', (seed) => {
    const times = arrivals(seed, 60_000);
    expect(peak(times)).toBeLessThanOrEqual(MAX_IN_WINDOW);
    expect(Math.max(...times)).toBeLessThanOrEqual(60_000 + 10_025);
  });
});

describe('a lone sidecar', () => {
  it.each([
    [0, 25, 50],
    [1, 25, 75],
    [4, 25, 425],
    [100, 25, 10_025],
  ])('after %i failures waits %i to %i ms', (failures, least, most) => {
    expect(reconnectWaitMs({ failures, hosts: 1, random: 0 })).toBe(least);
    expect(reconnectWaitMs({ failures, hosts: 1, random: 1 })).toBe(most);
  });
});

it.each([
  [1, 0, 5_000],
  [1, 1, 10_000],
  [2, 1, 20_000],
  [5, 1, 160_000],
  [6, 1, 300_000],
  [1_000, 0, 150_000],
])('after refusal %i of this datacenter, dice %d: %i ms', (refusals, random, expected) => {
  expect(refusedWaitMs(refusals, random)).toBe(expected);
});
