import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeLZW } from './lzw-decode.ts';
import { encodeLZW } from './lzw-encode.ts';

const MAX = 1 << 20;
const hex = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'hex'));

function decoded(input: Uint8Array, maxBytes = MAX): string {
  const output = decodeLZW(input, maxBytes);
  return typeof output === 'string' ? output : Buffer.from(output).toString('latin1');
}

/** The generator of ANSI C's rand, as in the Go program that made the expectations. */
function noise(length: number): Uint8Array {
  let state = 1;
  return new Uint8Array(length).map(() => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff;
    return state >> 16;
  });
}

describe('LZW', () => {
  it.each([
    // From Go 1.26's compress/lzw: NewWriter(&buf, LSB, 8).
    ['', '000302'],
    ['a', '00c30404'],
    ['aaaa', '00c3080c1310'],
    ['abababababcabcabcabcd', '00c388114870a0983102111e4c482620'],
  ])('writes %j as Go does', (text, expected) => {
    expect(Buffer.from(encodeLZW(Buffer.from(text))).toString('hex')).toBe(expected);
    expect(decoded(hex(expected))).toBe(text);
  });

  it.each([
    // Where the table fills up: bytes of noise, bytes of output, start of its SHA-256, from Go.
    [3836, 5260, 'e37e882d03e39581'],
    [3837, 5261, '35799aad6d3c97ca'],
    [3838, 5261, '1628bfff8ec9447a'],
    [3839, 5263, '694dc2edec8fae2f'],
    [3840, 5264, 'c82491030359e2c0'],
    [200_000, 273_808, '5f74c16357f70bce'],
  ])('writes %i bytes of noise as Go does', (length, expectedBytes, expectedHash) => {
    const output = encodeLZW(noise(length));
    expect(output.length).toBe(expectedBytes);
    expect(createHash('sha256').update(output).digest('hex').slice(0, 16)).toBe(expectedHash);
    expect(decodeLZW(output, MAX)).toEqual(Buffer.from(noise(length)));
  });

  it('reads back every kind of input', () => {
    const repetitive = fc
      .array(fc.tuple(fc.integer({ min: 0, max: 3 }), fc.integer({ min: 1, max: 40 })))
      .map(
        (runs) =>
          new Uint8Array(runs.flatMap(([byte, n]) => Array.from({ length: n }, () => byte))),
      );
    fc.assert(
      fc.property(fc.oneof(fc.uint8Array({ maxLength: 3000 }), repetitive), (input) => {
        expect(decodeLZW(encodeLZW(input), MAX)).toEqual(Buffer.from(input));
      }),
    );
  });

  it('makes text smaller', () => {
    const text = Buffer.from('{"name":"node","addr":"10.0.0.1"}'.repeat(50));
    expect(encodeLZW(text).length).toBeLessThan(text.length / 4);
  });

  it('refuses a bomb by its size alone', () => {
    const bomb = encodeLZW(Buffer.alloc(5_000_000));
    expect(bomb.length).toBeLessThan(10_000);
    expect(decoded(bomb, 65_535)).toBe('too_large');
    expect(decoded(encodeLZW(Buffer.alloc(100)), 100).length).toBe(100);
    expect(decoded(encodeLZW(Buffer.alloc(101)), 100)).toBe('too_large');
  });

  it.each([
    ['nothing', ''],
    ['half a code', '00'],
    ['no end', '00c304'.slice(0, 4)],
    // Clear, then code 258 before there is one.
    ['a code from nowhere', '000502'],
  ])('refuses %s', (_name, bytes) => {
    expect(decoded(hex(bytes))).toBe('malformed');
  });

  it('refuses every truncation', () => {
    const whole = encodeLZW(Buffer.from('abababababcabcabcabcd'));
    for (let length = 0; length < whole.length - 1; length++) {
      expect(decoded(whole.subarray(0, length))).toBe('malformed');
    }
  });

  it('ends on arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 400 }), (input) => {
        const output = decodeLZW(input, 2000);
        expect(typeof output === 'string' || output.length <= 2000).toBe(true);
      }),
    );
  });
});
