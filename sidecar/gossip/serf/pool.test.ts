/** Whole pools: members, intents, failures, tags, snapshots, name conflicts. */
import { afterEach, describe, expect, it } from 'vitest';
import { LAN_PROFILE } from '../swim/config.ts';
import { SerfPool, told, view } from './testing/serf-pool.ts';
import { MemoryStorage } from './testing/memory-storage.ts';

const pools: SerfPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) {
    await pool.stop();
    // Every timer has an owner that has stopped.
    expect(pool.clock.pending).toBe(0);
  }
});

function newPool(seed?: number): SerfPool {
  const pool = new SerfPool(seed);
  pools.push(pool);
  return pool;
}

describe('members', () => {
  it('of a pool of one', async () => {
    const pool = newPool();
    const n1 = await pool.add({ tags: { role: 'web' } });
    expect(view(n1)).toEqual(['n1 alive']);
    expect(told(n1)).toEqual(['member-join n1']);
    expect(n1.pool.localMember()).toMatchObject({
      name: 'n1',
      address: '10.0.0.1',
      port: 7946,
      tags: { role: 'web' },
      versions: { delegateMin: 2, delegateMax: 5, delegateCurrent: 5, protocolCurrent: 2 },
    });
    await pool.after(5000, n1.pool.leave());
    expect(n1.pool.state).toBe('left');
  });

  it('see one another, with their tags', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3, { tags: { role: 'web' } });
    for (const member of [n1!, n2!, n3!]) {
      expect(view(member)).toEqual(['n1 alive', 'n2 alive', 'n3 alive']);
    }
    expect(n3!.pool.member('n2')?.tags).toEqual({ role: 'web' });
  });

  it('hear of changed tags', async () => {
    const pool = newPool();
    const [n1, n2] = await pool.grow(2);
    expect(await pool.after(2000, n1!.pool.setTags({ role: 'db', v: '2' }))).toBe(true);
    expect(n2!.pool.member('n1')?.tags).toEqual({ role: 'db', v: '2' });
    expect(told(n2!)).toEqual(['member-update n1']);
    expect(told(n1!)).toEqual(['member-update n1']);
    const tooLong = { text: 'x'.repeat(512) };
    expect(() => n1!.pool.setTags(tooLong)).toThrow(/exceeds limit of 512 bytes/);
    expect(n1!.pool.localMember().tags).toEqual({ role: 'db', v: '2' });
  });

  it('that leave are seen to leave', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    await pool.after(15_000, n3!.pool.leave());
    for (const member of [n1!, n2!]) {
      expect(view(member)).toEqual(['n1 alive', 'n2 alive', 'n3 left']);
      expect(told(member)).toEqual(['member-leave n3']);
    }
    await expect(n3!.pool.join(['10.0.0.1'])).rejects.toMatchObject({ code: 'refused' });
    await n3!.pool.leave();
  });

  it('that stop without a word are seen to fail', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    await n3!.pool.stop();
    await pool.clock.advanceAsync(40_000);
    for (const member of [n1!, n2!]) {
      expect(view(member)).toEqual(['n1 alive', 'n2 alive', 'n3 failed']);
      expect(told(member)).toEqual(['member-failed n3']);
    }
  });

  it('that come back after a failure are reconnected to', async () => {
    const pool = newPool();
    const serf = { reconnectIntervalMs: 10_000 };
    const [n1, n2, n3] = await pool.grow(3, { serf });
    pool.cut(n1!, n3!);
    pool.cut(n2!, n3!);
    await pool.clock.advanceAsync(60_000);
    expect(view(n1!)).toContain('n3 failed');
    expect(view(n3!)).toEqual(['n1 failed', 'n2 failed', 'n3 alive']);
    pool.heal();
    await pool.clock.advanceAsync(120_000);
    for (const member of [n1!, n2!, n3!]) {
      expect(view(member)).toEqual(['n1 alive', 'n2 alive', 'n3 alive']);
    }
    expect(told(n1!)).toEqual(['member-failed n3', 'member-join n3']);
  });

  it('are erased in the end, the failed and the left after their times', async () => {
    const pool = newPool();
    const serf = { reconnectTimeoutMs: 100_000, tombstoneTimeoutMs: 200_000 };
    const [n1, , n3, n4] = await pool.grow(4, { serf });
    await n3!.pool.stop();
    await pool.after(20_000, n4!.pool.leave());
    await n4!.pool.stop();
    await pool.clock.advanceAsync(70_000);
    expect(view(n1!)).toEqual(['n1 alive', 'n2 alive', 'n3 failed', 'n4 left']);
    await pool.clock.advanceAsync(50_000);
    expect(view(n1!)).toEqual(['n1 alive', 'n2 alive', 'n4 left']);
    await pool.clock.advanceAsync(100_000);
    expect(view(n1!)).toEqual(['n1 alive', 'n2 alive']);
    expect(told(n1!).slice(-2)).toEqual(['member-reap n3', 'member-reap n4']);
  });
});

