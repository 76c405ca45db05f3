import { afterEach, describe, expect, it } from 'vitest';
import { TestPool } from '../testing/test-pool.ts';
import type { TestMember } from '../testing/test-pool.ts';

const pools: TestPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) {
    await pool.stop();
    // Every timer has an owner that has stopped.
    expect(pool.clock.pending).toBe(0);
  }
});

function newPool(...options: ConstructorParameters<typeof TestPool>): TestPool {
  const pool = new TestPool(...options);
  pools.push(pool);
  return pool;
}

const bytes = (text: string): Uint8Array => new Uint8Array(Buffer.from(text));
const stateOf = (member: TestMember, name: string): string =>
  member.memberlist.lookup(name)?.state ?? 'unknown';

describe('a pool', () => {
  it('of one is alive by itself', async () => {
    const pool = newPool();
    const n1 = await pool.add();
    expect(TestPool.view(n1)).toEqual(['n1']);
    expect(n1.delegate.events).toEqual(['join n1']);
    expect(n1.memberlist.localNode()).toMatchObject({ address: '10.0.0.1', port: 7946 });
    expect(await n1.memberlist.leave(1000)).toBe(true);
  });

  it('learns of a join at once where it happens, and soon everywhere', async () => {
    const pool = newPool();
    const [n1, n2] = await pool.grow(2);
    const n3 = await pool.add();
    expect(await pool.join(n3, n1!)).toBe(1);
    expect(TestPool.view(n3)).toEqual(['n1', 'n2', 'n3']);
    await pool.clock.advanceAsync(1000);
    expect(TestPool.view(n2!)).toEqual(['n1', 'n2', 'n3']);
    expect(n2!.delegate.events).toEqual(['join n2', 'join n1', 'join n3']);
  });

  it('exchanges user state with a join', async () => {
    const pool = newPool();
    const [n1, n2] = [await pool.add(), await pool.add()];
    n1.delegate.state = bytes('from n1');
    n2.delegate.state = bytes('from n2');
    await pool.join(n2, n1);
    expect(n1.delegate.merged).toEqual(['join from n2']);
    expect(n2.delegate.merged).toEqual(['join from n1']);
  });

  it('finds a failed member, after it had its time to refute', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    await n3!.memberlist.stop();
    await pool.clock.advanceAsync(3000);
    expect(stateOf(n1!, 'n3')).toBe('suspect');
    expect(TestPool.view(n1!)).toContain('n3');
    await pool.clock.advanceAsync(30_000);
    for (const member of [n1!, n2!]) {
      expect(TestPool.view(member)).toEqual(['n1', 'n2']);
      expect(member.delegate.events.at(-1)).toBe('dead n3');
    }
  });

  it('forgets the dead in the end', async () => {
    const pool = newPool();
    const [n1, , n3] = await pool.grow(3);
    await n3!.memberlist.stop();
    await pool.clock.advanceAsync(120_000);
    expect(stateOf(n1!, 'n3')).toBe('unknown');
    expect(n1!.memberlist.estimatedNodes()).toBe(2);
  });

  it('lets a member leave', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    const leaving = n3!.memberlist.leave(5000);
    await pool.clock.advanceAsync(5000);
    expect(await leaving).toBe(true);
    expect([stateOf(n1!, 'n3'), stateOf(n2!, 'n3')]).toEqual(['left', 'left']);
    expect(n1!.delegate.events.at(-1)).toBe('left n3');
    expect(await n3!.memberlist.leave(5000)).toBe(true);
  });

  it('does not hold up one that leaves an unreachable pool', async () => {
    const pool = newPool();
    const [n1, n2] = await pool.grow(2, { gossipNodes: 0 });
    pool.cut(n1!, n2!);
    const leaving = n2!.memberlist.leave(500);
    await pool.clock.advanceAsync(500);
    expect(await leaving).toBe(false);
  });

  it('takes back a member that was cut off, by its own word', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    pool.cut(n1!, n3!);
    pool.cut(n2!, n3!);
    await pool.clock.advanceAsync(25_000);
    expect(stateOf(n1!, 'n3')).toBe('dead');
    pool.heal();
    await pool.join(n3!, n1!);
    await pool.clock.advanceAsync(5000);
    expect(TestPool.view(n1!)).toEqual(['n1', 'n2', 'n3']);
    expect(TestPool.view(n3!)).toEqual(['n1', 'n2', 'n3']);
    expect(n1!.delegate.events.slice(-2)).toEqual(['dead n3', 'join n3']);
    expect(n1!.memberlist.lookup('n3')!.incarnation).toBeGreaterThan(1);
  });

  it('does not suspect a member that others reach', async () => {
    const pool = newPool();
    const [n1, n2] = await pool.grow(3);
    pool.cut(n1!, n2!);
    await pool.clock.advanceAsync(60_000);
    expect(TestPool.view(n1!)).toEqual(['n1', 'n2', 'n3']);
    expect(n1!.memberlist.counters.probesFailed).toBe(0);
  });

  it('tells everybody of new metadata', async () => {
    const pool = newPool();
    const [n1, , n3] = await pool.grow(3);
    n1!.delegate.meta = bytes('role=web');
    const telling = n1!.memberlist.updateNode(5000);
    await pool.clock.advanceAsync(2000);
    expect(await telling).toBe(true);
    expect(Buffer.from(n3!.memberlist.lookup('n1')!.node.meta).toString()).toBe('role=web');
    expect(n3!.delegate.events.at(-1)).toBe('update n1');
    n1!.delegate.meta = new Uint8Array(513);
    await expect(n1!.memberlist.updateNode(1)).rejects.toMatchObject({ code: 'too_large' });
  });

  it('carries user messages by packet, by stream and with gossip', async () => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3);
    const to = n1!.memberlist.lookup('n2')!.node;
    n1!.memberlist.sendBestEffort(to, bytes('packet'));
    const reliable = n1!.memberlist.sendReliable(to, bytes('stream'));
    n3!.delegate.broadcasts.push(bytes('gossip'), bytes('gossip too'));
    await pool.clock.advanceAsync(1000);
    await reliable;
    expect(n2!.delegate.messages).toEqual(expect.arrayContaining(['packet', 'stream']));
    const heard = [...n1!.delegate.messages, ...n2!.delegate.messages];
    expect(heard).toEqual(expect.arrayContaining(['gossip', 'gossip too']));
  });

  it('measures round trips', async () => {
    const pool = newPool(1, { packetDelayMs: () => 7, streamDelayMs: () => 7 });
    const [n1, n2] = await pool.grow(2);
    const rtt = n1!.memberlist.ping({ address: n2!.address, port: 7946, name: 'n2' });
    const wrong = n1!.memberlist.ping({ address: n2!.address, port: 7946, name: 'n9' });
    const silent = expect(wrong).rejects.toMatchObject({ code: 'no_ping_response' });
    await pool.clock.advanceAsync(1000);
    expect(await rtt).toBe(14);
    await silent;
    expect(n2!.memberlist.counters.refused.unexpected_node).toBe(1);
  });
});

