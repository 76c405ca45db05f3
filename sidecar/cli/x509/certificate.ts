/** Certificates with P-256 keys, signed with ECDSA and SHA-256. */
import { createPublicKey, randomBytes, sign, X509Certificate } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import {
  bitString,
  context,
  decodeAll,
  integer,
  oid,
  sequence,
  set,
  time,
  utf8String,
} from './der.ts';
import { authorityKeyID, findSubjectKeyID, keyID, subjectKeyID } from './extensions.ts';

export interface CertificateRequest {
  readonly commonName: string;
  readonly publicKey: KeyObject;
  readonly serial: Buffer;
  readonly days: number;
  /** Beside the key IDs, which every certificate gets. */
  readonly extensions: readonly Buffer[];
}

export interface Issuer {
  /** Its subject, encoded. */
  readonly name: Buffer;
  readonly keyID: Buffer;
  readonly privateKey: KeyObject;
}

const OID_COMMON_NAME = '2.5.4.3';
const OID_ECDSA_SHA256 = '1.2.840.10045.4.3.2';
const VERSION_3 = Buffer.from([2]);
const SERIAL_BYTES = 16;
const MS_PER_DAY = 86_400_000;

/** A random serial number; never zero or negative, and at most 16 bytes long. */
export function makeSerial(): Buffer {
  const serial = randomBytes(SERIAL_BYTES);
  serial[0] = (serial[0]! & 0x7f) | 0x01;
  return serial;
}

/** @returns the certificate in PEM */
export function issueCertificate(request: CertificateRequest, issuer: Issuer, now: Date): string {
  const algorithm = sequence(oid(OID_ECDSA_SHA256));
  const extensions = sequence(
    ...request.extensions,
    subjectKeyID(keyID(request.publicKey)),
    authorityKeyID(issuer.keyID),
  );
  const body = sequence(
    context(0, integer(VERSION_3)),
    integer(request.serial),
    algorithm,
    issuer.name,
    sequence(time(now), time(new Date(now.getTime() + request.days * MS_PER_DAY))),
    encodeName(request.commonName),
    request.publicKey.export({ type: 'spki', format: 'der' }),
    context(3, extensions),
  );
  const signature = sign('sha256', body, { key: issuer.privateKey, dsaEncoding: 'der' });
  return renderPEM('CERTIFICATE', sequence(body, algorithm, bitString(signature)));
}

/** A key that signs for itself: the root. */
export function selfIssuer(commonName: string, privateKey: KeyObject): Issuer {
  const publicKey = createPublicKey(privateKey);
  return { name: encodeName(commonName), keyID: keyID(publicKey), privateKey };
}

/** Throws Error when the certificate cannot be read or the key does not belong to it. */
export function parseIssuer(certificatePEM: string, privateKey: KeyObject): Issuer {
  const certificate = new X509Certificate(certificatePEM);
  if (!certificate.checkPrivateKey(privateKey)) {
    throw new Error('the key does not belong to the CA certificate');
  }
  const body = decodeAll(decodeAll(decodeAll(certificate.raw)[0]!.content)[0]!.content);
  // version, serial, algorithm, issuer, validity, subject, key, then optional members by tag.
  const name = body[5]?.whole;
  if (body[0]?.tag !== 0xa0 || name === undefined) throw new Error('not a version 3 certificate');
  const extensions = body.find(({ tag }) => tag === 0xa3)?.content;
  const stated = extensions === undefined ? undefined : findSubjectKeyID(extensions);
  return { name, keyID: stated ?? keyID(certificate.publicKey), privateKey };
}

function encodeName(commonName: string): Buffer {
  return sequence(set(sequence(oid(OID_COMMON_NAME), utf8String(commonName))));
}

function renderPEM(label: string, bytes: Buffer): string {
  const lines = bytes
    .toString('base64')
    .match(/.{1,64}/g)!
    .join('\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}
