/**
 * Whether a certificate and a private key, both PEM, belong together (Go: crypto/tls, X509KeyPair).
 *
 * Compared are the public keys: an RSA modulus, or the point of a curve where the private key carries it. Not verified:
 * signatures, validity, and keys that do not hold their public half (Ed25519).
 */
import { DERError, type Element, hexOf, readElements, readInside, TAG } from './der.ts';

interface Block {
  readonly type: string;
  readonly bytes: Uint8Array;
}

/** The first block, whatever its type. */
function firstBlock(pem: string | undefined): Block | undefined {
  const found = /-----BEGIN ([^-\n]+)-----\r?\n([\s\S]*?)-----END \1-----/.exec(pem ?? '');
  if (found === null) return undefined;
  // Headers, as old keys have them, end with an empty line.
  const base64 = found[2]!
    .split(/\r?\n\r?\n/)
    .at(-1)!
    .replaceAll(/\s/g, '');
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(base64) || base64.length % 4 !== 0) return undefined;
  return { type: found[1]!, bytes: Uint8Array.from(atob(base64), (char) => char.charCodeAt(0)) };
}

const MIN_RSA_BITS = 2048;
const BITS_PER_HEX_DIGIT = 4;

/** What is wrong with the pair, in the words that clients know, or undefined. */
export function pairFault(
  certificate: string | undefined,
  privateKey: string | undefined,
): string | undefined {
  const key = firstBlock(privateKey);
  if (key === undefined) return 'failed to parse private key PEM';
  const own = attempt(() => publicKeyOfPrivate(key.bytes));
  const isRSA = key.type === 'RSA PRIVATE KEY';
  if (isRSA && own !== undefined && own.hex.length * BITS_PER_HEX_DIGIT < MIN_RSA_BITS) {
    return 'key length must be at least 2048 bits';
  }
  const block = firstBlock(certificate);
  if (block === undefined) return 'failed to parse certificate PEM';
  const certified = attempt(() => publicKeyOfCertificate(block.bytes));
  if (certified === undefined) return 'failed to parse certificate: x509: malformed certificate';
  if (own === undefined || !key.type.endsWith('PRIVATE KEY')) {
    return 'tls: failed to parse private key';
  }
  if (own.kind !== certified.kind) {
    return 'tls: private key type does not match public key type';
  }
  return own.hex !== '' && own.hex !== certified.hex
    ? 'tls: private key does not match public key'
    : undefined;
}

function attempt<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (error instanceof DERError) return undefined;
    throw error;
  }
}

interface PublicKey {
  readonly kind: 'rsa' | 'ec' | 'other';
  /** What tells the key, or '' where the private key does not say. */
  readonly hex: string;
}

/** Object identifiers of key types (RFC 3279). */
const RSA = '2a864886f70d010101';
const EC = '2a8648ce3d0201';

function kindOf(algorithm: Element | undefined): PublicKey['kind'] {
  const [id] = readInside(algorithm, TAG.sequence);
  const hex = id === undefined ? '' : hexOf(id);
  return hex === RSA ? 'rsa' : hex === EC ? 'ec' : 'other';
}

/** The key is the seventh field of what is signed, after an optional version (RFC 5280, section 4.1). */
function publicKeyOfCertificate(bytes: Uint8Array): PublicKey {
  const KEY_FIELD = 5;
  const [signed] = readInside(readElements(bytes)[0], TAG.sequence);
  const fields = readInside(signed, TAG.sequence);
  const at = fields[0]?.tag === TAG.context0 ? KEY_FIELD + 1 : KEY_FIELD;
  const [algorithm, key] = readInside(fields[at], TAG.sequence);
  if (key?.tag !== TAG.bitString) throw new DERError('a certificate without a key');
  const kind = kindOf(algorithm);
  return { kind, hex: kind === 'rsa' ? modulusOf(key.content.subarray(1), 0) : hexOf(key) };
}

function modulusOf(bytes: Uint8Array, field: number): string {
  const modulus = readInside(readElements(bytes)[0], TAG.sequence)[field];
  if (modulus?.tag !== TAG.integer) throw new DERError('an RSA key without a modulus');
  return hexOf(modulus);
}

/** PKCS #8 (RFC 5958), PKCS #1 (RFC 8017) or SEC 1 (RFC 5915). */
function publicKeyOfPrivate(bytes: Uint8Array): PublicKey {
  const [, second, third] = readInside(readElements(bytes)[0], TAG.sequence);
  if (second?.tag === TAG.integer) return { kind: 'rsa', hex: modulusOf(bytes, 1) };
  if (second?.tag === TAG.octetString) return { kind: 'ec', hex: pointOf(bytes) };
  if (third?.tag !== TAG.octetString) throw new DERError('a private key without a key');
  const kind = kindOf(second);
  if (kind === 'rsa') return { kind, hex: modulusOf(third.content, 1) };
  return { kind, hex: kind === 'ec' ? pointOf(third.content) : '' };
}

function pointOf(bytes: Uint8Array): string {
  const fields = readInside(readElements(bytes)[0], TAG.sequence);
  const wrapped = fields.find(({ tag }) => tag === TAG.context1);
  const point = wrapped === undefined ? undefined : readElements(wrapped.content)[0];
  return point === undefined ? '' : hexOf(point);
}