describe('an encrypted pool', () => {
  const keyOf = (byte: number): Uint8Array => new Uint8Array(16).fill(byte);

  it.each([
    ['with a label', { label: 'blue' }],
    ['of protocol 1, which is encryption version 0', { protocolVersion: 1 }],
    ['that does not compress', { compression: false }],
  ])('%s works like any other', async (_name, options) => {
    const pool = newPool();
    const [n1, n2, n3] = await pool.grow(3, { key: keyOf(1), ...options });
    await n3!.memberlist.stop();
    await pool.clock.advanceAsync(30_000);
    for (const member of [n1!, n2!]) expect(TestPool.view(member)).toEqual(['n1', 'n2']);
    expect(n1!.memberlist.counters.totalRefused).toBe(0);
  });

  it('changes its key while it runs', async () => {
    const pool = newPool();
    const members = await pool.grow(4, { key: keyOf(1) });
    const steps: ((member: TestMember) => void)[] = [
      ({ keyring }) => keyring.install(keyOf(2)),
      ({ keyring }) => keyring.use(keyOf(2)),
      ({ keyring }) => keyring.remove(keyOf(1)),
    ];
    for (const step of steps) {
      for (const member of members) {
        step(member);
        // Each at its own time: in between, the pool is of two minds.
        await pool.clock.advanceAsync(3000);
      }
    }
    for (const member of members) {
      expect(TestPool.view(member)).toEqual(['n1', 'n2', 'n3', 'n4']);
      expect(member.memberlist.counters).toMatchObject({ totalRefused: 0, suspicions: 0 });
    }
  });

  it('comes from a plain one without a break', async () => {
    const pool = newPool();
    const members = await pool.grow(2);
    const replace = async (index: number, config: object): Promise<void> => {
      const old = members[index]!;
      await old.memberlist.stop();
      const bind = { address: old.address, port: 7946 };
      members[index] = await pool.add({ name: old.name, bind, ...config });
      expect(await pool.join(members[index]!, members[1 - index]!)).toBe(1);
      await pool.clock.advanceAsync(5000);
    };
    for (const config of [
      { key: keyOf(1), verifyIncoming: false, verifyOutgoing: false },
      { key: keyOf(1), verifyIncoming: false },
      { key: keyOf(1) },
    ]) {
      for (const index of [0, 1]) await replace(index, config);
      for (const member of members) expect(TestPool.view(member)).toEqual(['n1', 'n2']);
    }
  });
});

