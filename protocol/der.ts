/** The distinguished encoding rules of ASN.1 (ITU-T X.690), as far as certificates and requests for them need them. */
import { base128, encodeLength } from './asn1.ts';

/** One element: tag, length, and its parts one after the other. */
export function der(tag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  return concat([tag, ...encodeLength(length)], ...parts);
}

export const sequence = (...items: Uint8Array[]): Uint8Array => der(0x30, ...items);
export const set = (...items: Uint8Array[]): Uint8Array => der(0x31, ...items);
export const octetString = (bytes: Uint8Array): Uint8Array => der(0x04, bytes);
/** @param text ASCII, which UTF-8 leaves as it is */
export const utf8String = (text: string): Uint8Array => der(0x0c, ia5(text));
export const boolean = (value: boolean): Uint8Array => der(0x01, bytesOf(value ? 0xff : 0));
export const ia5 = (text: string): Uint8Array =>
  Uint8Array.from(text, (char) => char.charCodeAt(0));

/** @param unusedBits of the last byte */
export function bitString(bytes: Uint8Array, unusedBits = 0): Uint8Array {
  return der(0x03, bytesOf(unusedBits), bytes);
}

/** @param bytes big-endian, not negative, without needless zeros in front */
export function integer(bytes: Uint8Array): Uint8Array {
  return (bytes[0] ?? 0) >= 0x80 ? der(0x02, bytesOf(0), bytes) : der(0x02, bytes);
}

/** @param dotted such as `2.5.29.17` */
export function oid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  return der(0x06, Uint8Array.from([first * 40 + second, ...rest.flatMap(base128)]));
}

/** Two-digit years up to 2049, four digits from then on (RFC 5280, section 4.1.2.5). */
export function time(atMs: number): Uint8Array {
  const date = new Date(atMs);
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  return date.getUTCFullYear() < 2050 ? der(0x17, ia5(digits.slice(2))) : der(0x18, ia5(digits));
}

export const bytesOf = (...values: number[]): Uint8Array => Uint8Array.from(values);

export function concat(
  head: readonly number[] | Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, head.length));
  whole.set(head);
  let at = head.length;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
