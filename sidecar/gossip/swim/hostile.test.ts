/** Whatever comes from the network: it is counted, it costs little, and the pool goes on. */
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import type { GossipStream } from '../transport.ts';
import { TestPool } from '../testing/test-pool.ts';
import type { MemberOptions, TestMember } from '../testing/test-pool.ts';
import { compress } from '../wire/compression.ts';
import { encodeCompound } from '../wire/compound.ts';
import { MAX_STREAMS } from '../wire/limits.ts';
import { MessageType } from '../wire/message-type.ts';
import { AliveType, IndirectPingType, PingType } from '../wire/messages.ts';
import type { PushPullNode } from '../wire/messages.ts';
import { encodeMessage } from '../wire/msgpack/struct.ts';
import { encodePushPull } from '../wire/push-pull.ts';
import { MAX_RELAYED_PINGS } from './indirect-pings.ts';

const pools: TestPool[] = [];
afterEach(async () => {
  for (const pool of pools.splice(0)) {
    await pool.stop();
    expect(pool.clock.pending).toBe(0);
  }
});

const ATTACKER = { address: '10.66.6.6', port: 4000 };
const KEY = new Uint8Array(16).fill(1);
const EMPTY = new Uint8Array(0);
const VERSIONS = new Uint8Array([1, 5, 2, 0, 0, 0]);

async function pairOf(options: MemberOptions = {}): Promise<[TestPool, TestMember, TestMember]> {
  const pool = new TestPool();
  pools.push(pool);
  const [one, other] = await pool.grow(2, options);
  return [pool, one!, other!];
}

function refused(member: TestMember): Record<string, number> {
  const { refused: counts } = member.memberlist.counters;
  return Object.fromEntries(Object.entries(counts).filter(([, count]) => count > 0));
}

/** Opens a stream as a stranger, sends the chunks, and records what comes back. */
function dial(pool: TestPool, to: TestMember, ...chunks: Uint8Array[]): string[] {
  const log: string[] = [];
  const stranger = pool.network.transport(ATTACKER);
  stranger.dial({ address: to.address, port: 7946, name: '' }, 1000, (_error, stream) => {
    const connection = stream as GossipStream;
    connection.listen({
      onData: (chunk) => log.push(`type ${chunk[0]}`),
      onEnd: (error) => log.push(error === undefined ? 'ended' : 'reset'),
    });
    for (const chunk of chunks) connection.write(chunk);
  });
  pool.clock.advance(10);
  return log;
}

const alive = (node: string, address: readonly number[], incarnation = 1): Uint8Array =>
  encodeMessage(MessageType.alive, AliveType, {
    incarnation,
    node,
    address: new Uint8Array(address),
    port: 7946,
    meta: EMPTY,
    versions: VERSIONS,
  });

const remoteNode = (changes: Partial<PushPullNode>): PushPullNode => ({
  name: 'remote',
  address: new Uint8Array([10, 7, 7, 7]),
  port: 7946,
  meta: EMPTY,
  incarnation: 1,
  state: 0,
  versions: VERSIONS,
  ...changes,
});
const pushPull = (...nodes: PushPullNode[]): Uint8Array =>
  encodePushPull(nodes, nodes.length, EMPTY, true);

