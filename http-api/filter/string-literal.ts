/**
 * Reads a quoted literal as Go's strconv.Unquote does.
 *
 * Between backquotes everything stands for itself but carriage returns, which are dropped. Between double quotes Go's
 * escapes apply and a line feed is refused; a quote cannot be escaped, because the grammar ends the literal there.
 *
 * @param literal with its quotes
 * @returns undefined when an escape is not one of Go's
 */
export function parseStringLiteral(literal: string): string | undefined {
  const body = literal.slice(1, -1);
  if (literal.startsWith('`')) return body.replaceAll('\r', '');
  if (body.includes('\n')) return undefined;
  if (!body.includes('\\')) return body;
  return unescapeBody(body);
}

const SIMPLE_ESCAPES: Readonly<Record<string, number>> = {
  a: 0x07,
  b: 0x08,
  f: 0x0c,
  n: 0x0a,
  r: 0x0d,
  t: 0x09,
  v: 0x0b,
  '\\': 0x5c,
};

// One escape of each kind; the groups say which: simple, \x, octal, \u, \U.
const ESCAPE =
  /\\(?:([abfnrtv\\])|x([0-9a-fA-F]{2})|([0-7]{3})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8}))/y;

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);

/** \x and octal escapes are bytes, which may form a character together: hence the detour by a byte array. */
function unescapeBody(body: string): string | undefined {
  const bytes: number[] = [];
  let position = 0;
  while (position < body.length) {
    if (body[position] !== '\\') {
      const next = body.indexOf('\\', position);
      const end = next < 0 ? body.length : next;
      for (const byte of encode(body.slice(position, end))) bytes.push(byte);
      position = end;
      continue;
    }
    ESCAPE.lastIndex = position;
    const match = ESCAPE.exec(body);
    if (match === null) return undefined;
    const decoded = decodeEscape(match);
    if (decoded === undefined) return undefined;
    bytes.push(...decoded);
    position = ESCAPE.lastIndex;
  }
  return new TextDecoder('utf-8', { fatal: false, ignoreBOM: true }).decode(new Uint8Array(bytes));
}

function decodeEscape(match: RegExpExecArray): Iterable<number> | undefined {
  const [, simple, hex, octal, short, long] = match;
  if (simple !== undefined) return [SIMPLE_ESCAPES[simple] ?? 0];
  if (hex !== undefined) return [Number.parseInt(hex, 16)];
  if (octal !== undefined) {
    const byte = Number.parseInt(octal, 8);
    return byte > 0xff ? undefined : [byte];
  }
  const codePoint = Number.parseInt(short ?? long ?? '', 16);
  const isSurrogate = codePoint >= 0xd800 && codePoint <= 0xdfff;
  if (codePoint > 0x10ffff || isSurrogate) return undefined;
  return encode(String.fromCodePoint(codePoint));
}
