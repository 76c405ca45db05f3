/** Makes a root: a P-256 key and a certificate that it signs for itself (RFC 5280), named by the datacenter's SPIFFE URI. */
import { encodeBase64 } from '../../http-api/base64.ts';
import {
  bitString,
  boolean,
  bytesOf,
  concat,
  der,
  ia5,
  integer,
  octetString,
  oid,
  sequence,
  set,
  time,
  utf8String,
} from './der.ts';

export interface MadeRoot {
  readonly certificatePEM: string;
  /** PKCS #8, base64. A secret: it goes into no log and no answer. */
  readonly privateKey: string;
  /** SHA-1 of the certificate, as colon-separated hex: how Consul names a root. */
  readonly fingerprint: string;
  /** SHA-256 of the public key, likewise. */
  readonly keyID: string;
  readonly serial: number;
  readonly notBeforeMs: number;
  readonly notAfterMs: number;
}

/** Both runtimes have Web Crypto, and each its own names for the types. */
type KeyPair = Extract<
  Awaited<ReturnType<typeof crypto.subtle.generateKey>>,
  { readonly publicKey: unknown }
>;
type Key = KeyPair['publicKey'];

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256' } as const;
const SIGNATURE = { name: 'ECDSA', hash: 'SHA-256' } as const;
const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));
const COMMON_NAME = '2.5.4.3';
const LIFETIME_YEARS = 10;
/** Clocks of clients may be late by this much. */
const BACKDATE_MS = 60_000;
/** Small enough to be the same number in every client's JSON. */
const SERIAL_BYTES = 4;
/** digitalSignature, keyCertSign, cRLSign. */
const KEY_USAGE_BITS = 0x86;

/** @param trustDomain host of the SPIFFE URI, e.g. `<uuid>.consul` */
export async function makeRoot(trustDomain: string, nowMs: number): Promise<MadeRoot> {
  const keys = (await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])) as KeyPair;
  const publicKey = await exportKey('spki', keys.publicKey);
  const keyID = new Uint8Array(await crypto.subtle.digest('SHA-256', publicKey));
  const serial = crypto.getRandomValues(new Uint8Array(SERIAL_BYTES));
  serial[0] = (serial[0]! & 0x7f) | 1;
  // Certificates count in seconds.
  const notBeforeMs = Math.floor((nowMs - BACKDATE_MS) / 1000) * 1000;
  const notAfterMs = new Date(notBeforeMs).setUTCFullYear(
    new Date(notBeforeMs).getUTCFullYear() + LIFETIME_YEARS,
  );
  const name = sequence(
    set(sequence(oid(COMMON_NAME), utf8String(`Consul CA ${trustDomain.slice(0, 8)}`))),
  );
  const body = sequence(
    der(0xa0, integer(bytesOf(2))),
    integer(serial),
    ECDSA_SHA256,
    name,
    sequence(time(notBeforeMs), time(notAfterMs)),
    name,
    publicKey,
    der(0xa3, extensions(keyID, trustDomain)),
  );
  const signature = new Uint8Array(await crypto.subtle.sign(SIGNATURE, keys.privateKey, body));
  const certificate = sequence(body, ECDSA_SHA256, bitString(encodeSignature(signature)));
  return {
    certificatePEM: renderPEM(certificate),
    privateKey: encodeBase64(await exportKey('pkcs8', keys.privateKey)),
    fingerprint: hex(new Uint8Array(await crypto.subtle.digest('SHA-1', certificate))),
    keyID: hex(keyID),
    serial: serial.reduce((number, byte) => number * 256 + byte, 0),
    notBeforeMs,
    notAfterMs,
  };
}

function extensions(keyID: Uint8Array, trustDomain: string): Uint8Array {
  return sequence(
    extension('2.5.29.15', bitString(bytesOf(KEY_USAGE_BITS), 1), true),
    extension('2.5.29.19', sequence(boolean(true)), true),
    extension('2.5.29.14', octetString(keyID)),
    extension('2.5.29.35', sequence(der(0x80, keyID))),
    extension('2.5.29.17', sequence(der(0x86, ia5(`spiffe://${trustDomain}`)))),
  );
}

function extension(id: string, value: Uint8Array, critical = false): Uint8Array {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

/** Web Crypto gives both numbers one after the other (IEEE P1363); certificates want a sequence of integers. */
function encodeSignature(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  return sequence(integer(trim(signature.slice(0, half))), integer(trim(signature.slice(half))));
}

function trim(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  return bytes.slice(first < 0 ? bytes.length - 1 : first);
}

async function exportKey(format: 'spki' | 'pkcs8', key: Key): Promise<Uint8Array> {
  return concat(new Uint8Array((await crypto.subtle.exportKey(format, key)) as ArrayBuffer));
}

const hex = (bytes: Uint8Array): string =>
  [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join(':');

function renderPEM(bytes: Uint8Array): string {
  const lines = encodeBase64(bytes).match(/.{1,64}/g) ?? [];
  return `-----BEGIN CERTIFICATE-----\n${lines.join('\n')}\n-----END CERTIFICATE-----\n`;
}
