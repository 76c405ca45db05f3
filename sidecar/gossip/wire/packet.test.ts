import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { encodeCompound, encodeCompounds } from './compound.ts';
import { compress } from './compression.ts';
import { encryptedLength, encryptionOverhead } from './encryption.ts';
import { MessageType } from './message-type.ts';
import { openPacket, sealPacket } from './packet.ts';
import type { PacketSecurity } from './packet.ts';
import { KEYS, security } from './testing/security.ts';
import { Unpacker } from './unpack.ts';

const MESSAGE = Buffer.from('\u0008a user message, a user message, a user message. '.repeat(5));
const PLAIN = { compress: false, withCRC: false };
const POOLS: [string, PacketSecurity][] = [
  ['a plain pool', security()],
  ['a labelled pool', security({ label: 'blue' })],
  ['an encrypted pool', security({ keys: KEYS })],
  ['an encrypted pool of protocol 1', security({ keys: KEYS, encryptionVersion: 0 })],
  ['a labelled, encrypted pool', security({ label: 'blue', keys: KEYS.slice(1) })],
];

/** What is in a packet's content, in words. */
function unpacked(message: Uint8Array): string[] {
  const seen: string[] = [];
  const unpacker = new Unpacker({
    onMessage: (type, body) => seen.push(`${type} ${Buffer.from(body)}`),
    onRefused: (reason) => seen.push(reason),
  });
  unpacker.unpack(message);
  return seen;
}

describe.each(POOLS)('in %s', (_name, pool) => {
  it.each([
    { compress: false, withCRC: false },
    { compress: true, withCRC: false },
    { compress: false, withCRC: true },
    { compress: true, withCRC: true },
  ])('a packet comes out as it went in: %o', (options) => {
    const opened = openPacket(sealPacket(MESSAGE, pool, options), pool);
    expect(typeof opened === 'string' ? opened : unpacked(opened)).toEqual(unpacked(MESSAGE));
  });

  it('no cut packet is taken for a whole one', () => {
    const packet = sealPacket(MESSAGE, pool, { compress: true, withCRC: true });
    for (let length = 0; length < packet.length; length++) {
      const opened = openPacket(packet.subarray(0, length), pool);
      expect(typeof opened === 'string' || opened.length === 0).toBe(true);
    }
  });

  it('a changed bit is noticed', () => {
    const packet = sealPacket(MESSAGE, pool, { compress: false, withCRC: true });
    fc.assert(
      fc.property(fc.nat({ max: packet.length * 8 - 1 }), (bit) => {
        const forged = Buffer.from(packet);
        forged[bit >> 3]! ^= 1 << (bit & 7);
        const opened = openPacket(forged, pool);
        if (typeof opened === 'string') return;
        // Only the type byte of a plain packet has no check over it.
        expect(unpacked(opened)).not.toEqual(unpacked(MESSAGE));
      }),
    );
  });

  it('arbitrary bytes do no harm', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 100 }), (packet) => {
        const opened = openPacket(packet, pool);
        if (typeof opened !== 'string') unpacked(opened);
      }),
      { numRuns: 500 },
    );
  });
});

describe('labels', () => {
  const blue = security({ label: 'blue' });
  it.each([
    ['another', security({ label: 'red' }), blue, 'label'],
    ['a longer one', security({ label: 'bluest' }), blue, 'label'],
    ['none', security(), blue, 'label'],
    ['one where there is none', blue, security(), 'label'],
  ])('%s is refused', (_name, sender, receiver, refusal) => {
    expect(openPacket(sealPacket(MESSAGE, sender, PLAIN), receiver)).toBe(refusal);
  });

  it('are authenticated by encryption, also when somebody removed them', () => {
    const sender = security({ label: 'blue', keys: KEYS });
    const packet = sealPacket(MESSAGE, sender, PLAIN);
    const skipping = security({ label: 'blue', keys: KEYS, skipIncomingLabelCheck: true });
    expect(openPacket(packet.subarray(6), skipping)).toEqual(MESSAGE);
    expect(openPacket(packet, skipping)).toBe('label');
    const other = security({ label: 'red', keys: KEYS, skipIncomingLabelCheck: true });
    expect(openPacket(packet.subarray(6), other)).toBe('undecryptable');
  });

  it('have at most 255 bytes', () => {
    expect(() => security({ label: 'x'.repeat(256) })).toThrow('too long');
  });
});

