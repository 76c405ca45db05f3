import type { CharacterTest } from './character-set.ts';
import { anyOf, foldCase, negate, POSIX_CLASSES, range } from './character-set.ts';
import type { Cursor } from './cursor.ts';
import { parseClassEscape, parseEscape } from './parse-escape.ts';
import { RegexSyntaxError } from './regex-error.ts';

/**
 * Reads a bracketed set; the cursor is at `[`.
 *
 * A `]` that comes first is a member, a `-` is one wherever it does not join two characters, and a negated set includes the
 * line feed.
 */
export function parseClass(cursor: Cursor, ignoreCase: boolean): CharacterTest {
  const start = cursor.position;
  cursor.next();
  const negated = cursor.take('^');
  const members: CharacterTest[] = [];
  let first = true;
  while (first || cursor.peek() !== ']') {
    if (cursor.atEnd) throw new RegexSyntaxError('missing closing ]', cursor.rest(start));
    first = false;
    members.push(
      parsePosixClass(cursor, ignoreCase) ??
        parseClassEscape(cursor, ignoreCase) ??
        parseRange(cursor, start, ignoreCase),
    );
  }
  cursor.next();
  const test = anyOf(members);
  return negated ? negate(test) : test;
}

/** `[:alpha:]` or `[:^alpha:]`; without the closing `:]` the bracket is an ordinary member. */
function parsePosixClass(cursor: Cursor, ignoreCase: boolean): CharacterTest | undefined {
  if (!cursor.startsWith('[:')) return undefined;
  const start = cursor.position;
  cursor.position += 2;
  const end = cursor.find(':]');
  cursor.position = start;
  if (end < 0) return undefined;
  const name = cursor.slice(start + 2, end);
  const negated = name.startsWith('^');
  const bare = negated ? name.slice(1) : name;
  const known = Object.hasOwn(POSIX_CLASSES, bare) ? POSIX_CLASSES[bare] : undefined;
  if (known === undefined) {
    const excerpt = cursor.slice(start, end + 2);
    throw new RegexSyntaxError('invalid character class range', excerpt);
  }
  cursor.position = end + 2;
  const test = ignoreCase ? foldCase(known) : known;
  return negated ? negate(test) : test;
}

/** One character, or two joined by `-`. Folding of case applies to the whole range. */
function parseRange(cursor: Cursor, classStart: number, ignoreCase: boolean): CharacterTest {
  const start = cursor.position;
  const low = parseMember(cursor, classStart);
  let high = low;
  const joins = cursor.peek() === '-' && cursor.peek(1) !== '' && cursor.peek(1) !== ']';
  if (joins) {
    cursor.next();
    high = parseMember(cursor, classStart);
    if (high < low) {
      throw new RegexSyntaxError('invalid character class range', cursor.slice(start));
    }
  }
  const test = range(low, high);
  return ignoreCase ? foldCase(test) : test;
}

/** An end of a range: a character or an escape for one; `\d` and its like are refused as an end. */
function parseMember(cursor: Cursor, classStart: number): number {
  if (cursor.atEnd) throw new RegexSyntaxError('missing closing ]', cursor.rest(classStart));
  if (cursor.peek() === '\\') return parseEscape(cursor);
  return cursor.next().codePointAt(0) ?? 0;
}
