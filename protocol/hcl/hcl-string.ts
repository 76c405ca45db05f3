/**
 * Strings of HCL 1: quoted ones with escapes and `${...}`, and heredocs.
 *
 * An interpolation is kept as it is written, quotes and backslashes included: Consul does not
 * evaluate it, and neither does Lictor. Both functions take the offset of the opening character and
 * return the offset behind the closing one.
 */

export interface ScannedString {
  readonly value: string;
  readonly end: number;
}

/** What is wrong, at an offset of the source; the lexer makes line and column of it. */
export class StringScanError extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
};

/**
 * Prefix, base and number of digits of the numeric escapes: `\101`, `\x41`, `\u0041`, `\U00000041`.
 */
const NUMERIC_ESCAPES = [
  { pattern: /[0-7]{3}/y, skip: 0, base: 8 },
  { pattern: /x[0-9a-fA-F]{2}/y, skip: 1, base: 16 },
  { pattern: /u[0-9a-fA-F]{4}/y, skip: 1, base: 16 },
  { pattern: /U[0-9a-fA-F]{8}/y, skip: 1, base: 16 },
];

const MAX_CODE_POINT = 0x10ffff;

export function scanQuotedString(source: string, start: number): ScannedString {
  let value = '';
  let at = start + 1;
  while (at < source.length) {
    const char = source[at]!;
    if (char === '"') return { value, end: at + 1 };
    if (char === '\n') break;
    if (char === '\\') {
      const escape = scanEscape(source, at + 1);
      value += escape.value;
      at = escape.end;
    } else if (char === '$' && source[at + 1] === '{') {
      const end = findInterpolationEnd(source, at + 2);
      value += source.slice(at, end);
      at = end;
    } else {
      value += char;
      at++;
    }
  }
  throw new StringScanError(start, 'this string has no closing quote');
}

function scanEscape(source: string, at: number): ScannedString {
  const simple = SIMPLE_ESCAPES[source[at] ?? ''];
  if (simple !== undefined) return { value: simple, end: at + 1 };
  for (const { pattern, skip, base } of NUMERIC_ESCAPES) {
    pattern.lastIndex = at;
    const match = pattern.exec(source)?.[0];
    if (match === undefined) continue;
    const codePoint = Number.parseInt(match.slice(skip), base);
    if (codePoint > MAX_CODE_POINT) break;
    return { value: String.fromCodePoint(codePoint), end: at + match.length };
  }
  throw new StringScanError(at - 1, `'\\${source[at] ?? ''}' is no escape that HCL knows`);
}

/**
 * Braces nest; quotes and line ends mean nothing in here, but a backslash protects the next
 * character.
 */
function findInterpolationEnd(source: string, start: number): number {
  let depth = 1;
  for (let at = start; at < source.length; at++) {
    const char = source[at];
    if (char === '\\') at++;
    else if (char === '{') depth++;
    else if (char === '}' && --depth === 0) return at + 1;
  }
  throw new StringScanError(start - 2, "this '${' has no closing '}'");
}

const HEREDOC_ANCHOR = /<<(-?)([\p{L}\p{Nd}_]+)\n/uy;

/**
 * `<<EOF` and `<<-EOF`, up to the line that holds nothing but the anchor (which may be indented in
 * both forms).
 *
 * With `-` the indentation of the closing anchor is taken off every line, unless some line is
 * indented less: then nothing is taken off. The last line end belongs to the value.
 */
export function scanHeredoc(source: string, start: number): ScannedString {
  HEREDOC_ANCHOR.lastIndex = start;
  const opening = HEREDOC_ANCHOR.exec(source);
  if (opening === null) {
    throw new StringScanError(
      start,
      "a heredoc starts with '<<NAME' and nothing behind it on the line",
    );
  }
  const anchor = opening[2]!;
  const bodyStart = start + opening[0].length;
  for (let lineStart = bodyStart; lineStart < source.length;) {
    const lineBreak = source.indexOf('\n', lineStart);
    const lineEnd = lineBreak === -1 ? source.length : lineBreak;
    const line = source.slice(lineStart, lineEnd);
    if (line.trim() === anchor && line.trimStart().startsWith(anchor)) {
      const body = source.slice(bodyStart, lineStart);
      const indentation = line.slice(0, line.length - line.trimStart().length);
      const value = opening[1] === '-' ? stripIndentation(body, indentation) : body;
      return { value, end: lineEnd };
    }
    lineStart = lineEnd + 1;
  }
  throw new StringScanError(start, `this heredoc has no closing line '${anchor}'`);
}

function stripIndentation(body: string, indentation: string): string {
  const lines = body.split('\n');
  const last = lines.pop()!;
  if (!lines.every((line) => line.startsWith(indentation))) return body;
  return [...lines.map((line) => line.slice(indentation.length)), last].join('\n');
}