describe('addresses', () => {
  it('are those that are advertised, with the bound port unless another is', async () => {
    const pool = newPool();
    const n1 = await pool.add({ advertise: { address: '203.0.113.5', port: 0 } });
    expect(n1.memberlist.localNode()).toMatchObject({ address: '203.0.113.5', port: 7946 });
    const n2 = await pool.add({ advertise: { address: '::ffff:203.0.113.6', port: 99 } });
    expect(n2.memberlist.localNode()).toMatchObject({ address: '203.0.113.6', port: 99 });
  });

  it.each(['0.0.0.0', '::', 'name'])(
    '%s cannot be advertised, and the port is free again',
    async (address) => {
      const pool = newPool();
      const bind = { address: '10.0.0.9', port: 7946 };
      const failing = pool.add({ bind, advertise: { address, port: 0 } });
      await expect(failing).rejects.toMatchObject({ code: 'invalid_address' });
      await pool.add({ bind });
    },
  );

  it('may be IPv6, and pools may be mixed', async () => {
    const pool = newPool();
    const n1 = await pool.add({ bind: { address: '2001:db8::1', port: 7946 } });
    const n2 = await pool.add();
    const joining = n2.memberlist.join(['[2001:db8::1]:7946']);
    await pool.clock.advanceAsync(5000);
    expect(await joining).toEqual({ contacted: 1, errors: [] });
    expect(TestPool.view(n1)).toEqual(['n1', 'n2']);
    expect(n2.memberlist.lookup('n1')?.node.address).toBe('2001:db8::1');
  });

  it('behind names are all contacted, and failures are told', async () => {
    const pool = newPool();
    const [n1, n2] = [await pool.add(), await pool.add()];
    const hosts = { pool: [n1.address, n2.address, '10.0.0.99'] };
    const n3 = await pool.add({ hosts });
    const joining = n3.memberlist.join(['pool', 'nobody']);
    await pool.clock.advanceAsync(1000);
    const { contacted, errors } = await joining;
    expect(contacted).toBe(2);
    expect(errors.map(({ message }) => message)).toEqual([
      'Failed to join 10.0.0.99:7946: dial tcp 10.0.0.99:7946: connection refused',
      'Failed to resolve nobody: lookup nobody: no such host',
    ]);
  });

  it('without a name are not spoken to where names are required', async () => {
    const pool = newPool();
    const n1 = await pool.add();
    const n2 = await pool.add({ requireNodeNames: true });
    expect(await pool.join(n2, n1)).toBe(0);
    const joining = n2.memberlist.join(['n1/10.0.0.1']);
    await pool.clock.advanceAsync(100);
    expect((await joining).contacted).toBe(1);
  });
});

describe('delegates', () => {
  it('may refuse a merge and a node', async () => {
    const pool = newPool();
    const n1 = await pool.add();
    const refusing = await pool.add({
      delegates: { merge: { notifyMerge: (nodes) => `not ${nodes[0]?.node.name}` } },
    });
    const joining = refusing.memberlist.join(['10.0.0.1']);
    await pool.clock.advanceAsync(100);
    expect((await joining).errors[0]?.message).toBe('Failed to join 10.0.0.1:7946: not n1');
    const picky = await pool.add({
      delegates: { alive: { notifyAlive: ({ name }) => (name === 'n2' ? 'no' : undefined) } },
    });
    await pool.join(picky, n1);
    expect(TestPool.view(picky)).toEqual(['n1', 'n3']);
    expect(picky.memberlist.counters.refused.delegate).toBeGreaterThan(0);
  });
});
