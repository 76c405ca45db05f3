/** Certificate extensions (RFC 5280, 4.2). */
import { createHash } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { isIP, isIPv4 } from 'node:net';
import { bitString, boolean, context, decodeAll, octetString, oid, sequence } from './der.ts';

const OID = {
  subjectKeyID: '2.5.29.14',
  keyUsage: '2.5.29.15',
  subjectAltName: '2.5.29.17',
  basicConstraints: '2.5.29.19',
  nameConstraints: '2.5.29.30',
  authorityKeyID: '2.5.29.35',
  extendedKeyUsage: '2.5.29.37',
} as const;

const PURPOSES = {
  serverAuth: '1.3.6.1.5.5.7.3.1',
  clientAuth: '1.3.6.1.5.5.7.3.2',
} as const;

export type Purpose = keyof typeof PURPOSES;

/** Bits of KeyUsage, counted from the most significant. */
const USAGE_BITS = { digitalSignature: 0, keyEncipherment: 2, keyCertSign: 5, cRLSign: 6 } as const;

export type Usage = keyof typeof USAGE_BITS;

export interface AltNames {
  readonly dnsNames?: readonly string[];
  readonly ipAddresses?: readonly string[];
  readonly uris?: readonly string[];
}

export function basicConstraints(isCA: boolean): Buffer {
  return extension(OID.basicConstraints, true, isCA ? sequence(boolean(true)) : sequence());
}

export function keyUsage(usages: readonly Usage[]): Buffer {
  const bits: number[] = usages.map((usage) => USAGE_BITS[usage]);
  const byte = bits.reduce((sum, bit) => sum | (0x80 >> bit), 0);
  return extension(OID.keyUsage, true, bitString(Buffer.from([byte]), 7 - Math.max(...bits)));
}

export function extendedKeyUsage(purposes: readonly Purpose[]): Buffer {
  const ids = purposes.map((purpose) => oid(PURPOSES[purpose]));
  return extension(OID.extendedKeyUsage, false, sequence(...ids));
}

export function subjectKeyID(id: Buffer): Buffer {
  return extension(OID.subjectKeyID, false, octetString(id));
}

export function authorityKeyID(id: Buffer): Buffer {
  return extension(OID.authorityKeyID, false, sequence(context(0, id, false)));
}

/** Throws Error when an address is none. */
export function subjectAltName({ dnsNames = [], ipAddresses = [], uris = [] }: AltNames): Buffer {
  const names = [
    ...dnsNames.map((name) => context(2, Buffer.from(name), false)),
    ...ipAddresses.map((address) => context(7, encodeAddress(address), false)),
    ...uris.map((uri) => context(6, Buffer.from(uri), false)),
  ];
  return extension(OID.subjectAltName, false, sequence(...names));
}

/** The certificate may only sign for these DNS names and what is below them. */
export function nameConstraints(dnsNames: readonly string[]): Buffer {
  const trees = dnsNames.map((name) => sequence(context(2, Buffer.from(name), false)));
  return extension(OID.nameConstraints, true, sequence(context(0, Buffer.concat(trees))));
}

/** Names a key: the SHA-256 of its public part. */
export function keyID(key: KeyObject): Buffer {
  return createHash('sha256')
    .update(key.export({ type: 'spki', format: 'der' }))
    .digest();
}

/** The key ID that a certificate's own extension states; undefined when it has none. */
export function findSubjectKeyID(extensions: Buffer): Buffer | undefined {
  const wanted = oid(OID.subjectKeyID);
  for (const { content } of decodeAll(decodeAll(extensions)[0]?.content ?? Buffer.alloc(0))) {
    const parts = decodeAll(content);
    if (parts[0]?.whole.equals(wanted)) return decodeAll(parts.at(-1)!.content)[0]?.content;
  }
  return undefined;
}

function extension(id: string, critical: boolean, value: Buffer): Buffer {
  return sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value));
}

function encodeAddress(address: string): Buffer {
  if (isIP(address) === 0) throw new Error(`failed to parse ip address ${address}`);
  if (isIPv4(address)) return Buffer.from(address.split('.').map(Number));
  return encodeIPv6(address);
}

function encodeIPv6(address: string): Buffer {
  // The URL parser turns every spelling (embedded IPv4, leading zeros) into one that is easily expanded.
  const canonical = new URL(`http://[${address}]`).hostname.slice(1, -1);
  const [head = '', tail] = canonical.split('::');
  const left = head === '' ? [] : head.split(':');
  const right = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = Array.from({ length: 8 - left.length - right.length }, () => '0');
  const groups = tail === undefined ? left : [...left, ...zeros, ...right];
  return Buffer.from(groups.map((group) => group.padStart(4, '0')).join(''), 'hex');
}
