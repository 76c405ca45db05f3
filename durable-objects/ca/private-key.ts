/** Private keys of the authority. They are held as PKCS #8, and leave the datacenter only in a snapshot of it. */
import {
  type KeyObject,
  createPrivateKey,
  createPublicKey,
  generateKeyPairSync,
  sign,
} from 'node:crypto';
import { DERError, TAG, readElement, readElements } from '../../protocol/der-reader.ts';
import { bytesOf, der, integer, octetString, oid, sequence } from '../../protocol/der.ts';
import { ECDSA_SHA256 } from '../../protocol/csr.ts';
import { renderPEM } from '../../http-api/pem.ts';
import { decodeBase64, encodeBase64 } from '../../http-api/base64.ts';
import { firstBlock } from './pem-block.ts';
import { type KeyKind, kindOfPublicKey } from './public-key.ts';

/** A key that signs, and what its signatures look like. */
export interface SigningKey {
  readonly kind: KeyKind;
  /** SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  /** AlgorithmIdentifier of the signatures. */
  readonly algorithm: Uint8Array;
  sign(data: Uint8Array): Uint8Array;
  /** Base64 of PKCS #8. A secret. */
  toText(): string;
}

const CURVE_OF_BITS: Readonly<Record<number, string>> = {
  224: 'secp224r1',
  256: 'prime256v1',
  384: 'secp384r1',
  521: 'secp521r1',
};

const NULL = bytesOf(0x05, 0x00);
const ALGORITHMS = {
  ecSHA256: ECDSA_SHA256,
  ecSHA384: sequence(oid('1.2.840.10045.4.3.3')),
  ecSHA512: sequence(oid('1.2.840.10045.4.3.4')),
  rsaSHA256: sequence(oid('1.2.840.113549.1.1.11'), NULL),
} as const;

/** @throws Error in Consul's words for a kind that there is not: configurations that skip their validation come this far */
export function generateKey({ type, bits }: { type: string; bits: number }): SigningKey {
  if (type === 'rsa')
    return toSigningKey(generateKeyPairSync('rsa', { modulusLength: bits }).privateKey);
  if (type !== 'ec') throw new DERError(`unknown private key type requested: ${type}`);
  const namedCurve = CURVE_OF_BITS[bits];
  if (namedCurve === undefined) {
    throw new DERError(`error generating ECDSA private key: unknown curve length ${bits}`);
  }
  return toSigningKey(generateKeyPairSync('ec', { namedCurve }).privateKey);
}

/** @param text what `toText` gave */
export function restoreKey(text: string): SigningKey {
  return toSigningKey(createPrivateKey(renderPEM('PRIVATE KEY', decodeBase64(text))));
}

/** @throws DERError in Consul's words */
export function parsePrivateKey(pem: string): SigningKey {
  const block = firstBlock(pem);
  const wrap = WRAPPINGS[block.label];
  if (wrap === undefined)
    throw new DERError(`unknown PEM block type for signing key: ${block.label}`);
  const key = wrap(block.bytes);
  let found: KeyObject;
  try {
    found = createPrivateKey(renderPEM('PRIVATE KEY', key));
  } catch {
    // The libraries' own words differ between runtimes, and may quote from the key.
    throw new DERError('failed to parse private key');
  }
  return toSigningKey(found);
}

/** workerd reads no older form than PKCS #8 (RFC 5958), so the older ones are put into it. */
const WRAPPINGS: Readonly<Record<string, (bytes: Uint8Array) => Uint8Array>> = {
  'PRIVATE KEY': (bytes) => bytes,
  'RSA PRIVATE KEY': (bytes) => toPKCS8(sequence(oid('1.2.840.113549.1.1.1'), NULL), bytes),
  'EC PRIVATE KEY': (bytes) => toPKCS8(sequence(oid('1.2.840.10045.2.1'), curveOf(bytes)), bytes),
};

function toPKCS8(algorithm: Uint8Array, key: Uint8Array): Uint8Array {
  return sequence(integer(bytesOf(0)), algorithm, octetString(key));
}

/** RFC 5915: the curve stands in the key, under the context tag 0. */
function curveOf(bytes: Uint8Array): Uint8Array {
  const parts = readElements(readElement(bytes, TAG.sequence).content);
  const curve = parts.find(({ tag }) => tag === 0xa0);
  if (curve === undefined) throw new DERError('the private key names no curve');
  return der(TAG.oid, readElement(curve.content, TAG.oid).content);
}

function toSigningKey(key: KeyObject): SigningKey {
  const publicKey = new Uint8Array(createPublicKey(key).export({ type: 'spki', format: 'der' }));
  const kind = kindOfPublicKey(publicKey);
  const [hash, algorithm] = signatureOf(kind);
  return {
    kind,
    publicKey,
    algorithm,
    sign: (data) => new Uint8Array(sign(hash, data, key)),
    toText: () => encodeBase64(new Uint8Array(key.export({ type: 'pkcs8', format: 'der' }))),
  };
}

/** As strong as the key, as in Consul (agent/connect/generate.go, SigAlgoForKey). */
function signatureOf({ type, bits }: KeyKind): [hash: string, algorithm: Uint8Array] {
  if (type === 'rsa') return ['sha256', ALGORITHMS.rsaSHA256];
  if (bits === 384) return ['sha384', ALGORITHMS.ecSHA384];
  return bits === 521 ? ['sha512', ALGORITHMS.ecSHA512] : ['sha256', ALGORITHMS.ecSHA256];
}
