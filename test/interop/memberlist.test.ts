/** Members of this project and of hashicorp/memberlist in one pool. */
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { Keyring } from '../../sidecar/gossip/keyring/keyring.ts';
import { LOCAL_PROFILE } from '../../sidecar/gossip/swim/config.ts';
import type { SwimConfig } from '../../sidecar/gossip/swim/config.ts';
import { createMemberlist } from '../../sidecar/gossip/swim/create-memberlist.ts';
import type { SwimMemberlist } from '../../sidecar/gossip/swim/swim-memberlist.ts';
import { RecordingDelegate } from '../../sidecar/gossip/testing/recording-delegate.ts';
import { UDPTCPTransport } from '../../sidecar/gossip/transport/udp-tcp-transport.ts';
import { buildPeer, MEMBERLIST_VERSIONS, MemberlistPeer } from './memberlist-peer/peer.ts';
import type { MemberlistVersion } from './memberlist-peer/peer.ts';

const KEY = Buffer.alloc(16, 7);
const OTHER_KEY = Buffer.alloc(32, 9);
const WITHIN = { timeout: 20_000, interval: 50 };

const programs = new Map<string, string>();
beforeAll(() => {
  for (const version of Object.keys(MEMBERLIST_VERSIONS) as MemberlistVersion[]) {
    programs.set(version, buildPeer(version));
  }
});

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

interface Ours {
  readonly memberlist: SwimMemberlist;
  readonly delegate: RecordingDelegate;
  readonly keyring: Keyring;
  readonly pinged: string[];
  readonly address: string;
}

async function ours(name: string, config: Partial<SwimConfig>, key?: Uint8Array): Promise<Ours> {
  const delegate = new RecordingDelegate();
  delegate.meta = Buffer.from('meta of ours');
  delegate.state = Buffer.from('state of ours');
  const keyring = new Keyring(key);
  const pinged: string[] = [];
  const memberlist = await createMemberlist({
    config: {
      ...LOCAL_PROFILE,
      probeIntervalMs: 200,
      probeTimeoutMs: 100,
      pushPullIntervalMs: 2000,
      ...config,
      name,
    },
    transport: new UDPTCPTransport({ bind: { address: '127.0.0.1', port: 0 } }),
    keyring,
    delegates: {
      ...delegate.delegates(),
      ping: {
        ackPayload: () => Buffer.from('payload of ours'),
        notifyPingComplete: (node, rttMs, payload) => {
          if (rttMs >= 0) pinged.push(`${node.name} ${Buffer.from(payload).toString()}`);
        },
      },
    },
  });
  stops.push(() => memberlist.stop());
  const { port } = memberlist.localNode();
  return { memberlist, delegate, keyring, pinged, address: `127.0.0.1:${port}` };
}

/** In protocol 1 messages have no ports: all use the same, so members on one machine need addresses of their own. */
function beside({ address }: Ours, { protocolVersion }: Partial<SwimConfig>, n: number): string[] {
  if (protocolVersion !== 1) return [];
  return [`-bind=127.0.0.${n}`, `-port=${address.split(':')[1]}`];
}

async function theirs(
  version: string,
  name: string,
  ...args: readonly string[]
): Promise<MemberlistPeer> {
  const program = programs.get(version) ?? '';
  const peer = await MemberlistPeer.start(program, [`-name=${name}`, ...args]);
  stops.push(() => peer.kill());
  return peer;
}

const names = ({ memberlist }: Ours): string[] =>
  memberlist
    .members()
    .map(({ name }) => name)
    .toSorted();

const keyArg = (key: Buffer): string => `-key=${key.toString('base64')}`;

const POOLS = [
  { pool: 'plain', config: { compression: false }, args: ['-compress=false'] },
  { pool: 'compressed', config: {}, args: [] },
  { pool: 'encrypted', config: {}, args: [keyArg(KEY)], key: KEY },
  {
    pool: 'encrypted, labelled, uncompressed',
    config: { label: 'blue', compression: false },
    args: [keyArg(KEY), '-label=blue', '-compress=false'],
    key: KEY,
  },
  { pool: 'protocol 5', config: { protocolVersion: 5 }, args: ['-protocol=5'] },
  {
    // Encryption version 0.
    pool: 'encrypted, protocol 1',
    config: { protocolVersion: 1 },
    args: [keyArg(KEY), '-protocol=1'],
    key: KEY,
  },
];
const CASES = Object.keys(MEMBERLIST_VERSIONS).flatMap((version) =>
  POOLS.map((pool) => ({ version, key: undefined, ...pool })),
);