describe('packets', () => {
  it.each([
    ['plain', {}],
    ['encrypted', { key: KEY }],
    ['labelled', { label: 'blue' }],
  ])('of noise do not disturb a %s pool', async (_name, options) => {
    const [pool, one] = await pairOf(options);
    let count = 0;
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 300 }), (packet) => {
        one.transport.receive(packet, ATTACKER);
        count++;
      }),
      { numRuns: 1000 },
    );
    pool.clock.advance(5000);
    expect(TestPool.view(one)).toEqual(['n1', 'n2']);
    // A type byte for a user message, or for an empty list of parts, is no offence in itself.
    expect(one.memberlist.counters.totalRefused).toBeGreaterThan(count * 0.8);
  });

  it('forged, truncated or for others are counted as what they are', async () => {
    const [, one] = await pairOf();
    const ping = (node: string): Uint8Array =>
      encodeMessage(MessageType.ping, PingType, {
        seqNo: 1,
        node,
        sourceAddress: EMPTY,
        sourcePort: 0,
        sourceNode: '',
      });
    const packets = [
      ping('somebody else'),
      ping('n1').subarray(0, 9),
      Buffer.of(99),
      EMPTY,
      compress(Buffer.alloc(2_000_000, 8)),
      Buffer.from('0c0000000008aa', 'hex'),
      Buffer.from('\u00f4\u0003red\u0008hi', 'latin1'),
      encodeCompound([ping('x'), Buffer.of(77)]),
    ];
    for (const packet of packets) one.transport.receive(packet, ATTACKER);
    expect(refused(one)).toEqual({
      unexpected_node: 2,
      truncated: 2,
      unknown_type: 2,
      too_large: 1,
      crc: 1,
      label: 1,
    });
  });

  it('under another key, or under none, are refused', async () => {
    const [pool, one] = await pairOf({ key: KEY });
    const stranger = await pool.add({ name: 'stranger', key: new Uint8Array(16).fill(2) });
    const plain = await pool.add({ name: 'plain' });
    expect(await pool.join(stranger, one)).toBe(0);
    expect(await pool.join(plain, one)).toBe(0);
    one.transport.receive(alive('ghost', [10, 1, 1, 1]), ATTACKER);
    expect(TestPool.view(one)).toEqual(['n1', 'n2']);
    expect(refused(one)).toEqual({ undecryptable: 2, encryption: 1 });
    expect(refused(stranger).undecryptable).toBe(1);
  });

  it('that ask for pings are answered within bounds only', async () => {
    const [pool, one] = await pairOf();
    const request = encodeMessage(MessageType.indirectPing, IndirectPingType, {
      seqNo: 1,
      target: new Uint8Array([10, 99, 99, 99]),
      port: 1,
      node: 'victim',
      nack: true,
      sourceAddress: EMPTY,
      sourcePort: 0,
      sourceNode: '',
    });
    for (let count = 0; count < MAX_RELAYED_PINGS + 50; count++) {
      one.transport.receive(request, ATTACKER);
    }
    expect(refused(one)).toEqual({ too_busy: 50 });
    pool.clock.advance(10_000);
    one.transport.receive(request, ATTACKER);
    expect(refused(one)).toEqual({ too_busy: 50 });
    pool.clock.advance(10_000);
  });
});

describe('allowed networks', () => {
  const allowedCIDRs = ['10.0.0.0/16', ' fd00::/8 '];

  it.each([
    ['from outside', alive('ghost', [10, 0, 1, 1]), ATTACKER],
    ['about outside', alive('ghost', [10, 66, 1, 1]), { address: '10.0.0.2', port: 7946 }],
    [
      'that moves a member outside',
      alive('n2', [10, 66, 1, 1], 9),
      { address: '10.0.0.2', port: 7946 },
    ],
  ])('an alive message %s is refused', async (_name, message, from) => {
    const [, one] = await pairOf({ allowedCIDRs });
    one.transport.receive(message, from);
    expect(TestPool.view(one)).toEqual(['n1', 'n2']);
    expect(refused(one)).toEqual({ not_allowed: 1 });
  });

  it('streams and pings from outside are refused, and what lies outside is not merged', async () => {
    const [pool, one] = await pairOf({ allowedCIDRs });
    expect(dial(pool, one, pushPull(remoteNode({})))).toEqual(['reset']);
    const outsider = await pool.add({
      name: 'outsider',
      bind: { address: '10.66.0.1', port: 7946 },
    });
    expect(await pool.join(outsider, one)).toBe(0);
    const inside = await pool.add({ allowedCIDRs: [] });
    await pool.join(inside, outsider);
    await pool.join(inside, one);
    expect(TestPool.view(one)).toEqual(['n1', 'n2', 'n4']);
    expect(refused(one).not_allowed).toBeGreaterThanOrEqual(2);
  });

  it('have to be networks', async () => {
    const pool = new TestPool();
    for (const wrong of ['ten', '10.0.0.0/33', '::/129']) {
      await expect(pool.add({ allowedCIDRs: [wrong] })).rejects.toMatchObject({
        code: 'invalid_config',
      });
    }
  });
});

