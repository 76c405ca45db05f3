/** IDs of prepared queries as Consul's index reads them (go-memdb, UUIDFieldIndex). */

const TEXT_BYTES = 36;
const MAX_HYPHENS = 4;
const HEX_DIGITS = 32;

/**
 * The ID in its usual form: hyphens may stand anywhere in what is given.
 *
 * @param fail throws what is wrong with a text that cannot be an ID
 * @returns '' for one that no query can have
 */
export function parseQueryID(text: string, fail: (fault: string) => never): string {
  if (new TextEncoder().encode(text).length !== TEXT_BYTES) fail('UUID must be 36 characters');
  const digits = text.replaceAll('-', '').toLowerCase();
  const hyphens = text.length - digits.length;
  if (hyphens > MAX_HYPHENS) fail(`UUID should have maximum of 4 "-"; got ${hyphens}`);
  if (digits.length % 2 !== 0) fail('Input (without hyphens) must be even length');
  const wrong = /[^0-9a-f]/u.exec(digits)?.[0];
  if (wrong !== undefined) {
    const codePoint = wrong.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    fail(`Invalid UUID: encoding/hex: invalid byte: U+${codePoint} '${wrong}'`);
  }
  if (digits.length !== HEX_DIGITS) return '';
  return digits.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
