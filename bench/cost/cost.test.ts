import { describe, expect, it } from 'vitest';
import { instrument, readCounts, subtract } from './counting-worker.ts';
import { type CountsByOperation, operationsOf, TYPICAL_HOST, usageOf } from './month.ts';
import { operations } from './operations.ts';
import { billOf, totalOf, type Usage } from './prices.ts';

const NOTHING: Usage = {
  requests: 0,
  gigabyteSeconds: 0,
  rowsRead: 0,
  rowsWritten: 0,
  storedGigabytes: 0,
};

describe('prices', () => {
  it.each<[Partial<Usage>, number]>([
    [{}, 5],
    [{ requests: 1e6 }, 5],
    [{ requests: 3e6 }, 5.3],
    [{ rowsWritten: 51e6 }, 6],
    [{ rowsRead: 26e9 }, 6],
    [{ gigabyteSeconds: 1.4e6 }, 17.5],
    [{ storedGigabytes: 10 }, 6],
  ])('%j costs $%d', (usage, dollars) => {
    expect(totalOf({ ...NOTHING, ...usage })).toBeCloseTo(dollars);
  });

  it('bills each meter by itself', () => {
    expect(billOf({ ...NOTHING, requests: 2e6 })).toMatchObject({ rowsWritten: 0 });
    expect(billOf({ ...NOTHING, requests: 2e6 }).requests).toBeCloseTo(0.15);
  });
});

describe('a month', () => {
  const one = { messages: 1, rowsRead: 2, rowsWritten: 3 };
  const none = { messages: 0, rowsRead: 0, rowsWritten: 0 };
  const counted = (id: string, value = one): CountsByOperation =>
    Object.fromEntries(
      operations().map((each) => [each.id, each.id === id ? value : none]),
    ) as CountsByOperation;

  it('multiplies what was counted with how often it happens', () => {
    const usage = usageOf(10, TYPICAL_HOST, counted('kv-update'));
    // Three rows as counted; every change of the month is trimmed from the log one day.
    const changes = 5 * (40 + 2) * 2 + 5 * 70 * 2 * 2 + 720 + 0.1 * 2 + 0.1 * 2 * 2;
    expect(usage.rowsWritten).toBeCloseTo(10 * (720 * 3 + changes));
    expect(usage.rowsRead).toBe(10 * 720 * 2);
  });

  it('counts keepalives when nothing happens', () => {
    expect(usageOf(1, TYPICAL_HOST, counted('none')).requests).toBe((30 * 24 * 3_600) / 20 / 20);
  });

  it('never pays for the duration of one object', () => {
    expect(billOf(usageOf(1_000, TYPICAL_HOST, counted('none'))).gigabyteSeconds).toBe(0);
  });

  it('names only operations that are counted', () => {
    const ids = operations().map((each) => each.id);
    expect(ids).toEqual(expect.arrayContaining(Object.keys(operationsOf(TYPICAL_HOST))));
  });
});

describe('counting', () => {
  it.each([
    'export { DatacenterObject, worker as default };',
    'export { x as DatacenterObject, y as default };',
  ])('finds the object in %s', (source) => {
    expect(instrument(source)).toMatch(/} = (DatacenterObject|x)\.prototype/);
  });

  it('refuses a Worker without it', () => {
    expect(() => instrument('export { y as default };')).toThrow(/DatacenterObject/);
  });

  it('reads the last sums of a log', () => {
    const log = `x LICTOR-COUNTS {"messages":1,"rowsRead":2,"rowsWritten":3}\ny LICTOR-COUNTS {"messages":4,"rowsRead":5,"rowsWritten":6}\n`;
    expect(readCounts(log)).toEqual({ messages: 4, rowsRead: 5, rowsWritten: 6 });
    expect(readCounts('nothing')).toEqual({ messages: 0, rowsRead: 0, rowsWritten: 0 });
    expect(subtract(readCounts(log), { messages: 1, rowsRead: 1, rowsWritten: 1 })).toEqual({
      messages: 3,
      rowsRead: 4,
      rowsWritten: 5,
    });
  });
});
