import { describe, expect, it } from 'vitest';
import {
  pushPullScaleMs,
  remainingSuspicionMs,
  retransmitLimit,
  suspicionTimeoutMs,
} from './scaling.ts';

describe('retransmitLimit', () => {
  it.each([
    [3, 0, 0],
    [3, 1, 3],
    [3, 9, 3],
    [3, 99, 6],
    [4, 5000, 16],
  ])('mult %i, %i nodes: %i', (mult, nodes, limit) => {
    expect(retransmitLimit(mult, nodes)).toBe(limit);
  });
});

describe('suspicionTimeoutMs', () => {
  it.each([
    // Up to ten nodes the scale is one.
    [4, 1, 1000, 4000],
    [4, 10, 1000, 4000],
    [3, 5, 1000, 3000],
    [3, 50, 1000, 5094],
    [3, 500, 1000, 8094],
    [4, 1000, 1000, 12_000],
  ])('mult %i, %i nodes, interval %i ms: %i ms', (mult, nodes, interval, expected) => {
    expect(suspicionTimeoutMs(mult, nodes, interval)).toBe(expected);
  });
});

describe('pushPullScaleMs', () => {
  it.each([
    [1, 1000],
    [32, 1000],
    [33, 2000],
    [64, 2000],
    [65, 3000],
    [128, 3000],
    [5000, 9000],
  ])('%i nodes: %i ms', (nodes, expected) => {
    expect(pushPullScaleMs(1000, nodes)).toBe(expected);
  });
});

describe('remainingSuspicionMs', () => {
  it.each([
    // From 30 s to 2 s with three confirmations, each seen two seconds after the one before.
    [0, 3, 0, 30_000],
    [1, 3, 2000, 14_000],
    [2, 3, 4000, 3810],
    [3, 3, 6000, -4000],
    [4, 3, 8000, -6000],
    [5, 3, 10_000, -8000],
  ])('%i of %i after %i ms: %i ms', (confirmations, wanted, elapsed, expected) => {
    const bounds = { minMs: 2000, maxMs: 30_000 };
    expect(remainingSuspicionMs(confirmations, wanted, elapsed, bounds)).toBe(expected);
  });
});
