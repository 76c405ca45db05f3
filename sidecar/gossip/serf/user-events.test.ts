/** User events: in a whole pool, and what one node takes in. */
import { afterEach, describe, expect, it } from 'vitest';
import { TransmitLimitedQueue } from '../broadcast/transmit-limited-queue.ts';
import { SerfCounters } from './counters.ts';
import { encodeUserEvent } from './messages/user-event.ts';
import { SerfPool, told } from './testing/serf-pool.ts';
import { UserEvents } from './user-events.ts';
import type { UserEvent } from './events.ts';

const pools: SerfPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) await pool.stop();
});

function newPool(): SerfPool {
  const pool = new SerfPool();
  pools.push(pool);
  return pool;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));

describe('in a pool', () => {
  it('reach each member once, the sender included', async () => {
    const pool = newPool();
    const members = await pool.grow(12);
    members[3]!.pool.userEvent('deploy', bytes('v1'), false);
    expect(told(members[3]!)).toEqual(['deploy v1']);
    await pool.clock.advanceAsync(5000);
    for (const member of members) expect(told(member)).toEqual(['deploy v1']);
    // Push/pulls bring it again and again.
    await pool.clock.advanceAsync(120_000);
    for (const member of members) expect(told(member)).toEqual(['deploy v1']);
  });

  it('of two senders at one time are two', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    n1!.pool.userEvent('deploy', bytes('a'), false);
    n2!.pool.userEvent('deploy', bytes('b'), false);
    await pool.clock.advanceAsync(3000);
    for (const member of [n1!, n2!, n3!]) {
      expect(told(member).toSorted()).toEqual(['deploy a', 'deploy b']);
    }
  });

  it.each([
    [false, ['deploy old', 'deploy new']],
    [true, ['deploy new']],
  ])('from before a join, ignoring old ones %s', async (ignoreOld, expected) => {
    const pool = newPool();
    const [n1] = await pool.grow(2);
    n1!.pool.userEvent('deploy', bytes('old'), false);
    await pool.clock.advanceAsync(3000);
    const late = await pool.add();
    await pool.join(late, n1!, ignoreOld);
    await pool.clock.advanceAsync(60_000);
    n1!.pool.userEvent('deploy', bytes('new'), false);
    await pool.clock.advanceAsync(60_000);
    expect(told(late).filter((text) => text.startsWith('deploy'))).toEqual(expected);
  });

  it('are gathered where that is configured', async () => {
    const pool = newPool();
    const serf = { userCoalescePeriodMs: 3000, userQuiescentPeriodMs: 1000 };
    const [n1, n2] = await pool.grow(2, { serf });
    for (const version of ['1', '2', '3']) n1!.pool.userEvent('deploy', bytes(version), true);
    await pool.clock.advanceAsync(10_000);
    expect(told(n1!)).toEqual(['deploy 3']);
    expect(told(n2!)).toEqual(['deploy 3']);
  });

  it('and members are gathered where that is configured', async () => {
    const pool = newPool();
    const serf = { coalescePeriodMs: 3000, quiescentPeriodMs: 1000 };
    const n1 = await pool.add({ serf });
    for (const member of [await pool.add(), await pool.add()]) await pool.join(member, n1);
    await pool.clock.advanceAsync(5000);
    expect(told(n1)).toEqual(['member-join n1,n2,n3']);
  });

  it('that are too large are refused', async () => {
    const n1 = await newPool().add();
    const send = (bytesOfPayload: number) => () =>
      n1.pool.userEvent('deploy', new Uint8Array(bytesOfPayload), false);
    expect(send(600)).toThrow('user event exceeds limit of 512 bytes before encoding');
    expect(send(500)).toThrow('user event exceeds limit of 512 bytes after encoding');
    send(450)();
    expect(n1.events.filter(({ kind }) => kind === 'user')).toHaveLength(1);
  });

  it('reach listeners, of whom one that fails harms nobody', async () => {
    const pool = newPool();
    const n1 = await pool.add();
    const heard: string[] = [];
    n1.pool.subscribe(() => {
      throw new Error('listener');
    });
    const end = n1.pool.subscribe((event) => heard.push(event.kind));
    n1.pool.userEvent('a', bytes(''), false);
    end();
    n1.pool.userEvent('b', bytes(''), false);
    expect(heard).toEqual(['user']);
    expect(n1.log.some((line) => line.includes('a listener failed on user'))).toBe(true);
  });
});

describe('what one node takes in', () => {
  function setUp(previousTime = 0) {
    const events: UserEvent[] = [];
    const queue = new TransmitLimitedQueue({ retransmitMult: 4, nodeCount: () => 3 });
    const counters = new SerfCounters();
    const userEvents = new UserEvents({
      config: { userEventSizeLimit: 512, eventBuffer: 8 },
      queue,
      counters,
      previousTime,
      onEvent: (event) => events.push(event),
    });
    return { userEvents, events, queue, counters };
  }
  const event = (lTime: number, name = 'e') => ({
    lTime,
    name,
    payload: new Uint8Array(0),
    coalesce: false,
  });

  it('moves the clock past the times it sees', () => {
    const { userEvents } = setUp();
    expect(userEvents.time).toBe(1);
    userEvents.receive(event(41));
    expect(userEvents.time).toBe(42);
    userEvents.merge(100, [], false);
    expect(userEvents.time).toBe(100);
  });

  it('nothing twice, nothing too old, nothing of an earlier run', () => {
    const { userEvents, events, counters } = setUp(10);
    expect(userEvents.receive(event(10))).toBe(false);
    expect(userEvents.receive(event(11))).toBe(true);
    expect(userEvents.receive(event(11))).toBe(false);
    expect(userEvents.receive(event(11, 'other'))).toBe(true);
    expect(userEvents.receive(event(30))).toBe(true);
    expect(userEvents.receive(event(12))).toBe(false);
    expect(events.map(({ name, lTime }) => `${name}${lTime}`)).toEqual(['e11', 'other11', 'e30']);
    expect(counters).toMatchObject({ userEvents: 3, tooOld: 2 });
  });

  it('keeps a payload of its own, not the packet', () => {
    const { userEvents, events } = setUp();
    // A Buffer, whose slice() is no copy.
    const packet = Buffer.alloc(64);
    userEvents.receive({ ...event(1), payload: packet.subarray(0, 2) });
    packet.fill(9);
    expect([...(events[0]?.payload ?? [])]).toEqual([0, 0]);
    expect(events[0]?.payload.buffer.byteLength).toBe(2);
  });

  it('sends what a Serf reads', () => {
    const { userEvents, queue } = setUp();
    userEvents.send('deploy', bytes('v1'), true);
    const expected = encodeUserEvent({
      lTime: 1,
      name: 'deploy',
      payload: bytes('v1'),
      coalesce: true,
    });
    expect(queue.getBroadcasts(2, 1000)).toEqual([expected]);
    expect(userEvents.time).toBe(2);
  });
});
