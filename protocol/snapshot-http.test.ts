import fc from 'fast-check';
import { expect, it } from 'vitest';
import { decodeHeaderText, encodeHeaderText } from './snapshot-http.ts';

it('any text goes through a header', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      const header = encodeHeaderText(text);
      expect(header).toMatch(/^[\x20-\x7e]*$/);
      expect(decodeHeaderText(header)).toBe(text.toWellFormed());
    }),
  );
});

it.each([null, '', '100%', 'plain'])('%o is taken as it stands', (header) => {
  expect(decodeHeaderText(header)).toBe(header ?? '');
});