describe.each(CASES)('memberlist $version, $pool', ({ version, config, args, key }) => {
  it('they join us, we join them, and all see the same', async () => {
    const one = await ours('ours-1', config, key);
    const go = await theirs(version, 'go-1', ...args, ...beside(one, config, 2));
    const other = await theirs(version, 'go-2', ...args, ...beside(one, config, 3));
    expect(await go.command(`join ${one.address}`)).toBe(1);
    expect(await one.memberlist.join([other.address])).toMatchObject({ contacted: 1 });
    const all = ['go-1', 'go-2', 'ours-1'];
    await vi.waitFor(async () => {
      expect(names(one)).toEqual(all);
      expect(await go.command('members')).toEqual(all);
    }, WITHIN);
    expect(one.delegate.merged).toContain('join state of go');
    await go.waitFor(({ event, text }) => event === 'state' && text === 'state of ours');
    const { node } = one.memberlist.lookup('go-1')!;
    expect(Buffer.from(node.meta).toString()).toBe('meta of go');
    await go.waitFor(({ event, name }) => event === 'join' && name === 'ours-1');
    expect(one.memberlist.counters.totalRefused).toBe(0);
  });

  it('messages, pings and metadata pass in both directions', async () => {
    const one = await ours('ours-1', config, key);
    const go = await theirs(version, 'go-1', ...args, ...beside(one, config, 2));
    await one.memberlist.join([go.address]);
    const { node } = one.memberlist.lookup('go-1')!;
    one.memberlist.sendBestEffort(node, Buffer.from('packet to go'));
    await one.memberlist.sendReliable(node, Buffer.from('stream to go '.repeat(1000)));
    one.delegate.broadcasts.push(Buffer.from('gossip to go'));
    for (const text of ['packet to go', 'gossip to go', 'stream to go '.repeat(1000)]) {
      await go.waitFor((event) => event.event === 'message' && event.text === text);
    }
    await go.command('best-effort ours-1 packet to us');
    await go.command('reliable ours-1 stream to us');
    await go.command('gossip gossip to us');
    await go.command(`ping ours-1 ${one.address}`);
    expect(await one.memberlist.ping(node)).toBeGreaterThan(0);
    await vi.waitFor(() => {
      const expected = ['gossip to us', 'packet to us', 'stream to us'];
      expect(one.delegate.messages.toSorted()).toEqual(expected);
      expect(one.pinged).toContain('go-1 payload of go');
    }, WITHIN);
    await go.waitFor(({ event, text }) => event === 'pinged' && text === 'payload of ours');
    one.delegate.meta = Buffer.from('new meta of ours');
    expect(await one.memberlist.updateNode(5000)).toBe(true);
    await go.waitFor(({ event, name }) => event === 'update' && name === 'ours-1');
    await go.command('meta new meta of go');
    await vi.waitFor(() => expect(one.delegate.events).toContain('update go-1'), WITHIN);
    expect(one.memberlist.counters.totalRefused).toBe(0);
  });

  it('their failures are seen by us, our departures by them', async () => {
    const one = await ours('ours-1', config, key);
    const go = await theirs(version, 'go-1', ...args, ...beside(one, config, 2));
    await one.memberlist.join([go.address]);
    await go.kill();
    await vi.waitFor(() => expect(one.delegate.events).toContain('dead go-1'), WITHIN);
    const again = await theirs(version, 'go-2', ...args, ...beside(one, config, 3));
    await one.memberlist.join([again.address]);
    expect(await one.memberlist.leave(5000)).toBe(true);
    await again.waitFor(({ event, name }) => event === 'leave' && name === 'ours-1');
  });

  it('their departures are seen by us', async () => {
    const one = await ours('ours-1', config, key);
    const go = await theirs(version, 'go-1', ...args, ...beside(one, config, 2));
    await one.memberlist.join([go.address]);
    await go.command('leave');
    await vi.waitFor(() => expect(one.delegate.events).toContain('left go-1'), WITHIN);
  });
});

