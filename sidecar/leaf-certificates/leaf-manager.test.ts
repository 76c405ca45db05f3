import { X509Certificate, createPrivateKey } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { RPCError } from '../../protocol/errors.ts';
import { LogHub, Logger } from '../lib/log.ts';
import { LeafManager } from './leaf-manager.ts';
import { renewalTime, retryWait } from './renewal.ts';
import { FakeAuthority } from './testing/fake-authority.ts';

const HOUR_MS = 3_600_000;
const START = Date.parse('2026-11-28T12:00:00Z');

let authority: FakeAuthority;
let manager: LeafManager;
let random = 0.5;
beforeEach(() => {
  vi.useFakeTimers({ now: START });
  random = 0.5;
  authority = new FakeAuthority();
  manager = new LeafManager({
    rpc: authority.rpc,
    datacenter: 'dc1',
    now: () => Date.now(),
    random: () => random,
    log: new Logger(new LogHub(), 'test'),
  });
});
afterEach(() => {
  manager.stop();
  vi.useRealTimers();
});

const get = (service = 'web', token = '') => manager.get({ service, token });

describe('a leaf', () => {
  it('has a key of its own that fits it, and its names', async () => {
    const { leaf, cache } = await get();
    const key = createPrivateKey(leaf.PrivateKeyPEM);
    expect(leaf.PrivateKeyPEM).toContain('BEGIN EC PRIVATE KEY');
    expect(new X509Certificate(leaf.CertPEM).checkPrivateKey(key)).toBe(true);
    expect(cache).toBe('MISS');
  });

  it('is made once, however many ask', async () => {
    const answers = await Promise.all([get(), get(), get()]);
    expect(new Set(answers.map(({ leaf }) => leaf.SerialNumber)).size).toBe(1);
    expect(authority.signed).toBe(1);
  });

  it('is another for each name and each token', async () => {
    for (const [service, token] of [
      ['web', ''],
      ['db', ''],
      ['web', 'a'],
    ] as const)
      await get(service, token);
    expect(authority.signed).toBe(3);
    expect(authority.tokens).toEqual(['', '', 'a']);
  });

  it('is told with its age to who knows an older one', async () => {
    const { leaf } = await get();
    vi.setSystemTime(START + 5000);
    const answer = await manager.get({ service: 'web', token: '' }, leaf.ModifyIndex - 1, 1000);
    expect(answer).toMatchObject({
      cache: 'HIT',
      ageMs: 5000,
      leaf: { SerialNumber: leaf.SerialNumber },
    });
  });

  it('that is refused is told to each who asks, and leaves nothing behind', async () => {
    authority.refusal = new RPCError('forbidden', 'Permission denied');
    await expect(get()).rejects.toThrow('Permission denied');
    await expect(get()).rejects.toThrow('Permission denied');
    expect(manager.size).toBe(0);
  });
});

describe('a wait for the next', () => {
  it('ends with the present one when its time is over', async () => {
    const { leaf } = await get();
    const waiting = manager.get({ service: 'web', token: '' }, leaf.ModifyIndex, 10_000);
    await vi.advanceTimersByTimeAsync(10_000);
    expect((await waiting).leaf.SerialNumber).toBe(leaf.SerialNumber);
  });

  it('ends when the certificate is renewed, at three quarters of its life', async () => {
    const { leaf } = await get();
    const waiting = manager.get({ service: 'web', token: '' }, leaf.ModifyIndex, 100 * HOUR_MS);
    await vi.advanceTimersByTimeAsync(0.75 * 72 * HOUR_MS - 1000);
    expect(authority.signed).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await waiting).leaf.SerialNumber).toBe('2');
  });

  it('ends when a new root replaced the certificate, within half a minute', async () => {
    const { leaf } = await get();
    const waiting = manager.get({ service: 'web', token: '' }, leaf.ModifyIndex, HOUR_MS);
    await vi.advanceTimersByTimeAsync(0);
    authority.rotate();
    await vi.advanceTimersByTimeAsync(14_000);
    expect(authority.signed).toBe(1);
    await vi.advanceTimersByTimeAsync(1000);
    expect((await waiting).leaf.SerialNumber).toBe('2');
  });

  it('ends when the client goes, and with the agent', async () => {
    const { leaf } = await get();
    const going = new AbortController();
    const wanted = { service: 'web', token: '' };
    const waits = [
      manager.get(wanted, leaf.ModifyIndex, HOUR_MS, going.signal),
      manager.get(wanted, leaf.ModifyIndex, HOUR_MS),
    ];
    await vi.advanceTimersByTimeAsync(0);
    going.abort();
    expect((await waits[0]!).leaf.SerialNumber).toBe('1');
    manager.stop();
    expect((await waits[1]!).leaf.SerialNumber).toBe('1');
    expect(vi.getTimerCount()).toBe(0);
  });
});

describe('a root that was replaced', () => {
  it('is no root for who asks now', async () => {
    await get();
    authority.rotate();
    await vi.advanceTimersByTimeAsync(0);
    expect((await get()).leaf.SerialNumber).toBe('2');
  });

  it('leaves a certificate in use while no other is to be had', async () => {
    await get();
    authority.rotate();
    authority.refusal = new RPCError('unavailable', 'the datacenter is away');
    await vi.advanceTimersByTimeAsync(0);
    expect((await get()).leaf.SerialNumber).toBe('1');
    vi.setSystemTime(START + 80 * HOUR_MS);
    await expect(get()).rejects.toThrow('the datacenter is away');
  });
});

describe('a renewal', () => {
  it('that fails is tried again and again, ever more seldom', async () => {
    random = 1;
    await get();
    authority.refusal = new RPCError('overloaded', 'Rate limit reached, try again later');
    await vi.advanceTimersByTimeAsync(0.9 * 72 * HOUR_MS);
    expect(authority.signed).toBe(2);
    await vi.advanceTimersByTimeAsync(1000 + 2000 + 4000);
    expect(authority.signed).toBe(5);
    authority.refusal = null;
    await vi.advanceTimersByTimeAsync(8000);
    expect((await get()).leaf.SerialNumber).toBe('6');
  });

  it('comes for a life beyond what timers hold', async () => {
    authority.lifeMs = 8760 * HOUR_MS;
    await get();
    await vi.advanceTimersByTimeAsync(0.7 * 8760 * HOUR_MS);
    expect(authority.signed).toBe(1);
    // Somebody goes on asking, else it would be dropped.
    await get();
    await vi.advanceTimersByTimeAsync(0.06 * 8760 * HOUR_MS);
    expect(authority.signed).toBe(2);
  });
});

it('a certificate that nobody asks for any more is dropped when another is asked for', async () => {
  await get('old');
  vi.setSystemTime(START + 73 * HOUR_MS);
  await get('new');
  expect(manager.size).toBe(1);
});

it.each([
  [0, 0.6],
  [1, 0.9],
])('a renewal with dice at %d is due at %d of the life', (dice, share) => {
  expect(renewalTime(1000, 1000 + HOUR_MS, dice)).toBeCloseTo(1000 + share * HOUR_MS);
});

it('waits between tries double up to a minute, and are spread', () => {
  expect([1, 2, 3, 7, 100].map((failures) => retryWait(failures, 1))).toEqual([
    1000, 2000, 4000, 60_000, 60_000,
  ]);
  expect(retryWait(1, 0)).toBe(500);
});
