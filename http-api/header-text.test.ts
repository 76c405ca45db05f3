import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { headerText } from './header-text.ts';

/** Any UTF-16 units, halves of pairs among them. */
const anyText = fc
  .array(fc.integer({ min: 0, max: 0xffff }), { maxLength: 40 })
  .map((units) => String.fromCharCode(...units));

describe('header values', () => {
  it.each([
    ['', ''],
    ['critical: web', 'critical: web'],
    ['a\r\nSet-Cookie: b', 'a  Set-Cookie: b'],
    ['\u00e9', '\u00c3\u00a9'],
    ['\0\x7f', '  '],
  ])('%j is written as %j', (text, written) => {
    expect(headerText(text)).toBe(written);
  });

  it('are taken by every runtime, whatever a name holds', () => {
    fc.assert(
      fc.property(anyText, (text) => {
        const value = headerText(text);
        expect(() => new Headers({ 'X-Consul-Reason': value })).not.toThrow();
        const decoded = Buffer.from(value, 'latin1').toString();
        // oxlint-disable-next-line no-control-regex
        expect(decoded).toBe(text.toWellFormed().replaceAll(/[\0-\x08\x0a-\x1f\x7f]/g, ' '));
      }),
      { numRuns: 1_000 },
    );
  });
});