describe.each(Object.keys(MEMBERLIST_VERSIONS))('memberlist %s', (version) => {
  it('keys rotate in a mixed pool', async () => {
    const one = await ours('ours-1', {}, KEY);
    const go = await theirs(version, 'go-1', keyArg(KEY));
    await go.command(`join ${one.address}`);
    const secret = OTHER_KEY.toString('base64');
    await go.command(`install-key ${secret}`);
    one.keyring.install(OTHER_KEY);
    await go.command(`use-key ${secret}`);
    one.keyring.use(OTHER_KEY);
    await go.command(`remove-key ${KEY.toString('base64')}`);
    one.keyring.remove(KEY);
    await one.memberlist.sendReliable(one.memberlist.lookup('go-1')!.node, Buffer.from('rotated'));
    await go.waitFor(({ event, text }) => event === 'message' && text === 'rotated');
    await go.command('best-effort ours-1 rotated');
    await vi.waitFor(() => expect(one.delegate.messages).toEqual(['rotated']), WITHIN);
    expect(one.memberlist.counters.totalRefused).toBe(0);
  });

  it('other keys, other labels and no keys are refused on both sides', async () => {
    const go = await theirs(version, 'go-1', keyArg(KEY), '-label=blue');
    const strangers = [
      await ours('other-key', { label: 'blue' }, OTHER_KEY),
      await ours('other-label', { label: 'red' }, KEY),
      await ours('plain', { label: 'blue' }),
    ];
    for (const stranger of strangers) {
      const { contacted, errors } = await stranger.memberlist.join([go.address]);
      expect([contacted, errors.length]).toEqual([0, 1]);
      await expect(go.command(`join ${stranger.address}`)).rejects.toThrow(/join/);
      expect(stranger.memberlist.counters.totalRefused).toBeGreaterThan(0);
    }
    expect(await go.command('members')).toEqual(['go-1']);
  });

  it('a name that is taken stays with its owner', async () => {
    const [one, two] = [await ours('same', {}), await ours('ours-2', {})];
    const go = await theirs(version, 'go-1');
    await one.memberlist.join([go.address]);
    await two.memberlist.join([go.address]);
    const thief = await theirs(version, 'same');
    await thief.command(`join ${two.address}`);
    await vi.waitFor(() => expect(two.delegate.events).toContain('conflict same'), WITHIN);
    await go.waitFor(({ event, name }) => event === 'conflict' && name === 'same');
    expect(two.memberlist.lookup('same')!.node.port).toBe(one.memberlist.localNode().port);
  });

  it('a pool of eight, half of each, finds a failed member by its helpers', async () => {
    const first = await ours('ours-0', {});
    const members = [first];
    const peers: MemberlistPeer[] = [];
    for (let index = 1; index < 4; index++) members.push(await ours(`ours-${index}`, {}));
    for (let index = 0; index < 4; index++) peers.push(await theirs(version, `go-${index}`));
    for (const { memberlist } of members.slice(1)) await memberlist.join([first.address]);
    for (const peer of peers) await peer.command(`join ${first.address}`);
    await vi.waitFor(() => {
      for (const member of members) expect(names(member).length).toBe(8);
    }, WITHIN);
    await peers[0]!.kill();
    await members[3]!.memberlist.stop();
    await vi.waitFor(async () => {
      const left = ['go-1', 'go-2', 'go-3', 'ours-0', 'ours-1', 'ours-2'];
      for (const member of members.slice(0, 3)) expect(names(member)).toEqual(left);
      for (const peer of peers.slice(1)) expect(await peer.command('members')).toEqual(left);
    }, WITHIN);
    for (const { memberlist } of members.slice(0, 3)) {
      expect(memberlist.counters.totalRefused).toBe(0);
      expect(memberlist.counters.refutations).toBe(0);
    }
  });
});
