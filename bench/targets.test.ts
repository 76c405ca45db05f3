import { describe, expect, it } from 'vitest';
import { judge, TARGETS, type Target } from './targets.ts';
import { GROUPS } from './workloads/index.ts';

describe('judge', () => {
  it.each<[Target, number, number, boolean | undefined]>([
    [{ kind: 'ratio-at-least', target: 1, aim: 1.3 }, 100, 100, true],
    [{ kind: 'ratio-at-least', target: 1 }, 99, 100, false],
    [{ kind: 'ratio-at-least', target: 1 }, 99, Number.NaN, undefined],
    [{ kind: 'ratio-at-most', target: 0.7 }, 70, 100, true],
    [{ kind: 'ratio-at-most', target: 0.7 }, 71, 100, false],
    [{ kind: 'value-at-most', target: 0 }, 0, 20, true],
    [{ kind: 'value-at-most', target: 0 }, 1, 20, false],
    [{ kind: 'value-at-most', target: 0 }, Number.NaN, 20, undefined],
    [{ kind: 'value-at-least', target: 15_000 }, 15_000, Number.NaN, true],
    [{ kind: 'value-at-least', target: 15_000 }, 14_999, 1, false],
    [{ kind: 'value-at-most-and-not-above', target: 50 }, 40, 45, true],
    [{ kind: 'value-at-most-and-not-above', target: 50 }, 40, 39, false],
    [{ kind: 'value-at-most-and-not-above', target: 50 }, 51, 90, false],
    [{ kind: 'value-at-most-and-not-above', target: 50 }, 40, Number.NaN, undefined],
  ])('%j with %d against %d: %s', (target, lictor, consul, met) => {
    expect(judge(target, lictor, consul).met).toBe(met);
  });
});

describe('the list of measures', () => {
  const ids = GROUPS.flatMap((group) =>
    group.workloads.flatMap((each) => each.figures.map((figure) => figure.id)),
  );

  it('names each figure once', () => {
    expect(ids.length).toBe(new Set(ids).size);
  });

  it('has the figure of every target', () => {
    expect(ids).toEqual(expect.arrayContaining([...TARGETS.keys()]));
  });
});
