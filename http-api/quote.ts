/**
 * Text in double quotes as Go's %q prints it, for errors that clients have seen from Consul.
 *
 * Covers what a request can hold: escapes for quotes, backslashes, control and other unprintable characters. It is not
 * exact for unassigned Unicode characters, which depend on the Unicode version of Go's tables.
 */
export function quote(text: string): string {
  const body = [...text].map((character) => SHORT[character] ?? quoteCharacter(character));
  return `"${body.join('')}"`;
}

const SHORT: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
};

const PRINTABLE = /^(?:[\p{L}\p{M}\p{N}\p{P}\p{S}]| )$/u;

function quoteCharacter(character: string): string {
  if (PRINTABLE.test(character)) return character;
  const codePoint = character.codePointAt(0) ?? 0;
  if (codePoint < 0x80) return `\\x${codePoint.toString(16).padStart(2, '0')}`;
  if (codePoint <= 0xffff) return `\\u${codePoint.toString(16).padStart(4, '0')}`;
  return `\\U${codePoint.toString(16).padStart(8, '0')}`;
}