describe('streams', () => {
  it.each([
    ['noise', Buffer.from('GET / HTTP/1.1\r\n\r\n'), 'unknown_type', 'reset'],
    ['a 2 GB message', Buffer.from('0a80000000', 'hex'), 'encryption', 'type 9'],
    [
      'a 2 GB user message',
      Buffer.from('0881aa557365724d73674c656ece7fffffff', 'hex'),
      'too_large',
      'type 9',
    ],
    ['a bomb', compress(Buffer.alloc(21 << 20, 6)), 'too_large', 'type 9'],
    ['another label', Buffer.from('\u00f4\u0003red', 'latin1'), 'label', 'reset'],
  ])('%s are refused', async (_name, bytes, refusal, reaction) => {
    const [pool, one] = await pairOf();
    const log = dial(pool, one, bytes);
    expect(refused(one)).toEqual({ [refusal]: 1 });
    expect(log[0]).toBe(reaction);
    pool.clock.advance(20_000);
  });

  it('that trickle are closed in time', async () => {
    const [pool, one] = await pairOf();
    const log = dial(pool, one, Buffer.of(MessageType.pushPull));
    pool.clock.advance(9000);
    expect(log).toEqual([]);
    pool.clock.advance(2000);
    expect(log).toEqual(['reset']);
    expect(refused(one)).toEqual({ timeout: 1 });
  });

  it('that are opened and closed again are no offence', async () => {
    const [pool, one] = await pairOf();
    const stranger = pool.network.transport(ATTACKER);
    stranger.dial({ address: one.address, port: 7946, name: '' }, 1000, (_error, stream) => {
      stream?.end();
    });
    pool.clock.advance(100);
    expect(refused(one)).toEqual({});
  });

  it('are served within bounds only, and again when others have ended', async () => {
    const [pool, one] = await pairOf({ pushPullIntervalMs: 0 });
    for (let count = 0; count < MAX_STREAMS; count++) dial(pool, one);
    expect(dial(pool, one)).toEqual(['reset']);
    expect(refused(one)).toEqual({ too_busy: 1 });
    pool.clock.advance(11_000);
    expect(dial(pool, one, pushPull(remoteNode({})))[0]).toBe('type 9');
    expect(TestPool.view(one)).toContain('remote');
  });

  it.each([
    ['versions that do not fit', { versions: new Uint8Array([6, 6, 6, 0, 0, 0]) }, 'versions'],
    ['no versions', { versions: EMPTY }, 'versions'],
    ['a state that does not exist', { state: 9 }, 'malformed'],
    ['an address that is none', { address: new Uint8Array(7) }, 'malformed'],
  ] as [string, Partial<PushPullNode>, string][])(
    'a push/pull with %s is refused',
    async (_name, changes, refusal) => {
      const [pool, one] = await pairOf();
      dial(pool, one, pushPull(remoteNode(changes)));
      expect(TestPool.view(one)).toEqual(['n1', 'n2']);
      expect(refused(one)).toEqual({ [refusal]: 1 });
    },
  );

  it('a ping is answered if it is for us', async () => {
    const [pool, one] = await pairOf({ compression: false });
    const ping = (node: string): Uint8Array =>
      encodeMessage(MessageType.ping, PingType, {
        seqNo: 5,
        node,
        sourceAddress: EMPTY,
        sourcePort: 0,
        sourceNode: '',
      });
    expect(dial(pool, one, ping('n1'))).toEqual(['type 2', 'ended']);
    expect(dial(pool, one, ping('n9'))).toEqual(['reset']);
    expect(refused(one)).toEqual({ unexpected_node: 1 });
  });
});
