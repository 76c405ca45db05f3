/** Roots of the built-in authority: certificates that sign themselves, named by the datacenter's SPIFFE URI. */
import { createHash } from 'node:crypto';
import { encodeGeneralNames } from '../../protocol/csr.ts';
import {
  bitString,
  boolean,
  bytesOf,
  der,
  oid,
  sequence,
  set,
  utf8String,
} from '../../protocol/der.ts';
import { signingURI, trustDomainOf } from '../../protocol/spiffe-id.ts';
import {
  type Certificate,
  EXTENSION,
  authorityKeyID,
  extension,
  idOfExtension,
  newSerial,
  signCertificate,
  subjectKeyID,
} from './certificate.ts';
import type { SigningKey } from './private-key.ts';
import { keyIDOf } from './public-key.ts';

/** Clocks of clients may be late by this much. */
export const BACKDATE_MS = 60_000;
/** Small enough to be the same number in every client's JSON. */
const ROOT_SERIAL_BYTES = 4;
/** How long the certificate by which an old root vouches for a new one is good: Consul's 7 days. */
const BRIDGE_LIFE_MS = 7 * 24 * 3_600_000;
/** digitalSignature, keyCertSign, cRLSign. */
const KEY_USAGE_BITS = 0x86;
const COMMON_NAME = '2.5.4.3';

/** @param clusterID trust domain without its suffix. @returns PEM */
export function makeRoot(clusterID: string, key: SigningKey, ttlMs: number, nowMs: number): string {
  const keyID = keyIDOf(key.publicKey);
  const name = nameOf('pri', clusterID, keyID);
  const notBeforeMs = wholeSeconds(nowMs - BACKDATE_MS);
  return signCertificate(
    {
      serial: newSerial(ROOT_SERIAL_BYTES),
      issuer: name,
      subject: name,
      notBeforeMs,
      notAfterMs: notBeforeMs + ttlMs,
      publicKey: key.publicKey,
      extensions: authorityExtensions(signingURI(trustDomainOf(clusterID)), keyID, keyID),
    },
    key,
  );
}

/** @param key of the certificate that is `issuer`. @returns PEM */
export function makeBridge(
  root: Certificate,
  issuer: Certificate,
  key: SigningKey,
  nowMs: number,
): string {
  const isOfIssuer = (raw: Uint8Array): boolean => idOfExtension(raw) === EXTENSION.authorityKeyID;
  return signCertificate(
    {
      ...root,
      serial: newSerial(),
      issuer: issuer.subject,
      notBeforeMs: wholeSeconds(nowMs - BACKDATE_MS),
      notAfterMs: wholeSeconds(nowMs - BACKDATE_MS + BRIDGE_LIFE_MS),
      extensions: [
        ...root.extensions.filter((raw) => !isOfIssuer(raw)),
        authorityKeyID(issuer.keyID),
      ],
    },
    key,
  );
}

/** What a secondary datacenter signs with: beneath it there are leaves only. @returns PEM */
export function makeIntermediate(
  clusterID: string,
  publicKey: Uint8Array,
  issuer: Certificate,
  key: SigningKey,
  ttlMs: number,
  nowMs: number,
): string {
  const keyID = keyIDOf(publicKey);
  const notBeforeMs = wholeSeconds(nowMs - BACKDATE_MS);
  const uri = signingURI(trustDomainOf(clusterID));
  return signCertificate(
    {
      serial: newSerial(),
      issuer: issuer.subject,
      subject: nameOf('sec', clusterID, keyID),
      notBeforeMs,
      notAfterMs: notBeforeMs + wholeSeconds(ttlMs),
      publicKey,
      extensions: authorityExtensions(uri, keyID, issuer.keyID, 0),
    },
    key,
  );
}

/** What stands in a certificate that may sign others. */
function authorityExtensions(
  uri: string,
  keyID: Uint8Array,
  issuerKeyID: Uint8Array,
  pathLength?: number,
): Uint8Array[] {
  const limit = pathLength === undefined ? [] : [der(0x02, bytesOf(pathLength))];
  return [
    extension(EXTENSION.keyUsage, bitString(bytesOf(KEY_USAGE_BITS), 1), true),
    extension(EXTENSION.basicConstraints, sequence(boolean(true), ...limit), true),
    subjectKeyID(keyID),
    authorityKeyID(issuerKeyID),
    extension(EXTENSION.subjectAltName, encodeGeneralNames({ uris: [uri] })),
  ];
}

/** Each key has a name of its own, so that chains are built by it. */
function nameOf(rank: 'pri' | 'sec', clusterID: string, keyID: Uint8Array): Uint8Array {
  const unique = [...createHash('sha1').update(keyID).digest()].map((byte) =>
    (byte % 36).toString(36),
  );
  const text = `${rank}-${unique.slice(0, 8).join('')}.consul.ca.${clusterID.slice(0, 8)}.consul`;
  return sequence(set(sequence(oid(COMMON_NAME), utf8String(text))));
}

/** Certificates count in seconds. */
export const wholeSeconds = (atMs: number): number => Math.floor(atMs / 1000) * 1000;
