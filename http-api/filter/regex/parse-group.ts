import type { Cursor } from './cursor.ts';
import { RegexSyntaxError } from './regex-error.ts';

export interface RegexFlags {
  /** `i` */
  ignoreCase: boolean;
  /** `m`: `^` and `$` also match at line feeds. */
  multiLine: boolean;
  /** `s`: `.` also matches a line feed. */
  dotAll: boolean;
  /** `U`: repetitions are lazy unless a `?` says otherwise. */
  lazy: boolean;
}

export interface GroupOpening {
  flags: RegexFlags;
  /** False for `(?i)`, which closes itself. */
  opens: boolean;
  /** Whether what the group matches is asked for by number. */
  captures: boolean;
}

/**
 * Reads `(`, `(?:`, `(?P<name>`, `(?<name>`, `(?flags:` or `(?flags)`; the cursor is at the parenthesis.
 *
 * Look-around does not exist in RE2: its openings are refused as unknown flags.
 */
export function parseGroupOpening(cursor: Cursor, outer: RegexFlags): GroupOpening {
  const start = cursor.position;
  if (!cursor.take('(?')) {
    cursor.next();
    return { flags: outer, opens: true, captures: true };
  }
  if (cursor.startsWith('P<') || cursor.startsWith('<')) {
    skipName(cursor, start);
    return { flags: outer, opens: true, captures: true };
  }
  return parseFlags(cursor, start, outer);
}

function skipName(cursor: Cursor, start: number): void {
  const end = cursor.find('>');
  if (end < 0) throw new RegexSyntaxError('invalid named capture', cursor.rest(start));
  const capture = cursor.slice(start, end + 1);
  if (!/<[A-Za-z0-9_]+>$/.test(capture)) {
    throw new RegexSyntaxError('invalid named capture', capture);
  }
  cursor.position = end + 1;
}

const FLAG_NAMES: Readonly<Record<string, keyof RegexFlags>> = {
  i: 'ignoreCase',
  m: 'multiLine',
  s: 'dotAll',
  U: 'lazy',
};

function parseFlags(cursor: Cursor, start: number, outer: RegexFlags): GroupOpening {
  const flags = { ...outer };
  let value = true;
  let sawFlag = false;
  while (!cursor.atEnd) {
    const character = cursor.next();
    const flag = FLAG_NAMES[character];
    if (flag !== undefined) {
      flags[flag] = value;
      sawFlag = true;
    } else if (character === '-' && value) {
      value = false;
      sawFlag = false;
    } else if ((character === ':' || character === ')') && (value || sawFlag)) {
      return { flags, opens: character === ':', captures: false };
    } else {
      break;
    }
  }
  throw new RegexSyntaxError('invalid or unsupported Perl syntax', cursor.slice(start));
}
