/**
 * JSON with whole numbers up to 2^64 - 1, which KV flags and event indexes use: those beyond a JavaScript number's
 * exactness become BigInt when read and are written back as plain digits.
 */

interface RawJSON {
  rawJSON(text: string): unknown;
}

/** Throws SyntaxError as JSON.parse does. */
export function parseJSON(text: string): unknown {
  // A reviver costs ten times the parse: only a text with a long run of digits can need it.
  if (!/\d{16}/.test(text)) return JSON.parse(text);
  return JSON.parse(text, ((_key: string, value: unknown, context?: { source: string }) => {
    if (typeof value !== 'number' || Number.isSafeInteger(value)) return value;
    const source = context?.source ?? '';
    return /^-?\d+$/.test(source) ? BigInt(source) : value;
  }) as (key: string, value: unknown) => unknown);
}

/** Go's encoder escapes these so that JSON may stand in HTML; outside of strings they do not occur. */
const ESCAPED_CHARACTERS = /[<>&\u2028\u2029]/g;

/**
 * JSON as Go's encoding/json writes it.
 *
 * @param indent what each level is indented by; empty for one line without blanks
 */
export function renderJSON(value: unknown, indent = ''): string {
  const text = JSON.stringify(
    value,
    (_key, member: unknown) =>
      typeof member === 'bigint' ? (JSON as unknown as RawJSON).rawJSON(member.toString()) : member,
    indent,
  );
  return text.replace(
    ESCAPED_CHARACTERS,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
