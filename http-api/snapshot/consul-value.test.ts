import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { ArchiveError } from './archive-format.ts';
import { decodeConsulEntry, decodeConsulValue } from './consul-value.ts';

const bytes = (latin1: string): Uint8Array => new Uint8Array(Buffer.from(latin1, 'latin1'));
const NONE: ReadonlySet<string> = new Set();

describe('a value of Consul', () => {
  it.each<[string, unknown]>([
    ['\xc0', null],
    ['\xc3', true],
    ['\x07', 7],
    ['\xff', -1],
    ['\xcf\xff\xff\xff\xff\xff\xff\xff\xff', 18446744073709551615n],
    ['\xcf\x00\x00\x00\x00\x00\x00\x00\x05', 5],
    ['\xd3\xff\xff\xff\xff\xff\xff\xff\xfe', -2],
    ['\xcb\x40\x14\x00\x00\x00\x00\x00\x00', 5],
    ['\xa2\xc3\xbc', 'ü'],
    ['\xd9\x01a', 'a'],
    ['\x93\x01\xc0\xa1x', [1, null, 'x']],
    ['\x82\xa1a\x81\xa1b\x02\xa1c\x90', { a: { b: 2 }, c: [] }],
    // A time: nothing that is carried over has one.
    ['\x81\xa1t\xd6\xff\x00\x00\x00\x01', { t: null }],
  ])('%j', (text, value) => {
    expect(decodeConsulValue(bytes(text), NONE)).toEqual(value);
  });

  it('keeps the bytes of a binary field', () => {
    const value = decodeConsulValue(
      bytes('\x82\xa5Value\xa2\xff\x00\xa3Key\xa1k'),
      new Set(['Value']),
    );
    expect(value).toEqual({ Value: bytes('\xff\x00'), Key: 'k' });
  });

  it.each(['', '\xa2a', '\x81\xa1a', '\x01\x02', '\x91'.repeat(100) + '\x01'])(
    '%j is none',
    (text) => {
      expect(() => decodeConsulValue(bytes(text), NONE)).toThrow(ArchiveError);
    },
  );

  it('any bytes are one or an error that says so', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (input) => {
        for (const decode of [
          () => decodeConsulValue(input, NONE),
          () => decodeConsulEntry(input),
        ]) {
          try {
            decode();
          } catch (error) {
            expect(error).toBeInstanceOf(ArchiveError);
          }
        }
      }),
      { numRuns: 2000 },
    );
  });
});
