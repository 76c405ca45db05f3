/** What a public key is, read from its SubjectPublicKeyInfo (RFC 5280, section 4.1.2.7). */
import { createHash } from 'node:crypto';
import {
  DERError,
  TAG,
  decodeBitString,
  decodeOID,
  expectTag,
  readElement,
  readElements,
} from '../../protocol/der-reader.ts';

export interface KeyKind {
  readonly type: 'ec' | 'rsa';
  readonly bits: number;
}

const EC_KEY = '1.2.840.10045.2.1';
const RSA_KEY = '1.2.840.113549.1.1.1';

const BITS_OF_CURVE: Readonly<Record<string, number>> = {
  '1.3.132.0.33': 224,
  '1.2.840.10045.3.1.7': 256,
  '1.3.132.0.34': 384,
  '1.3.132.0.35': 521,
};

/** @throws DERError for other kinds of keys, too */
export function kindOfPublicKey(spki: Uint8Array): KeyKind {
  const [algorithm, key] = readElements(readElement(spki, TAG.sequence).content);
  const [name, parameters] = readElements(expectTag(algorithm, TAG.sequence).content);
  const oid = decodeOID(name);
  if (oid === EC_KEY) {
    const bits = BITS_OF_CURVE[decodeOID(parameters)];
    if (bits === undefined) throw new DERError('unsupported curve');
    return { type: 'ec', bits };
  }
  if (oid !== RSA_KEY) throw new DERError('unsupported key type');
  const [modulus] = readElements(readElement(decodeBitString(key), TAG.sequence).content);
  return { type: 'rsa', bits: bitLength(expectTag(modulus, TAG.integer).content) };
}

/** SHA-256 of the key: how Consul identifies keys in certificates. */
export function keyIDOf(spki: Uint8Array): Uint8Array {
  return new Uint8Array(createHash('sha256').update(spki).digest());
}

/** Colon-separated lower-case hex. */
export function renderHex(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function bitLength(bytes: Uint8Array): number {
  const first = bytes.findIndex((byte) => byte !== 0);
  if (first < 0) return 0;
  return (bytes.length - first - 1) * 8 + (32 - Math.clz32(bytes[first]!));
}
