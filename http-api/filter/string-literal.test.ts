import { describe, expect, it } from 'vitest';
import { parseStringLiteral } from './string-literal.ts';

describe('parseStringLiteral', () => {
  it.each([
    ['""', ''],
    ['"plain é"', 'plain é'],
    ['`raw \\n "x"`', 'raw \\n "x"'],
    ['`a\r\nb`', 'a\nb'],
    [String.raw`"\a\b\f\n\r\t\v\\"`, '\x07\b\f\n\r\t\v\\'],
    [String.raw`"\x41\101\u0041\U00000041"`, 'AAAA'],
    // Two bytes of one character.
    [String.raw`"\xc3\xa9"`, 'é'],
    [String.raw`"\303\251"`, 'é'],
    [String.raw`"\U0001F600"`, '😀'],
  ])('%s', (literal, expected) => {
    expect(parseStringLiteral(literal)).toBe(expected);
  });

  it.each([
    [String.raw`"\d"`],
    [String.raw`"\'"`],
    [String.raw`"\x4"`],
    [String.raw`"\400"`],
    [String.raw`"\12"`],
    [String.raw`"\ud800"`],
    [String.raw`"\U00110000"`],
    [String.raw`"trailing\"`],
    ['"two\nlines"'],
  ])('refuses %s', (literal) => {
    expect(parseStringLiteral(literal)).toBeUndefined();
  });
});
