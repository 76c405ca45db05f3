/**
 * Requests for certificates (RFC 2986), as strangers send them: what is asked for, and the proof that the asker has the key.
 * Nothing of a request goes into a certificate but the key and the names that are read here.
 */
import { createPublicKey, verify } from 'node:crypto';
import {
  DERError,
  TAG,
  decodeBitString,
  decodeOID,
  expectTag,
  readElement,
  readElements,
} from '../../protocol/der-reader.ts';
import { EXTENSION_REQUEST, GENERAL_NAME } from '../../protocol/csr.ts';
import { renderPEM } from '../../http-api/pem.ts';
import { MAX_CSR_BYTES, MAX_CSR_NAMES } from '../../protocol/limits.ts';
import { EXTENSION, findExtension } from './certificate.ts';
import { firstBlockOf } from './pem-block.ts';
import { kindOfPublicKey } from './public-key.ts';

export interface CertificateRequest {
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly uris: readonly string[];
  readonly emails: readonly string[];
  /** Names and addresses as they stand in the request, for the certificate. */
  readonly dnsNames: readonly string[];
  readonly addresses: readonly Uint8Array[];
}

/** Hash and kind of key by signature algorithm. SHA-1 is left out: it proves nothing any more. */
const SIGNATURES: Readonly<Record<string, readonly [hash: string, type: 'ec' | 'rsa']>> = {
  '1.2.840.10045.4.3.2': ['sha256', 'ec'],
  '1.2.840.10045.4.3.3': ['sha384', 'ec'],
  '1.2.840.10045.4.3.4': ['sha512', 'ec'],
  '1.2.840.113549.1.1.11': ['sha256', 'rsa'],
  '1.2.840.113549.1.1.12': ['sha384', 'rsa'],
  '1.2.840.113549.1.1.13': ['sha512', 'rsa'],
};

/** Below, a key protects nothing; above, each handshake costs every peer too much. */
const RSA_MIN_BITS = 2048;
const RSA_MAX_BITS = 4096;

/** @throws DERError for what is no request, or one whose signature does not fit its key */
export function parseCSR(pem: string): CertificateRequest {
  if (typeof pem !== 'string' || pem.length > MAX_CSR_BYTES) {
    throw new DERError(`a CSR has at most ${MAX_CSR_BYTES} bytes`);
  }
  const bytes = firstBlockOf('CERTIFICATE REQUEST', pem);
  const [info, algorithm, signature] = readElements(readElement(bytes, TAG.sequence).content);
  const [version, subject, key, attributes] = readElements(expectTag(info, TAG.sequence).content);
  expectTag(version, TAG.integer);
  expectTag(subject, TAG.sequence);
  const publicKey = expectTag(key, TAG.sequence).raw;
  requireProof(info!.raw, publicKey, algorithm, decodeBitString(signature));
  return { publicKey, ...readNames(attributes) };
}

function requireProof(
  signed: Uint8Array,
  publicKey: Uint8Array,
  algorithm: { tag: number; content: Uint8Array; raw: Uint8Array } | undefined,
  signature: Uint8Array,
): void {
  const { type, bits } = kindOfPublicKey(publicKey);
  if (type === 'rsa' && (bits < RSA_MIN_BITS || bits > RSA_MAX_BITS)) {
    throw new DERError(`an RSA key has ${RSA_MIN_BITS} to ${RSA_MAX_BITS} bits`);
  }
  const name = decodeOID(readElements(expectTag(algorithm, TAG.sequence).content)[0]);
  const [hash, expected] = SIGNATURES[name] ?? [];
  if (hash === undefined || expected !== type) {
    throw new DERError('unsupported signature algorithm');
  }
  if (!isSignedBy(publicKey, hash, signed, signature)) {
    throw new DERError('the signature does not fit the key');
  }
}

function isSignedBy(
  publicKey: Uint8Array,
  hash: string,
  signed: Uint8Array,
  signature: Uint8Array,
): boolean {
  try {
    const key = createPublicKey(renderPEM('PUBLIC KEY', publicKey));
    return verify(hash, signed, key, signature);
  } catch {
    // A point that is on no curve, a modulus that is none: each runtime has words of its own for it.
    return false;
  }
}

function readNames(
  attributes: { tag: number; content: Uint8Array } | undefined,
): Omit<CertificateRequest, 'publicKey'> {
  const names = attributes?.tag === 0xa0 ? generalNames(attributes.content) : [];
  if (names.length > MAX_CSR_NAMES)
    throw new DERError(`a CSR asks for at most ${MAX_CSR_NAMES} names`);
  const contents = (tag: number): Uint8Array[] =>
    names.filter((name) => name.tag === tag).map(({ content }) => content);
  const addresses = contents(GENERAL_NAME.address).map((content) => Uint8Array.from(content));
  if (addresses.some(({ length }) => length !== 4 && length !== 16)) {
    throw new DERError('cannot parse IP address');
  }
  return {
    uris: contents(GENERAL_NAME.uri).map(toASCII),
    emails: contents(GENERAL_NAME.email).map(toASCII),
    dnsNames: contents(GENERAL_NAME.dns).map(toASCII),
    addresses,
  };
}

function generalNames(attributes: Uint8Array): { tag: number; content: Uint8Array }[] {
  for (const attribute of readElements(attributes)) {
    const [id, values] = readElements(expectTag(attribute, TAG.sequence).content);
    if (decodeOID(id) !== EXTENSION_REQUEST) continue;
    const extensions = readElement(expectTag(values, TAG.set).content, TAG.sequence);
    const found = findExtension(readElements(extensions.content), EXTENSION.subjectAltName);
    if (found !== undefined) return readElements(readElement(found, TAG.sequence).content);
  }
  return [];
}

/** IA5String, printable. @throws DERError */
function toASCII(bytes: Uint8Array): string {
  if (bytes.some((byte) => byte < 0x20 || byte > 0x7e))
    throw new DERError('a name is not printable ASCII');
  return String.fromCharCode(...bytes);
}
