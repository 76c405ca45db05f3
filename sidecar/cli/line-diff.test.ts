import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { renderLineDiff } from './line-diff.ts';

const numbers = (count: number): string[] => Array.from({ length: count }, (_, i) => `${i}\n`);

describe('a difference of lines', () => {
  it.each([
    ['', '', []],
    ['a\n', 'a\n', []],
    ['', 'a\nb\n', ['@@ -0,0 +1,2 @@', '+a', '+b']],
    ['a\nb\n', '', ['@@ -1,2 +0,0 @@', '-a', '-b']],
    ['a\nb\nc\n', 'a\nx\nc\n', ['@@ -1,3 +1,3 @@', ' a', '-b', '+x', ' c']],
    ['a', 'a\n', ['@@ -1 +1 @@', '-a\n\\ No newline at end of file', '+a']],
    [
      '1',
      '2',
      ['@@ -1 +1 @@', '-1\n\\ No newline at end of file', '+2\n\\ No newline at end of file'],
    ],
  ])('%j and %j', (before, after, expected) => {
    expect(renderLineDiff(before, after)).toEqual(expected);
  });

  it('shows three lines around each change, and changes far apart by themselves', () => {
    const after = numbers(30);
    after[5] = 'five\n';
    after.splice(25, 0, 'new\n');
    expect(renderLineDiff(numbers(30).join(''), after.join('')).join('|')).toBe(
      '@@ -3,7 +3,7 @@| 2| 3| 4|-5|+five| 6| 7| 8|@@ -23,6 +23,7 @@| 22| 23| 24|+new| 25| 26| 27',
    );
  });

  it('of long texts without a line in common is the whole of both, at once', () => {
    const before = numbers(5000).join('');
    const lines = renderLineDiff(before, before.replaceAll('\n', 'x\n'));
    expect(lines).toHaveLength(10_001);
  });

  it('makes the second text of the first', () => {
    const text = fc
      .array(fc.constantFrom('a', 'b', 'c'), { maxLength: 20 })
      .map((lines) => lines.map((line) => `${line}\n`).join(''));
    fc.assert(
      fc.property(text, text, (before, after) => {
        expect(patch(before.split('\n').slice(0, -1), renderLineDiff(before, after))).toEqual(
          after.split('\n').slice(0, -1),
        );
      }),
      { numRuns: 500 },
    );
  });
});

/** Applies a difference, as `patch` does. */
function patch(before: string[], difference: string[]): string[] {
  const out: string[] = [];
  let at = 0;
  for (const line of difference) {
    const hunk = /^@@ -(\d+)(?:,(\d+))?/.exec(line);
    if (hunk !== null) {
      const first = Number(hunk[1]) - (hunk[2] === '0' ? 0 : 1);
      while (at < first) out.push(before[at++]!);
    } else if (line.startsWith('+')) out.push(line.slice(1));
    else {
      expect(before[at]).toBe(line.slice(1));
      if (line.startsWith(' ')) out.push(line.slice(1));
      at++;
    }
  }
  return [...out, ...before.slice(at)];
}
