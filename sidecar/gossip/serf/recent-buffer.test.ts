import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LamportClock } from './lamport-clock.ts';
import { RecentBuffer } from './recent-buffer.ts';

const bufferOf = (maxBytes = 1000, maxItemsPerTime = 3): RecentBuffer<string> =>
  new RecentBuffer<string>({
    times: 4,
    maxItemsPerTime,
    maxBytes,
    sizeOf: (text) => text.length,
    equal: (a, b) => a === b,
  });

describe('what was seen', () => {
  it('is new once', () => {
    const buffer = bufferOf();
    expect(buffer.add(1, 'a', 2)).toBe('new');
    expect(buffer.add(1, 'a', 2)).toBe('seen');
    expect(buffer.add(1, 'b', 2)).toBe('new');
    expect(buffer.add(2, 'a', 3)).toBe('new');
  });

  it('is too old when the ring has passed it', () => {
    const buffer = bufferOf();
    expect(buffer.add(1, 'a', 2)).toBe('new');
    expect(buffer.add(9, 'b', 10)).toBe('new');
    expect(buffer.add(5, 'c', 10)).toBe('too_old');
    expect(buffer.add(6, 'd', 10)).toBe('new');
    expect(buffer.entries()).toContainEqual({ lTime: 9, items: ['b'] });
  });

  it('before a minimum counts as seen', () => {
    const buffer = bufferOf();
    buffer.raiseMinTime(5);
    buffer.raiseMinTime(3);
    expect(buffer.add(4, 'a', 6)).toBe('too_old');
    expect(buffer.add(5, 'a', 6)).toBe('new');
  });

  it('of one time is bounded', () => {
    const buffer = bufferOf();
    for (const item of ['a', 'b', 'c']) expect(buffer.add(1, item, 2)).toBe('new');
    expect(buffer.add(1, 'd', 2)).toBe('full');
  });

  it('in all is bounded: the oldest go, and do not come again', () => {
    const buffer = bufferOf(10);
    buffer.add(1, 'aaaa', 2);
    buffer.add(2, 'bbbb', 3);
    buffer.add(3, 'cccc', 4);
    expect(buffer.entries().map(({ lTime }) => lTime)).toEqual([2, 3]);
    expect(buffer.add(1, 'aaaa', 4)).toBe('too_old');
    expect(buffer.add(2, 'bbbb', 4)).toBe('seen');
  });

  it('is never delivered twice, in whatever order it comes', () => {
    const step = fc.tuple(fc.nat(40), fc.constantFrom('a', 'b', 'c', 'dddddd'));
    fc.assert(
      fc.property(fc.array(step, { maxLength: 100 }), (steps) => {
        const buffer = bufferOf(20);
        const clock = new LamportClock();
        const delivered = new Set<string>();
        for (const [lTime, item] of steps) {
          if (buffer.add(lTime, item, clock.witness(lTime)) !== 'new') continue;
          const key = `${lTime} ${item}`;
          expect(delivered.has(key)).toBe(false);
          delivered.add(key);
        }
        expect(buffer.entries().length).toBeLessThanOrEqual(4);
      }),
    );
  });
});

describe('Lamport clock', () => {
  it('moves past what it sees, and never back', () => {
    const clock = new LamportClock();
    expect(clock.time).toBe(0);
    expect(clock.increment()).toBe(1);
    expect(clock.witness(41)).toBe(42);
    expect(clock.witness(41)).toBe(42);
    expect(clock.witness(42)).toBe(43);
    expect(clock.witness(1)).toBe(43);
    expect(clock.witness(Number.MAX_SAFE_INTEGER)).toBe(Number.MAX_SAFE_INTEGER);
    expect(clock.increment()).toBe(Number.MAX_SAFE_INTEGER);
  });
});
