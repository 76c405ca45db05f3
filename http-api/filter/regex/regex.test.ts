import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Regex, RegexBudgetError, RegexSyntaxError } from './regex.ts';

describe('matching, as Go does', () => {
  it.each<[string, string, boolean]>([
    ['', '', true],
    ['b', 'abc', true],
    ['^b', 'abc', false],
    ['c$', 'abc', true],
    ['a$', 'a\n', false],
    ['(?m)a$', 'a\nb', true],
    ['(?m)^b', 'a\nb', true],
    ['a.b', 'a\nb', false],
    ['(?s)a.b', 'a\nb', true],
    ['[^a]', '\n', true],
    ['^(a|bc)*$', 'abcbca', true],
    ['^(a|bc)*$', 'abcb', false],
    ['^(a*)*$', 'aaab', false],
    ['^a{2,3}$', 'aaaa', false],
    ['^a{2,}$', 'aaaa', true],
    ['^a{0}$', '', true],
    ['a{,2}', 'a{,2}', true],
    ['a|', 'zzz', true],
    ['(?i)straSSe', 'STRASSE', true],
    ['(?i)k', '\u212a', true],
    ['(?i)[^k]', 'K', false],
    ['(?i:a)b', 'AB', false],
    ['x(?i)a', 'xA', true],
    ['\\bcat\\b', 'a cat.', true],
    ['\\Bat', 'cat', true],
    ['\\Qa.b\\E+', 'a.bbb', true],
    ['^[\\d\\-x]+$', '1-x', true],
    ['^[]a]+$', ']a', true],
    ['^[a-c-]+$', 'a-b', true],
    ['[[:^alpha:]]', 'abc', false],
    ['^\\p{Greek}+$', 'αβγ', true],
    ['^\\PL$', 'a', false],
    ['^.$', '😀', true],
    ['\\x{1F600}', '😀', true],
    ['\\101', 'A', true],
    ['(?P<name>a)(?<name>b)', 'ab', true],
    ['\\d', '٣', false],
  ])('%j on %j is %s', (pattern, text, expected) => {
    expect(new Regex(pattern).test(text)).toBe(expected);
  });
});

describe('syntax errors, in the words of Go', () => {
  it.each([
    ['(', 'missing closing ): `(`'],
    ['a)', 'unexpected ): `a)`'],
    ['[a', 'missing closing ]: `[a`'],
    ['a**', 'invalid nested repetition operator: `**`'],
    ['*a', 'missing argument to repetition operator: `*`'],
    ['(|*)', 'missing argument to repetition operator: `*`'],
    ['a{3,2}', 'invalid repeat count: `{3,2}`'],
    ['a{1001}', 'invalid repeat count: `{1001}`'],
    ['(a{100}){100}', 'invalid repeat count: `{100}`'],
    ['[z-a]', 'invalid character class range: `z-a`'],
    ['[[:foo:]]', 'invalid character class range: `[:foo:]`'],
    ['\\pX', 'invalid character class range: `\\pX`'],
    ['\\y', 'invalid escape sequence: `\\y`'],
    ['(a)\\1', 'invalid escape sequence: `\\1`'],
    ['a\\', 'trailing backslash at end of expression: ``'],
    ['(?z)', 'invalid or unsupported Perl syntax: `(?z`'],
    ['a(?=b)', 'invalid or unsupported Perl syntax: `(?=`'],
    ['(?<!a)', 'invalid named capture: `(?<!a)`'],
    ['(?P<n', 'invalid named capture: `(?P<n`'],
  ])('%s', (pattern, message) => {
    expect(() => new Regex(pattern)).toThrow(RegexSyntaxError);
    expect(() => new Regex(pattern)).toThrow(`error parsing regexp: ${message}`);
  });
});

describe('cost', () => {
  it('is linear where a backtracking engine would never end', () => {
    expect(new Regex('^(a+)+$').test(`${'a'.repeat(5000)}b`)).toBe(false);
  });

  it('is bounded over many tests', () => {
    const regex = new Regex('(a?){500}a{500}');
    const text = 'a'.repeat(499);
    expect(() => Array.from({ length: 1000 }, () => regex.test(text))).toThrow(RegexBudgetError);
  });

  it.each([['((a{9}){9}){9}'.repeat(6)], ['('.repeat(300)], ['a'.repeat(5000)]])(
    'refuses a pattern that is too large (%#)',
    (pattern) => {
      expect(() => new Regex(pattern)).toThrow(RegexSyntaxError);
    },
  );
});

describe('any input', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\w', '\\b', '^', '$');
  const { pattern } = fc.letrec<{ pattern: string }>((tie) => ({
    pattern: fc.oneof(
      { depthSize: 'small', withCrossShrink: true },
      atom,
      fc.tuple(tie('pattern'), tie('pattern')).map((two) => two.join('')),
      fc.tuple(tie('pattern'), tie('pattern')).map((two) => two.join('|')),
      fc
        .tuple(tie('pattern'), fc.constantFrom('*', '+', '?', '{2}', '{0,2}', ''))
        .map(([inner, times]) => `(?:${inner})${times}`),
    ),
  }));
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '\n'), maxLength: 8 });

  it('agrees with RegExp on the syntax they share', () => {
    fc.assert(
      fc.property(pattern, texts, (source, text) => {
        expect(new Regex(source).test(text)).toBe(new RegExp(source, 'u').test(text));
      }),
    );
  });

  it('compiles or throws a RegexSyntaxError', () => {
    const pieces = fc.constantFrom(
      ...'( ) [ ] { } * + ? | \\ ^ $ . - , : < > P i a 1 é'.split(' '),
    );
    const sources = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(pieces).map((list) => list.join('')),
    );
    fc.assert(
      fc.property(sources, texts, (source, text) => {
        try {
          new Regex(source).test(text);
        } catch (error) {
          expect(error).toBeInstanceOf(RegexSyntaxError);
        }
      }),
    );
  });
});
