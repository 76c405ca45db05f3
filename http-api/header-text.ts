const TAB = 9;
const PLAIN = /^[\t\x20-\x7e]*$/;
const encoder = new TextEncoder();

/**
 * A header's value as Go writes it: UTF-8 bytes, with a space for what would end the line. Runtimes take characters as
 * bytes, and throw for others.
 */
export function headerText(text: string): string {
  if (PLAIN.test(text)) return text;
  let bytes = '';
  for (const byte of encoder.encode(text)) {
    const endsLine = (byte < 0x20 && byte !== TAB) || byte === 0x7f;
    bytes += endsLine ? ' ' : String.fromCharCode(byte);
  }
  return bytes;
}
