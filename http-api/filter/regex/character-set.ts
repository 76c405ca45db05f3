/** Sets of characters, as predicates on code points. */
export type CharacterTest = (codePoint: number) => boolean;

const NEWLINE = 0x0a;
const UNDERSCORE = 0x5f;

export const ANY: CharacterTest = () => true;
export const ANY_BUT_NEWLINE: CharacterTest = (c) => c !== NEWLINE;

export const range =
  (low: number, high: number): CharacterTest =>
  (c) =>
    c >= low && c <= high;

export const anyOf =
  (tests: readonly CharacterTest[]): CharacterTest =>
  (c) =>
    tests.some((test) => test(c));

export const negate =
  (test: CharacterTest): CharacterTest =>
  (c) =>
    !test(c);

/** Holds when any spelling of the character, upper or lower case, is in `test`: what the flag `i` means. */
export const foldCase =
  (test: CharacterTest): CharacterTest =>
  (c) =>
    test(c) || spellings(c).some(test);

// The two characters outside ASCII that fold to ASCII letters; the mappings of JavaScript reach them one way only.
const EXTRA_SPELLINGS = new Map([
  [0x6b, 0x212a],
  [0x4b, 0x212a],
  [0x73, 0x017f],
  [0x53, 0x017f],
]);

/** All characters of the same simple case folding (Unicode CaseFolding.txt, status C and S) that JavaScript can reach. */
function spellings(codePoint: number): number[] {
  const text = String.fromCodePoint(codePoint);
  const upper = text.toUpperCase();
  const all = [upper, upper.toLowerCase(), text.toLowerCase(), text.toLowerCase().toUpperCase()]
    // Mappings to several characters (ß to SS) are not part of simple folding.
    .filter((spelling) => [...spelling].length === 1)
    .map((spelling) => spelling.codePointAt(0) ?? codePoint);
  const extra = EXTRA_SPELLINGS.get(codePoint);
  return extra === undefined ? all : [...all, extra];
}

const DIGIT = range(0x30, 0x39);
const LOWER = range(0x61, 0x7a);
const UPPER = range(0x41, 0x5a);
const ALPHA = anyOf([LOWER, UPPER]);
const ALNUM = anyOf([ALPHA, DIGIT]);
export const WORD: CharacterTest = anyOf([ALNUM, (c) => c === UNDERSCORE]);
const oneIn = (text: string): CharacterTest => {
  const members = new Set([...text].map((character) => character.codePointAt(0)));
  return (c) => members.has(c);
};

/** \d \s \w: ASCII only, as in RE2. */
export const PERL_CLASSES: Readonly<Record<string, CharacterTest>> = {
  d: DIGIT,
  s: oneIn('\t\n\f\r '),
  w: WORD,
};

/** The names inside `[[:name:]]`. */
export const POSIX_CLASSES: Readonly<Record<string, CharacterTest>> = {
  alnum: ALNUM,
  alpha: ALPHA,
  ascii: range(0, 0x7f),
  blank: oneIn('\t '),
  cntrl: anyOf([range(0, 0x1f), (c) => c === 0x7f]),
  digit: DIGIT,
  graph: range(0x21, 0x7e),
  lower: LOWER,
  print: range(0x20, 0x7e),
  punct: anyOf([range(0x21, 0x2f), range(0x3a, 0x40), range(0x5b, 0x60), range(0x7b, 0x7e)]),
  space: oneIn('\t\n\v\f\r '),
  upper: UPPER,
  word: WORD,
  xdigit: anyOf([DIGIT, range(0x61, 0x66), range(0x41, 0x46)]),
};

/** A general category (`L`, `Lu`), a script (`Greek`) or `Any`; undefined when there is none of that name. */
export function unicodeClass(name: string): CharacterTest | undefined {
  if (name === 'Any') return ANY;
  if (!/^[A-Za-z_]+$/.test(name)) return undefined;
  const property = name.length <= 2 ? name : `Script=${name}`;
  try {
    const pattern = new RegExp(`^\\p{${property}}$`, 'u');
    return (c) => pattern.test(String.fromCodePoint(c));
  } catch {
    // The engine knows no such property: the caller reports the name.
    return undefined;
  }
}
