/**
 * Reads the distinguished encoding rules of ASN.1 (ITU-T X.690, section 10): definite lengths in their shortest form.
 *
 * Made for input from strangers: nothing is copied, nothing recurses, a length is believed only when that many bytes are
 * there. Whoever reads on decides how deep.
 */
export class DERError extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'DERError';
  }
}

export interface DERElement {
  readonly tag: number;
  readonly content: Uint8Array;
  /** Tag, length and content. */
  readonly raw: Uint8Array;
}

/** Long enough for 4 GB, far more than any limit on what is read here. */
const MAX_LENGTH_BYTES = 4;

export const TAG = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

/** The one element that `bytes` are. @throws DERError also for what follows it */
export function readElement(bytes: Uint8Array, tag?: number): DERElement {
  const element = readAt(bytes, 0);
  if (element.raw.length !== bytes.length) throw new DERError('trailing data');
  return tag === undefined ? element : expectTag(element, tag);
}

/** The elements that `content` is made of. @throws DERError */
export function readElements(content: Uint8Array): DERElement[] {
  const elements: DERElement[] = [];
  for (let at = 0; at < content.length;) {
    const element = readAt(content, at);
    elements.push(element);
    at += element.raw.length;
  }
  return elements;
}

/** @throws DERError when it is missing or another */
export function expectTag(element: DERElement | undefined, tag: number): DERElement {
  if (element?.tag === tag) return element;
  const found = element === undefined ? 'nothing' : `tag ${element.tag}`;
  throw new DERError(`expected tag ${tag}, found ${found}`);
}

/** Dotted, such as `2.5.29.17`. @throws DERError */
export function decodeOID(element: DERElement | undefined): string {
  const { content } = expectTag(element, TAG.oid);
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of content) {
    arc = arc * 128 + (byte & 0x7f);
    if (arc > Number.MAX_SAFE_INTEGER / 128) throw new DERError('an arc is too large');
    if (byte < 0x80) {
      arcs.push(arc);
      arc = 0;
    }
  }
  if (arcs.length === 0 || content.at(-1)! >= 0x80) throw new DERError('a cut identifier');
  const [first = 0, ...rest] = arcs;
  const root = Math.min(Math.floor(first / 40), 2);
  return [root, first - root * 40, ...rest].join('.');
}

/** Of whole bytes. @throws DERError */
export function decodeBitString(element: DERElement | undefined): Uint8Array {
  const { content } = expectTag(element, TAG.bitString);
  if (content[0] !== 0) throw new DERError('a bit string that is not whole bytes');
  return content.subarray(1);
}

function readAt(bytes: Uint8Array, at: number): DERElement {
  const tag = bytes[at];
  const first = bytes[at + 1];
  if (tag === undefined || first === undefined) throw new DERError('cut short');
  // Tags of more than one byte occur in no structure that is read here.
  if ((tag & 0x1f) === 0x1f) throw new DERError('a tag of many bytes');
  let start = at + 2;
  let length = first;
  if (first >= 0x80) {
    const count = first & 0x7f;
    if (count === 0 || count > MAX_LENGTH_BYTES) throw new DERError('a length that is none');
    if (start + count > bytes.length) throw new DERError('cut short');
    length = 0;
    for (const byte of bytes.subarray(start, start + count)) length = length * 256 + byte;
    start += count;
    if (length < 0x80 || length < 256 ** (count - 1)) throw new DERError('a length with zeros');
  }
  const end = start + length;
  if (end > bytes.length) throw new DERError('cut short');
  return { tag, content: bytes.subarray(start, end), raw: bytes.subarray(at, end) };
}
