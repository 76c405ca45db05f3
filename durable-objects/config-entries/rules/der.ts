/** Reading of DER (ITU-T X.690), as much as finding the public key in a certificate and in a private key takes. */

export class DERError extends Error {}

export interface Element {
  readonly tag: number;
  readonly content: Uint8Array;
}

export const TAG = {
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  objectID: 0x06,
  sequence: 0x30,
  /** Context-specific and constructed: `[0]`, `[1]`. */
  context0: 0xa0,
  context1: 0xa1,
} as const;

/** Elements side by side. @throws DERError for a length that goes past the end */
export function readElements(bytes: Uint8Array): Element[] {
  const elements: Element[] = [];
  let at = 0;
  while (at < bytes.length) {
    const tag = bytes[at]!;
    const { length, next } = readLength(bytes, at + 1);
    if (next + length > bytes.length) throw new DERError('an element is cut off');
    elements.push({ tag, content: bytes.subarray(next, next + length) });
    at = next + length;
  }
  return elements;
}

/** A certificate is a few kilobytes: lengths beyond three bytes are none of ours. */
const MAX_LENGTH_BYTES = 3;

function readLength(bytes: Uint8Array, at: number): { length: number; next: number } {
  const first = bytes[at];
  if (first === undefined) throw new DERError('a length is missing');
  if (first < 0x80) return { length: first, next: at + 1 };
  const count = first & 0x7f;
  if (count === 0 || count > MAX_LENGTH_BYTES || at + count >= bytes.length) {
    throw new DERError('a length is malformed');
  }
  let length = 0;
  for (let i = 1; i <= count; i++) length = length * 256 + bytes[at + i]!;
  return { length, next: at + 1 + count };
}

/** The elements in a structure that must be one of this tag. @throws DERError */
export function readInside(element: Element | undefined, tag: number): Element[] {
  if (element?.tag !== tag) throw new DERError('a structure has another type than expected');
  return readElements(element.content);
}

/** An integer's or a bit string's bytes as hexadecimal digits, without what leads them. */
export function hexOf({ tag, content }: Element): string {
  const bytes = tag === TAG.bitString ? content.subarray(1) : content;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0'))
    .join('')
    .replace(tag === TAG.integer ? /^(?:00)+/ : /^$/, '');
}