describe('keys', () => {
  it.each(KEYS.map((key) => [key.length * 8, key] as const))('AES-%i', (_bits, key) => {
    const packet = sealPacket(MESSAGE, security({ keys: [key] }), PLAIN);
    expect(openPacket(packet, security({ keys: [...KEYS] }))).toEqual(MESSAGE);
    const others = KEYS.filter((other) => other !== key);
    expect(openPacket(packet, security({ keys: others }))).toBe('undecryptable');
  });

  it('roll out without a break: first nobody verifies, then all send, then all verify', () => {
    const none = security();
    const silent = security({ keys: KEYS, verifyIncoming: false, verifyOutgoing: false });
    const sending = security({ keys: KEYS, verifyIncoming: false });
    const strict = security({ keys: KEYS });
    const arrives = (from: PacketSecurity, to: PacketSecurity): boolean => {
      const opened = openPacket(sealPacket(MESSAGE, from, PLAIN), to);
      return typeof opened !== 'string' && MESSAGE.equals(opened);
    };
    for (const [from, to] of [
      [none, silent],
      [silent, none],
      [silent, sending],
      [sending, silent],
    ] as const) {
      expect(arrives(from, to)).toBe(true);
    }
    expect([arrives(sending, strict), arrives(strict, sending)]).toEqual([true, true]);
    expect([arrives(none, strict), arrives(silent, strict)]).toEqual([false, false]);
  });

  it.each([0, 1] as const)('version %i costs what it says', (version) => {
    const pool = security({ keys: KEYS, encryptionVersion: version });
    for (let length = 1; length < 40; length++) {
      const packet = sealPacket(new Uint8Array(length), pool, PLAIN);
      expect(packet.length).toBe(encryptedLength(version, length));
      expect(packet.length - length).toBeLessThanOrEqual(encryptionOverhead(version));
    }
  });
});

describe('what is inside', () => {
  const parts = ['\u0003suspect', '\u0008user', '\u0005'].map((part) => Buffer.from(part));

  it('a compound message holds several, also compressed', () => {
    expect(unpacked(encodeCompound(parts))).toEqual(['3 suspect', '8 user', '5 ']);
    expect(unpacked(compress(encodeCompound(parts)))).toEqual(['3 suspect', '8 user', '5 ']);
  });

  it('is cut into compounds of 255', () => {
    const many = Array.from({ length: 600 }, (_, index) =>
      Buffer.of(MessageType.user, index & 0xff),
    );
    const compounds = encodeCompounds(many);
    expect(compounds.map((compound) => compound[1])).toEqual([255, 255, 90]);
    expect(compounds.flatMap(unpacked).length).toBe(600);
    expect(encodeCompounds([])).toEqual([]);
  });

  it('parts before a truncated one are read', () => {
    const whole = encodeCompound(parts.slice(0, 2));
    expect(unpacked(whole.subarray(0, whole.length - 1))).toEqual(['3 suspect', 'truncated']);
    expect(unpacked(whole.subarray(0, 4))).toEqual(['truncated']);
  });

  it.each([
    ['nothing', new Uint8Array(0), ['truncated']],
    ['a compound of nothing', Buffer.of(7), ['truncated']],
    ['a compound of an empty part', Buffer.of(7, 1, 0, 0), ['truncated']],
    ['an unknown algorithm', Buffer.from('0982a4416c676f01a3427566a0', 'hex'), ['malformed']],
    ['compressed nothing', compress(new Uint8Array(0)), ['truncated']],
    [
      'nested too deep',
      compress(compress(compress(compress(Buffer.from('\u0008x'))))),
      ['nesting'],
    ],
    ['a bomb', compress(Buffer.alloc(1_000_000, 8)), ['too_large']],
  ])('%s is refused', (_name, message, expected) => {
    expect(unpacked(message)).toEqual(expected);
  });

  it('many small bombs are one large one', () => {
    const small = compress(Buffer.alloc(40_000, MessageType.user));
    const seen = unpacked(encodeCompound([small, small, small])).map((one) => one.slice(0, 9));
    expect(seen.slice(1)).toEqual(['too_large', 'too_large']);
  });
});
