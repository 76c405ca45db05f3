import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalIP, parseIP, renderIP } from './ip-address.ts';

describe('IP addresses', () => {
  it.each([
    ['10.0.0.1', '10.0.0.1'],
    ['::ffff:10.0.0.1', '10.0.0.1'],
    ['::FFFF:0A00:0001', '10.0.0.1'],
    ['::', '::'],
    ['::1', '::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['2001:DB8:0:0:0:0:0:1', '2001:db8::1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['1:0:2:0:3:0:4:0', '1:0:2:0:3:0:4:0'],
    ['1::', '1::'],
    ['64:ff9b::192.0.2.33', '64:ff9b::c000:221'],
    ['localhost', undefined],
    ['', undefined],
    ['10.0.0', undefined],
    [':::', undefined],
  ])('%s is %s', (text, expected) => {
    expect(canonicalIP(text)).toBe(expected);
  });

  it.each([0, 3, 5, 15, 17])('are not %i bytes long', (length) => {
    expect(renderIP(new Uint8Array(length))).toBeUndefined();
  });

  it('come back as they were', () => {
    const anyLength = fc.oneof(
      fc.uint8Array({ minLength: 4, maxLength: 4 }),
      fc.uint8Array({ minLength: 16, maxLength: 16 }),
    );
    fc.assert(
      fc.property(anyLength, (bytes) => {
        const text = renderIP(bytes) ?? '';
        expect(renderIP(parseIP(text) ?? bytes.subarray(1))).toBe(text);
      }),
    );
  });
});
