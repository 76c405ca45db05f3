import type { CharacterTest } from './character-set.ts';
import { foldCase, negate, PERL_CLASSES, unicodeClass } from './character-set.ts';
import type { Cursor } from './cursor.ts';
import { RegexSyntaxError } from './regex-error.ts';

const CONTROL: Readonly<Record<string, number>> = {
  a: 0x07,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
};
const MAX_CODE_POINT = 0x10ffff;

/**
 * Reads an escape that stands for one character; the cursor is at the backslash.
 *
 * Back references (`\1`) do not exist in RE2 and are refused.
 */
export function parseEscape(cursor: Cursor): number {
  const start = cursor.position;
  cursor.next();
  if (cursor.atEnd) throw new RegexSyntaxError('trailing backslash at end of expression', '');
  const character = cursor.next();
  if (/^[0-7]$/.test(character)) {
    const isReference = character !== '0' && !/^[0-7]$/.test(cursor.peek());
    if (!isReference) return parseOctal(cursor, character);
  } else if (character === 'x') {
    const codePoint = parseHex(cursor);
    if (codePoint !== undefined) return codePoint;
  } else if (CONTROL[character] !== undefined) {
    return CONTROL[character];
  } else if (/^\p{ASCII}$/u.test(character) && !/^[A-Za-z0-9]$/.test(character)) {
    return character.codePointAt(0) ?? 0;
  }
  throw new RegexSyntaxError('invalid escape sequence', cursor.slice(start));
}

function parseOctal(cursor: Cursor, first: string): number {
  let digits = first;
  while (digits.length < 3 && /^[0-7]$/.test(cursor.peek())) digits += cursor.next();
  return Number.parseInt(digits, 8);
}

const isHex = (character: string): boolean => /^[0-9a-fA-F]$/.test(character);

/** `\x41` or `\x{1F600}`; on a bad one the cursor stands after the character that is. */
function parseHex(cursor: Cursor): number | undefined {
  if (cursor.atEnd) return undefined;
  if (!cursor.take('{')) {
    const first = cursor.next();
    if (!isHex(first) || cursor.atEnd) return undefined;
    const second = cursor.next();
    return isHex(second) ? Number.parseInt(first + second, 16) : undefined;
  }
  let value = 0;
  for (let digits = 0; !cursor.atEnd; digits += 1) {
    const character = cursor.next();
    if (character === '}') return digits > 0 ? value : undefined;
    if (!isHex(character)) return undefined;
    value = value * 16 + Number.parseInt(character, 16);
    if (value > MAX_CODE_POINT) return undefined;
  }
  return undefined;
}

/**
 * Reads `\d`, `\W`, `\pL`, `\P{Greek}` and their like, which stand for sets.
 *
 * @returns undefined, with the cursor unmoved, when no such escape stands here
 */
export function parseClassEscape(cursor: Cursor, ignoreCase: boolean): CharacterTest | undefined {
  if (cursor.peek() !== '\\') return undefined;
  const letter = cursor.peek(1);
  const perl = PERL_CLASSES[letter.toLowerCase()];
  if (perl !== undefined) {
    cursor.position += 2;
    const test = ignoreCase ? foldCase(perl) : perl;
    return letter === letter.toLowerCase() ? test : negate(test);
  }
  if (letter !== 'p' && letter !== 'P') return undefined;
  return parseUnicodeEscape(cursor, letter === 'P', ignoreCase);
}

function parseUnicodeEscape(cursor: Cursor, upper: boolean, ignoreCase: boolean): CharacterTest {
  const start = cursor.position;
  cursor.position += 2;
  if (cursor.atEnd)
    throw new RegexSyntaxError('invalid character class range', cursor.slice(start));
  let name = cursor.next();
  if (name === '{') {
    const end = cursor.find('}');
    if (end < 0) {
      throw new RegexSyntaxError('invalid character class range', cursor.rest(start));
    }
    name = cursor.slice(cursor.position, end);
    cursor.position = end + 1;
  }
  const negated = name.startsWith('^');
  const known = unicodeClass(negated ? name.slice(1) : name);
  if (known === undefined) {
    throw new RegexSyntaxError('invalid character class range', cursor.slice(start));
  }
  const test = ignoreCase ? foldCase(known) : known;
  return negated === upper ? test : negate(test);
}
