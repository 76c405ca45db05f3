import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SubmatchFinder } from './find-submatch.ts';
import { RegexBudgetError, RegexSyntaxError } from './regex-error.ts';

describe('matches and groups, as Go finds them', () => {
  it.each<[string, string, string[] | null]>([
    ['^geo-(.*?)-([^-]+?)$', 'geo-a-b-c', ['geo-a-b-c', 'a-b', 'c']],
    ['^geo-(.*?)-([^-]+?)$', 'geo-a', null],
    ['b+', 'abba', ['bb']],
    ['b+?', 'abba', ['b']],
    ['(?U)b+', 'abba', ['b']],
    ['(?U)b+?', 'abba', ['bb']],
    ['(a|ab)(c|bcd)', 'abcd', ['abcd', 'a', 'bcd']],
    ['(a*)*', 'b', ['', '']],
    ['(a*)+', 'aab', ['aa', 'aa']],
    ['(a|b)*', 'ab', ['ab', 'b']],
    ['(a)|(b)', 'b', ['b', '', 'b']],
    ['(?P<first>x)(?:y)(z)', 'xyz', ['xyz', 'x', 'z']],
    ['((a){2}){0,1}', 'aa', ['aa', 'aa', 'a']],
    ['(?i)(K)', 'k', ['k', 'k']],
    ['(.)$', 'a😀', ['😀', '😀']],
    ['\\b(\\w+)\\b', ' two words', ['two', 'two']],
    ['', 'abc', ['']],
  ])('%j in %j', (pattern, text, expected) => {
    expect(new SubmatchFinder(pattern).find(text)).toEqual(expected);
  });
});

it('agrees with RegExp on what is matched where both go by preference', () => {
  const atom = fc.constantFrom('a', 'b', '.', '[ab]', '[^a]', '\\b', '^', '$');
  const repeated = fc.tuple(atom, fc.constantFrom('', '*', '+', '?', '*?', '+?', '??', '{2}'));
  const branch = fc.array(repeated, { maxLength: 4 }).map((parts) =>
    // An anchor that is repeated is an error in RegExp.
    parts.map(([one, times]) => (/^[\^$\\]/.test(one) ? one : one + times)).join(''),
  );
  const pattern = fc
    .array(branch, { minLength: 1, maxLength: 3 })
    .map((branches) => `(${branches.join('|')})`);
  const texts = fc.string({ unit: fc.constantFrom('a', 'b', ' ', '😀'), maxLength: 8 });
  fc.assert(
    fc.property(pattern, texts, (source, text) => {
      const expected = new RegExp(source, 'u').exec(text);
      expect(new SubmatchFinder(source).find(text)).toEqual(expected && [...expected]);
    }),
    { numRuns: 1000 },
  );
});

it('refuses what is no pattern, and what would cost too much', () => {
  expect(() => new SubmatchFinder('(')).toThrow(RegexSyntaxError);
  const finder = new SubmatchFinder('(a?){500}(a{500})$');
  expect(() => finder.find('a'.repeat(50_000))).toThrow(RegexBudgetError);
});
