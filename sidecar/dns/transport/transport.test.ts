import { describe, expect, it } from 'vitest';
import { FrameReader, frame } from './frames.ts';
import { ResponseRateLimiter } from './rate-limit.ts';
import { parseRecursorAddress } from './recursor-address.ts';

describe('frames', () => {
  const messages = [Buffer.from('one'), Buffer.alloc(0), Buffer.alloc(65_535, 7), Buffer.from('x')];
  const stream = Buffer.concat(messages.map(frame));

  it.each([1, 2, 3, 7, 1000, stream.length])('in chunks of %i bytes', (size) => {
    const reader = new FrameReader();
    const read: Buffer[] = [];
    for (let at = 0; at < stream.length; at += size) {
      // Copies, for a message may share the memory of its chunk.
      for (const message of reader.push(stream.subarray(at, at + size)))
        read.push(Buffer.from(message));
    }
    expect(read.map((message) => message.length)).toEqual([3, 0, 65_535, 1]);
    expect(Buffer.concat(read)).toEqual(Buffer.concat(messages));
  });
});

const setUp = (perSecond: number) => {
  const clock = { nowMs: 1_000_000 };
  return { clock, limiter: new ResponseRateLimiter(perSecond, () => clock.nowMs) };
};

const decide = (limiter: ResponseRateLimiter, address: string, count: number) =>
  Array.from({ length: count }, () => limiter.decide(address));

describe('ResponseRateLimiter', () => {
  it('above the limit every other answer says TCP, the others are dropped', () => {
    const { limiter } = setUp(2);
    expect(decide(limiter, '192.0.2.1', 6)).toEqual([
      'answer',
      'answer',
      'truncate',
      'drop',
      'truncate',
      'drop',
    ]);
  });

  it.each([
    ['192.0.2.1', '192.0.2.200', true],
    ['192.0.2.1', '192.0.3.1', false],
    ['2001:db8:1:1::1', '2001:db8:1:ff::2', true],
    ['2001:db8:1:1::1', '2001:db8:1:100::2', false],
    ['fe80::1%eth0', 'fe80::2%eth0', true],
    ['::ffff:192.0.2.1', '::ffff:192.0.2.2', true],
  ])('%s and %s share a limit: %s', (one, other, shared) => {
    const { limiter } = setUp(1);
    limiter.decide(one);
    expect(limiter.decide(other) !== 'answer').toBe(shared);
  });

  it('each second begins anew', () => {
    const { limiter, clock } = setUp(1);
    expect(decide(limiter, '192.0.2.1', 2)).toEqual(['answer', 'truncate']);
    clock.nowMs += 1000;
    expect(limiter.decide('192.0.2.1')).toBe('answer');
  });

  it.each(['127.0.0.1', '127.8.8.8', '::1', '::ffff:127.0.0.1'])(
    '%s is never limited',
    (address) => {
      expect(new Set(decide(setUp(1).limiter, address, 5))).toEqual(new Set(['answer']));
    },
  );

  it('zero means no limit', () => {
    expect(new Set(decide(setUp(0).limiter, '192.0.2.1', 5))).toEqual(new Set(['answer']));
  });

  it('networks beyond what can be told apart share one limit', () => {
    const { limiter } = setUp(1);
    for (let index = 0; index < 20_000; index++) {
      limiter.decide(`10.${index >> 8}.${index & 0xff}.1`);
    }
    expect(limiter.decide('192.0.2.1')).toBe('answer');
    expect(limiter.decide('198.51.100.1')).toBe('truncate');
    expect(limiter.decide('203.0.113.1')).toBe('drop');
    expect(limiter.decide('10.0.0.1')).toBe('truncate');
  });
});

describe('parseRecursorAddress', () => {
  it.each([
    ['8.8.8.8', '8.8.8.8', 53],
    ['8.8.8.8:5353', '8.8.8.8', 5353],
    ['2001:4860::8888', '2001:4860::8888', 53],
    ['[2001:4860::8888]', '2001:4860::8888', 53],
    ['[2001:4860::8888]:5353', '2001:4860::8888', 5353],
    ['dns.example.org:54', 'dns.example.org', 54],
  ])('%s', (text, host, port) => expect(parseRecursorAddress(text)).toEqual({ host, port }));

  it.each(['', ':53', '8.8.8.8:', '8.8.8.8:0', '8.8.8.8:65536', '8.8.8.8:x', '[::1', '1:2:3'])(
    '%j is refused',
    (text) => expect(() => parseRecursorAddress(text)).toThrow(/Invalid recursor address/),
  );
});