describe('force-leave', () => {
  it('makes a failed member one that left, everywhere', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    await n3!.pool.stop();
    await pool.clock.advanceAsync(40_000);
    expect(await pool.after(5000, n1!.pool.forceLeave('n3'))).toBe(true);
    for (const member of [n1!, n2!]) {
      expect(view(member)).toEqual(['n1 alive', 'n2 alive', 'n3 left']);
      expect(told(member)).toEqual(['member-failed n3', 'member-leave n3']);
    }
  });

  it('with prune erases it, everywhere', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    await n3!.pool.stop();
    await pool.clock.advanceAsync(40_000);
    await pool.after(5000, n1!.pool.forceLeave('n3', true));
    for (const member of [n1!, n2!]) {
      expect(view(member)).toEqual(['n1 alive', 'n2 alive']);
      expect(told(member)).toEqual(['member-failed n3', 'member-leave n3', 'member-reap n3']);
    }
  });

  it('with prune erases one that has left', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    await pool.after(15_000, n3!.pool.leave());
    await n3!.pool.stop();
    await pool.after(5000, n2!.pool.forceLeave('n3', true));
    expect(view(n1!)).toEqual(['n1 alive', 'n2 alive']);
  });

  it('of a member that is there is refuted by it', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    await pool.after(10_000, n1!.pool.forceLeave('n3'));
    for (const member of [n1!, n2!, n3!]) {
      expect(view(member)).toEqual(['n1 alive', 'n2 alive', 'n3 alive']);
      expect(told(member)).toEqual([]);
    }
  });

  it('alone in the pool tells nobody', async () => {
    const pool = newPool();
    const n1 = await pool.add();
    expect(await n1.pool.forceLeave('nobody')).toBe(true);
  });
});

describe('a partition', () => {
  it('during a leave: the other side learns of it when they meet again', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    pool.cut(n1!, n2!);
    pool.cut(n1!, n3!);
    await pool.after(15_000, n3!.pool.leave());
    await n3!.pool.stop();
    await pool.clock.advanceAsync(40_000);
    expect(view(n1!)).toEqual(['n1 alive', 'n2 failed', 'n3 failed']);
    pool.heal();
    await pool.join(n1!, n2!);
    await pool.clock.advanceAsync(30_000);
    expect(view(n1!)).toEqual(['n1 alive', 'n2 alive', 'n3 left']);
  });
});

describe('snapshot', () => {
  it('leads a node that crashed back to its pool, and keeps old events away', async () => {
    const pool = newPool();
    const snapshot = new MemoryStorage();
    const [n1] = await pool.grow(2);
    const n3 = await pool.add({ snapshot });
    await pool.join(n3, n1!);
    n1!.pool.userEvent('deploy', Buffer.from('1'), false);
    await pool.clock.advanceAsync(2000);
    expect(told(n3)).toContain('deploy 1');
    await n3.pool.stop();
    await pool.clock.advanceAsync(40_000);
    const again = await pool.add({
      name: 'n3',
      bind: { address: '10.0.0.3', port: 7946 },
      snapshot,
    });
    await pool.clock.advanceAsync(5000);
    expect(view(again)).toEqual(['n1 alive', 'n2 alive', 'n3 alive']);
    expect(told(again)).not.toContain('deploy 1');
    expect(view(n1!)).toContain('n3 alive');
    n1!.pool.userEvent('deploy', Buffer.from('2'), false);
    await pool.clock.advanceAsync(2000);
    expect(told(again)).toContain('deploy 2');
  });

  it.each([
    [false, ['n2 alive']],
    [true, ['n1 alive', 'n2 alive']],
  ])('after a leave, with rejoin %s', async (rejoinAfterLeave, expected) => {
    const pool = newPool();
    const snapshot = new MemoryStorage();
    const serf = { rejoinAfterLeave };
    const n1 = await pool.add();
    const n2 = await pool.add({ snapshot, serf });
    await pool.join(n2, n1);
    await pool.after(15_000, n2.pool.leave());
    await n2.pool.stop();
    const bind = { address: '10.0.0.2', port: 7946 };
    const again = await pool.add({ name: 'n2', bind, snapshot, serf });
    await pool.clock.advanceAsync(5000);
    expect(view(again)).toEqual(expected);
  });

  it('of a pool that is gone is no obstacle', async () => {
    const pool = newPool();
    const snapshot = new MemoryStorage(
      'alive: gone 10.9.9.9:7946\nclock: 40\nalive: n1 10.0.0.1:7946\n',
    );
    const n1 = await pool.add({ snapshot });
    await pool.clock.advanceAsync(60_000);
    expect(view(n1)).toEqual(['n1 alive']);
    expect(n1.log).toContain('warn serf: failed to re-join any previously known node');
    expect(Number(n1.pool.stats().member_time)).toBeGreaterThan(40);
  });
});

