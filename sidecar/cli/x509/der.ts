/** The distinguished encoding rules of ASN.1 (ITU-T X.690), as far as certificates need them. */
import { base128, encodeLength } from '../../../protocol/asn1.ts';

const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** Context-specific tags; `constructed` when the content is itself encoded. */
export function context(number: number, content: Buffer, constructed = true): Buffer {
  return encode((constructed ? 0xa0 : 0x80) | number, content);
}

export function sequence(...items: readonly Buffer[]): Buffer {
  return encode(TAG.sequence, Buffer.concat(items));
}

export function set(...items: readonly Buffer[]): Buffer {
  return encode(TAG.set, Buffer.concat(items));
}

/** @param bytes big-endian and not negative */
export function integer(bytes: Buffer): Buffer {
  const isNegative = (bytes[0] ?? 0) >= 0x80;
  return encode(TAG.integer, isNegative ? Buffer.concat([Buffer.from([0]), bytes]) : bytes);
}

export function boolean(value: boolean): Buffer {
  return encode(TAG.boolean, Buffer.from([value ? 0xff : 0]));
}

/** @param unusedBits of the last byte */
export function bitString(bytes: Buffer, unusedBits = 0): Buffer {
  return encode(TAG.bitString, Buffer.concat([Buffer.from([unusedBits]), bytes]));
}

export function octetString(bytes: Buffer): Buffer {
  return encode(TAG.octetString, bytes);
}

export function utf8String(text: string): Buffer {
  return encode(TAG.utf8String, Buffer.from(text));
}

/** @param dotted such as `2.5.29.17` */
export function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number);
  const bytes = [first! * 40 + second!];
  for (const part of rest) bytes.push(...base128(part));
  return encode(TAG.oid, Buffer.from(bytes));
}

/** Two-digit years up to 2049, four digits from then on (RFC 5280, 4.1.2.5). */
export function time(date: Date): Buffer {
  const digits = date.toISOString().replace(/[-:T]|\.\d+/g, '');
  if (date.getUTCFullYear() < 2050) return encode(TAG.utcTime, Buffer.from(digits.slice(2)));
  return encode(TAG.generalizedTime, Buffer.from(digits));
}

/** One element of an encoding. */
export interface Element {
  readonly tag: number;
  readonly content: Buffer;
  /** With tag and length. */
  readonly whole: Buffer;
}

/** The elements that follow one another in `bytes`. Throws Error when a length does not hold. */
export function decodeAll(bytes: Buffer): Element[] {
  const elements: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const element = decodeAt(bytes, at);
    elements.push(element);
    at += element.whole.length;
  }
  return elements;
}

function decodeAt(bytes: Buffer, at: number): Element {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw new Error('cut ASN.1 element');
  const lengthBytes = first < 0x80 ? 0 : first & 0x7f;
  if (lengthBytes > 4 || at + 2 + lengthBytes > bytes.length) throw new Error('bad ASN.1 length');
  const length = lengthBytes === 0 ? first : bytes.readUIntBE(at + 2, lengthBytes);
  const start = at + 2 + lengthBytes;
  if (start + length > bytes.length) throw new Error('cut ASN.1 element');
  return {
    tag,
    content: bytes.subarray(start, start + length),
    whole: bytes.subarray(at, start + length),
  };
}

function encode(tag: number, content: Buffer): Buffer {
  return Buffer.concat([Buffer.from([tag, ...encodeLength(content.length)]), content]);
}
