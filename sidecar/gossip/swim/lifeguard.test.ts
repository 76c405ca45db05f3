/** The failure detector's finer parts: who is asked, what counts against oneself, how long a suspect has. */
import { afterEach, describe, expect, it } from 'vitest';
import { TestPool } from '../testing/test-pool.ts';
import type { MemberOptions, TestMember } from '../testing/test-pool.ts';
import { VirtualClock } from '../testing/virtual-clock.ts';
import { Awareness } from './awareness.ts';
import { Suspicion } from './suspicion.ts';

const pools: TestPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.stop();
});

async function poolOf(
  count: number,
  options: MemberOptions = {},
): Promise<[TestPool, TestMember[]]> {
  const pool = new TestPool(3, { packetDelayMs: () => 1, streamDelayMs: () => 1 });
  pools.push(pool);
  return [pool, await pool.grow(count, options)];
}

describe('Awareness', () => {
  it('stays between zero and its maximum, and stretches times', () => {
    const awareness = new Awareness(8);
    const scores: number[] = [];
    for (const delta of [-1, 1, 5, 5, -1, -10]) {
      awareness.applyDelta(delta);
      scores.push(awareness.score);
    }
    expect(scores).toEqual([0, 1, 6, 7, 6, 0]);
    awareness.applyDelta(2);
    expect(awareness.scaleMs(1000)).toBe(3000);
  });
});

describe('Suspicion', () => {
  const TIMES = { confirmationsWanted: 3, minMs: 2000, maxMs: 30_000 };

  it.each([
    ['nobody', [], 30_000],
    ['its first accuser again', ['first', 'first'], 30_000],
    ['one', ['a'], 16_000],
    ['two', ['a', 'b'], 7810],
    ['three', ['a', 'b', 'c'], 2000],
    ['more than are needed', ['a', 'b', 'c', 'd', 'e'], 2000],
  ])('confirmed by %s ends on time', (_who, accusers, expectedMs) => {
    const clock = new VirtualClock();
    const ends: number[] = [];
    const suspicion = new Suspicion(clock, 'first', TIMES, () => ends.push(clock.now()));
    const news = accusers.map((from) => suspicion.confirm(from));
    expect(news.filter(Boolean).length).toBe(
      Math.min(3, new Set(accusers).size - Number(accusers.includes('first'))),
    );
    clock.advance(60_000);
    expect(ends).toEqual([expectedMs]);
  });

  it('is over at once when the confirmation comes late', () => {
    const clock = new VirtualClock();
    let confirmations = -1;
    const suspicion = new Suspicion(
      clock,
      'first',
      { ...TIMES, confirmationsWanted: 1 },
      (count) => {
        confirmations = count;
      },
    );
    clock.advance(10_000);
    suspicion.confirm('a');
    clock.advance(0);
    expect(confirmations).toBe(1);
  });

  it('expects nobody in a pool that is too small', () => {
    const clock = new VirtualClock();
    const ends: number[] = [];
    const times = { ...TIMES, confirmationsWanted: 0 };
    const suspicion = new Suspicion(clock, 'first', times, () => ends.push(clock.now()));
    expect(suspicion.confirm('a')).toBe(false);
    clock.advance(60_000);
    expect(ends).toEqual([2000]);
  });
});

describe('probing', () => {
  it('asks others, and blames itself when even they are silent', async () => {
    const [pool, [n1, n2, n3, n4]] = await poolOf(4);
    for (const other of [n2!, n3!, n4!]) pool.cut(n1!, other);
    pool.clock.advance(2500);
    expect(n1!.memberlist.healthScore()).toBeGreaterThan(0);
    expect(n2!.memberlist.healthScore()).toBe(0);
    pool.heal();
    pool.clock.advance(30_000);
    expect(n1!.memberlist.healthScore()).toBe(0);
    expect(TestPool.view(n1!)).toEqual(['n1', 'n2', 'n3', 'n4']);
  });

  it('does not blame itself when its helpers could not reach the member either', async () => {
    const [pool, [n1, n2, n3, n4]] = await poolOf(4);
    await n4!.memberlist.stop();
    pool.clock.advance(60_000);
    for (const member of [n1!, n2!, n3!]) {
      expect(member.memberlist.counters.probesFailed).toBeLessThanOrEqual(2);
      expect(TestPool.view(member)).toEqual(['n1', 'n2', 'n3']);
      expect(member.memberlist.healthScore()).toBe(0);
    }
  });

  it.each([
    { why: 'TCP alone keeps a member', options: {}, isKept: true },
    { why: 'unless TCP pings are off', options: { disableTCPPings: true }, isKept: false },
    {
      why: 'or off for this member',
      options: { disableTCPPingsForNode: (name: string) => name === 'n2' },
      isKept: false,
    },
  ])('$why', async ({ options, isKept }) => {
    let udpWorks = true;
    const pool = new TestPool(3, {
      packetDelayMs: () => (udpWorks ? 1 : undefined),
      streamDelayMs: () => 1,
    });
    pools.push(pool);
    // The state that n2 would send says that it is alive, and must not hide what the probes find.
    const [n1] = await pool.grow(2, { pushPullIntervalMs: 0, ...options });
    udpWorks = false;
    pool.clock.advance(20_000);
    expect(TestPool.view(n1!).includes('n2')).toBe(isKept);
  });

  it('plain SWIM knows no nacks and no awareness', async () => {
    const [pool, [n1, n2]] = await poolOf(3, { lifeguard: false });
    pool.cut(n1!, n2!);
    await pool.members[2]!.memberlist.stop();
    pool.clock.advance(20_000);
    expect(n1!.memberlist.healthScore()).toBe(0);
    expect(TestPool.view(n1!)).toEqual(['n1']);
  });

  it('tells the delegate of round trips, of direct answers only', async () => {
    const [pool, [n1, n2]] = await poolOf(3);
    n2!.delegate.meta = Buffer.from('payload');
    pool.clock.advance(10_000);
    // One millisecond each way.
    expect(n1!.delegate.pinged.at(-1)).toMatch(/^n[23] 2(\.0*\d+)? (payload)?$/);
    expect(n1!.delegate.pinged.some((one) => one.endsWith('payload'))).toBe(true);
    pool.cut(n1!, n2!);
    n1!.delegate.pinged.length = 0;
    pool.clock.advance(10_000);
    expect(n1!.memberlist.counters.probesFailed).toBe(0);
    expect(n1!.delegate.pinged.filter((one) => one.startsWith('n2'))).toEqual([]);
  });
});