describe('two nodes of one name', () => {
  it('the one that the majority knows stays', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    const impostor = await pool.add({ name: 'n3' });
    const [other] = [await pool.add()];
    await pool.join(impostor, n1!);
    await pool.join(other, n1!);
    await pool.clock.advanceAsync(60_000);
    expect(impostor.pool.state).toBe('stopped');
    expect(impostor.stops).toEqual(['another node is known as n3']);
    expect(n3!.pool.state).toBe('alive');
    expect(n2!.pool.member('n3')?.address).toBe(n3!.address);
  });

  it('stay both where resolution is off, as in Consul', async () => {
    const pool = newPool();
    const serf = { resolveNameConflicts: false };
    const [n1] = await pool.grow(3, { serf });
    const impostor = await pool.add({ name: 'n3', serf });
    await pool.join(impostor, n1!);
    await pool.clock.advanceAsync(60_000);
    expect(impostor.pool.state).toBe('alive');
    expect(impostor.log.some((line) => line.includes('Names must be unique'))).toBe(true);
  });
});

describe('who may join', () => {
  it('is the rule to say, on both sides', async () => {
    const pool = newPool();
    const n1 = await pool.add({
      merge: (members) => members.find(({ tags }) => tags.dc !== 'dc1') && 'wrong datacenter',
      tags: { dc: 'dc1' },
    });
    const [good, bad] = [await pool.add({ tags: { dc: 'dc1' } }), await pool.add()];
    expect(await pool.join(good, n1)).toBe(1);
    expect(await pool.join(n1, bad)).toBe(0);
    await pool.join(bad, good);
    await pool.clock.advanceAsync(60_000);
    expect(view(n1)).toEqual(['n1 alive', 'n2 alive']);
  });
});

describe('configuration', () => {
  it.each([
    [
      'a protocol too low',
      { serf: { protocolVersion: 1 } },
      /'1' too low. Must be in range: \[2, 5\]/,
    ],
    ['a protocol too high', { serf: { protocolVersion: 6 } }, /'6' too high/],
    [
      'user events too large',
      { serf: { userEventSizeLimit: 9217 } },
      /exceeds limit of 9216 bytes/,
    ],
    ['a name of odd characters', { name: 'a_b', serf: { validateNames: true } }, /only letters/],
    ['a name too long', { name: 'a'.repeat(129), serf: { validateNames: true } }, /129 characters/],
    ['no name', { name: '' }, /empty/],
    ['tags too large', { tags: { a: 'x'.repeat(600) } }, /exceeds limit of 512 bytes/],
  ])('%s is refused', async (_, options, words) => {
    await expect(newPool().add(options)).rejects.toThrow(words);
  });

  it('a port that is taken leaves nothing open', async () => {
    const pool = newPool();
    await pool.add();
    const snapshot = new MemoryStorage();
    const taken = pool.add({ bind: { address: '10.0.0.1', port: 7946 }, snapshot });
    await expect(taken).rejects.toMatchObject({ code: 'listen_failed' });
    expect(snapshot.isClosed).toBe(true);
  });

  it('protocol 2 has roles only', async () => {
    const pool = newPool();
    const n1 = await pool.add({ tags: { role: 'web', zone: 'a' }, serf: { protocolVersion: 2 } });
    expect(n1.pool.localMember().tags).toEqual({ role: 'web' });
    expect(() => n1.pool.query('x', Buffer.from(''))).toThrow('Feature not supported');
  });
});

describe('coordinates', () => {
  it('come with the probes, and tell the distance', async () => {
    const pool = newPool();
    const [n1, n2] = await pool.grow(2);
    await pool.clock.advanceAsync(300_000);
    const [own, other] = [n1!.pool.coordinate(), n1!.pool.coordinateOf('n2')];
    expect(own).toBeDefined();
    expect(other).toBeDefined();
    expect(n1!.pool.coordinateOf('n1')).toEqual(own);
    expect(n1!.pool.coordinateOf('n9')).toBeUndefined();
    expect(own!.Error).toBeLessThan(1.5);
    expect(n2!.pool.counters.coordinatesRejected).toBe(0);
  });

  it('can be off', async () => {
    const pool = newPool();
    const [n1] = await pool.grow(2, { serf: { coordinates: false } });
    await pool.clock.advanceAsync(10_000);
    expect(n1!.pool.coordinate()).toBeUndefined();
    expect(n1!.pool.stats()).not.toHaveProperty('coordinate_resets');
  });
});

describe('stats', () => {
  it('have the names that serf info shows', async () => {
    const pool = newPool();
    const [n1, n2] = await pool.grow(2, { key: new Uint8Array(16) });
    await pool.after(15_000, n2!.pool.leave());
    expect(n1!.pool.stats()).toEqual({
      members: '2',
      failed: '0',
      left: '1',
      health_score: '0',
      member_time: expect.stringMatching(/^\d+$/),
      event_time: '1',
      query_time: '1',
      intent_queue: '0',
      event_queue: '0',
      query_queue: '0',
      coordinate_resets: '0',
      encrypted: 'true',
    });
  });
});

describe('compression and encryption', () => {
  it.each([
    [false, undefined],
    [true, new Uint8Array(16).fill(1)],
  ])('compressed %s, key %s', async (compression, key) => {
    const pool = newPool();
    const profile = { ...LAN_PROFILE, compression };
    const [n1, n2] = await pool.grow(3, { profile, ...(key === undefined ? {} : { key }) });
    expect(view(n1!)).toEqual(view(n2!));
    expect(view(n1!)).toHaveLength(3);
  });
});
