import { describe, expect, it } from 'vitest';
import { GossipError } from '../errors.ts';
import { consulProfile, LAN_PROFILE, LOCAL_PROFILE, WAN_PROFILE } from './config.ts';
import type { SwimConfig } from './config.ts';
import { parseJoinAddress, resolveJoinAddress } from './join-address.ts';
import { validateConfig } from './validate-config.ts';

describe('profiles', () => {
  // DefaultLANConfig, DefaultWANConfig and DefaultLocalConfig of memberlist 0.5 to 0.7.
  it.each([
    ['streamTimeoutMs', 10_000, 30_000, 1000],
    ['indirectChecks', 3, 3, 1],
    ['retransmitMult', 4, 4, 2],
    ['suspicionMult', 4, 6, 3],
    ['suspicionMaxTimeoutMult', 6, 6, 6],
    ['pushPullIntervalMs', 30_000, 60_000, 15_000],
    ['probeTimeoutMs', 500, 3000, 200],
    ['probeIntervalMs', 1000, 5000, 1000],
    ['awarenessMaxMultiplier', 8, 8, 8],
    ['gossipNodes', 3, 4, 3],
    ['gossipIntervalMs', 200, 500, 100],
    ['gossipToTheDeadTimeMs', 30_000, 60_000, 15_000],
    ['packetBytes', 1400, 1400, 1400],
    ['protocolVersion', 2, 2, 2],
  ] as const)('%s is %i on a LAN, %i on a WAN, %i on one machine', (key, lan, wan, local) => {
    expect([LAN_PROFILE[key], WAN_PROFILE[key], LOCAL_PROFILE[key]]).toEqual([lan, wan, local]);
  });

  it("take Consul's tuning", () => {
    const tuning = {
      allowedCIDRs: ['10.0.0.0/8'],
      gossipIntervalMs: 1,
      gossipNodes: 2,
      probeIntervalMs: 3,
      probeTimeoutMs: 4,
      suspicionMult: 5,
      retransmitMult: 6,
    };
    expect(consulProfile('wan', tuning)).toEqual({
      ...WAN_PROFILE,
      ...tuning,
      deadNodeReclaimTimeMs: 30_000,
    });
    expect(consulProfile('lan', tuning).pushPullIntervalMs).toBe(30_000);
  });
});

describe('validateConfig', () => {
  it.each([
    [{ name: '' }, 'a node needs a name'],
    [{ name: 'n'.repeat(256) }, 'longer than 255 bytes'],
    [{ label: 'l'.repeat(256) }, 'too long'],
    [{ protocolVersion: 0 }, "Protocol version '0' too low. Must be in range: [1, 5]"],
    [{ protocolVersion: 6 }, "Protocol version '6' too high. Must be in range: [1, 5]"],
    [{ packetBytes: 500 }, 'packets need'],
    [{ gossipIntervalMs: 0 }, 'gossipIntervalMs must be above zero'],
  ] as [Partial<SwimConfig>, string][])('%j is refused', (changes, message) => {
    expect(() => validateConfig({ ...LAN_PROFILE, name: 'n', ...changes })).toThrow(message);
  });
});

describe('addresses to join', () => {
  it.each([
    ['10.0.0.1', { host: '10.0.0.1', port: 8301, name: '' }],
    ['10.0.0.1:7946', { host: '10.0.0.1', port: 7946, name: '' }],
    ['n1/10.0.0.1:7946', { host: '10.0.0.1', port: 7946, name: 'n1' }],
    ['::1', { host: '::1', port: 8301, name: '' }],
    ['[::1]', { host: '::1', port: 8301, name: '' }],
    ['n1/[2001:db8::1]:99', { host: '2001:db8::1', port: 99, name: 'n1' }],
    ['consul.example.com', { host: 'consul.example.com', port: 8301, name: '' }],
    ['consul.example.com:1', { host: 'consul.example.com', port: 1, name: '' }],
  ])('%s', (text, expected) => {
    expect(parseJoinAddress(text, 8301)).toEqual(expected);
  });

  it.each([
    '',
    ':80',
    '/host',
    'host:',
    'host:x',
    'host:70000',
    '[::1',
    '[::1]x',
    'a:b:c',
    '[]:80',
  ])('%j is none', (text) => {
    expect(() => parseJoinAddress(text, 8301)).toThrow(GossipError);
  });

  it('are all that a name stands for', async () => {
    const resolve = (host: string): Promise<string[]> =>
      host === 'pool'
        ? Promise.resolve(['10.0.0.1', '2001:DB8::1'])
        : Promise.reject(new Error('no'));
    expect(await resolveJoinAddress('n/pool:5', 1, resolve)).toEqual([
      { address: '10.0.0.1', port: 5, name: 'n' },
      { address: '2001:db8::1', port: 5, name: 'n' },
    ]);
    await expect(resolveJoinAddress('gone', 1, resolve)).rejects.toMatchObject({
      code: 'invalid_address',
    });
  });
});
