/** X.509 certificates (RFC 5280), made and read. */
import { createHash, randomBytes } from 'node:crypto';
import {
  DERError,
  TAG,
  decodeOID,
  expectTag,
  readElement,
  readElements,
} from '../../protocol/der-reader.ts';
import {
  bitString,
  boolean,
  bytesOf,
  der,
  integer,
  octetString,
  oid,
  sequence,
  time,
} from '../../protocol/der.ts';
import { SUBJECT_ALT_NAME } from '../../protocol/csr.ts';
import { renderPEM } from '../../http-api/pem.ts';
import { firstBlockOf } from './pem-block.ts';
import type { SigningKey } from './private-key.ts';
import { keyIDOf, renderHex } from './public-key.ts';

/** What a certificate says, without who signed it. Names, keys and extensions are in DER. */
export interface CertificateBody {
  readonly serial: Uint8Array;
  readonly issuer: Uint8Array;
  readonly subject: Uint8Array;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly extensions: readonly Uint8Array[];
}

export const EXTENSION = {
  subjectKeyID: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: SUBJECT_ALT_NAME,
  basicConstraints: '2.5.29.19',
  authorityKeyID: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

/**
 * 126 random bits: serial numbers repeat in no lifetime, not after a snapshot was restored either, and tell nobody how many
 * there are. (Consul counts them; a restored counter hands numbers out again.)
 */
const SERIAL_BYTES = 16;

export function newSerial(byteCount = SERIAL_BYTES): Uint8Array {
  const serial = new Uint8Array(randomBytes(byteCount));
  // Positive, and of that length whatever the dice say.
  serial[0] = (serial[0]! & 0x7f) | 0x40;
  return serial;
}

export function extension(id: string, value: Uint8Array, critical = false): Uint8Array {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

export const subjectKeyID = (keyID: Uint8Array): Uint8Array =>
  extension(EXTENSION.subjectKeyID, octetString(keyID));

export const authorityKeyID = (keyID: Uint8Array): Uint8Array =>
  extension(EXTENSION.authorityKeyID, sequence(der(0x80, keyID)));

/** @returns PEM */
export function signCertificate(body: CertificateBody, key: SigningKey): string {
  const signed = sequence(
    der(0xa0, integer(bytesOf(2))),
    integer(body.serial),
    key.algorithm,
    body.issuer,
    sequence(time(body.notBeforeMs), time(body.notAfterMs)),
    body.subject,
    body.publicKey,
    der(0xa3, sequence(...body.extensions)),
  );
  return renderPEM('CERTIFICATE', sequence(signed, key.algorithm, bitString(key.sign(signed))));
}

export interface Certificate extends CertificateBody {
  readonly pem: string;
  /** SHA-1, as colon-separated hex. */
  readonly fingerprint: string;
  /** Its extension's, or the key's own where it has none. */
  readonly keyID: Uint8Array;
  readonly isCA: boolean;
}

/** The first certificate of a text. @throws DERError in Consul's words */
export function parseCertificate(pem: string): Certificate {
  const bytes = firstBlockOf('CERTIFICATE', pem);
  const [signed] = readElements(readElement(bytes, TAG.sequence).content);
  const fields = readElements(expectTag(signed, TAG.sequence).content);
  // The version stands in front unless it is the first.
  if (fields[0]?.tag === 0xa0) fields.shift();
  const [serial, , issuer, validity, subject, publicKey] = fields;
  const [notBefore, notAfter] = readElements(expectTag(validity, TAG.sequence).content);
  const listed = fields.find(({ tag }) => tag === 0xa3);
  const extensions =
    listed === undefined ? [] : readElements(readElement(listed.content, TAG.sequence).content);
  const valueOf = (id: string): Uint8Array | undefined => findExtension(extensions, id);
  const spki = expectTag(publicKey, TAG.sequence).raw;
  const keyID = valueOf(EXTENSION.subjectKeyID);
  const constraints = valueOf(EXTENSION.basicConstraints);
  return {
    pem: renderPEM('CERTIFICATE', bytes),
    fingerprint: renderHex(new Uint8Array(createHash('sha1').update(bytes).digest())),
    serial: expectTag(serial, TAG.integer).content,
    issuer: expectTag(issuer, TAG.sequence).raw,
    subject: expectTag(subject, TAG.sequence).raw,
    notBeforeMs: decodeTime(notBefore),
    notAfterMs: decodeTime(notAfter),
    publicKey: spki,
    extensions: extensions.map(({ raw }) => raw),
    keyID: keyID === undefined ? keyIDOf(spki) : readElement(keyID, TAG.octetString).content,
    isCA:
      constraints !== undefined &&
      readElements(readElement(constraints, TAG.sequence).content)[0]?.content[0] === 0xff,
  };
}

/** The value of an extension, without the octet string around it. */
export function findExtension(
  extensions: readonly { readonly content: Uint8Array }[],
  id: string,
): Uint8Array | undefined {
  for (const { content } of extensions) {
    const parts = readElements(content);
    if (decodeOID(parts[0]) === id) return expectTag(parts.at(-1), TAG.octetString).content;
  }
  return undefined;
}

/** @param raw one extension, in DER */
export function idOfExtension(raw: Uint8Array): string {
  return decodeOID(readElements(readElement(raw, TAG.sequence).content)[0]);
}

const TIME = /^(\d{2}|\d{4})(\d{2})(\d{2})(\d{2})(\d{2})(\d{2})Z$/;

/** RFC 5280, section 4.1.2.5. */
function decodeTime(element: { tag: number; content: Uint8Array } | undefined): number {
  const text = String.fromCharCode(...(element?.content ?? []));
  const parts = TIME.exec(text);
  const isShort = element?.tag === TAG.utcTime;
  if (parts === null || parts[1]!.length !== (isShort ? 2 : 4)) throw new DERError('no time');
  const [, year, month, day, hour, minute, second] = parts.map(Number);
  const century = !isShort ? 0 : year! < 50 ? 2000 : 1900;
  return Date.UTC(century + year!, month! - 1, day, hour, minute, second);
}
