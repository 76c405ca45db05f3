import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBase64, encodeBase64, isBase64 } from './base64.ts';

describe('base64', () => {
  it('of any bytes comes out as it went in, also of a part of a buffer', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.nat(10), (bytes, from) => {
        const part = bytes.subarray(Math.min(from, bytes.length));
        const text = encodeBase64(part);
        expect(isBase64(text)).toBe(true);
        expect([...decodeBase64(text)]).toEqual([...part]);
      }),
    );
  });

  it.each([
    ['', true],
    ['eA==', true],
    ['eHg=', true],
    ['eHh4', true],
    ['eA=', false],
    ['eA', false],
    ['e===', false],
    ['eH-_', false],
    ['eA==\n', false],
    ['=eA=', false],
    ['eA ==', false],
  ])('%j is some: %s', (text, expected) => {
    expect(isBase64(text)).toBe(expected);
  });
});
