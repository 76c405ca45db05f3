import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeSyntaxFault } from './json-syntax.ts';

/** Answers of Go 1.26's json.Decoder. */
const FAULTS: readonly (readonly [text: string, fault: string])[] = [
  ['nope', "invalid character 'o' in literal null (expecting 'u')"],
  ['tru', 'unexpected EOF'],
  ['{"a" 1}', "invalid character '1' after object key"],
  ['{"a":1 "b"}', `invalid character '"' after object key:value pair`],
  ['{a:1}', "invalid character 'a' looking for beginning of object key string"],
  ['{"a":1,}', "invalid character '}' looking for beginning of object key string"],
  ['[1 2]', "invalid character '2' after array element"],
  ['[1,]', "invalid character ']' looking for beginning of value"],
  ["'x'", "invalid character '\\'' looking for beginning of value"],
  ['-x', "invalid character 'x' in numeric literal"],
  ['[1.x]', "invalid character 'x' after decimal point in numeric literal"],
  ['[1ex]', "invalid character 'x' in exponent of numeric literal"],
  ['"a\nb"', "invalid character '\\n' in string literal"],
  ['"\\q"', "invalid character 'q' in string escape code"],
  ['"\\u12x4"', "invalid character 'x' in \\u hexadecimal character escape"],
  ['é', "invalid character 'Ã' looking for beginning of value"],
  ['\u0001', "invalid character '\\x01' looking for beginning of value"],
  ['\u{1f600}', "invalid character 'ð' looking for beginning of value"],
  ['\u0800', "invalid character 'à' looking for beginning of value"],
  ['{"a":[{"b":"c', 'unexpected EOF'],
];

describe('a fault', () => {
  it.each(FAULTS)('in %j is said as Go says it', (text, fault) => {
    expect(describeSyntaxFault(text)).toBe(fault);
  });

  it('of depth is said before the end is', () => {
    expect(describeSyntaxFault('['.repeat(10_000))).toBe('unexpected EOF');
    expect(describeSyntaxFault('['.repeat(10_001))).toBe('exceeded max depth');
    expect(describeSyntaxFault('{"a":'.repeat(10_001))).toBe('exceeded max depth');
  });

  it('is found in every text that is no JSON', () => {
    const pieces = fc.constantFrom(
      '{',
      '}',
      '[',
      ']',
      '"',
      ':',
      ',',
      '1',
      '-',
      'e',
      '.',
      'true',
      ' ',
      '\\',
      'é',
    );
    fc.assert(
      fc.property(fc.array(pieces, { minLength: 1, maxLength: 12 }), (parts) => {
        const text = parts.join('');
        fc.pre(text.trim() !== '' && !startsWithJSON(text));
        expect(describeSyntaxFault(text)).toMatch(/^invalid character |^unexpected EOF$/);
      }),
      { numRuns: 2000 },
    );
  });
});

function startsWithJSON(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch (error) {
    return /after JSON/.test((error as Error).message);
  }
}
