/** Requests for certificates (RFC 2986), as a holder of a key makes them. */
import { bitString, bytesOf, der, ia5, integer, octetString, oid, sequence, set } from './der.ts';

/** Tags of general names (RFC 5280, section 4.2.1.6). */
export const GENERAL_NAME = { email: 0x81, dns: 0x82, uri: 0x86, address: 0x87 } as const;

export interface GeneralNames {
  readonly uris: readonly string[];
  readonly dnsNames?: readonly string[];
  /** 4 or 16 bytes each. */
  readonly addresses?: readonly Uint8Array[];
  readonly emails?: readonly string[];
}

/** Attribute of PKCS #9 in which a request lists extensions. */
export const EXTENSION_REQUEST = '1.2.840.113549.1.9.14';
export const SUBJECT_ALT_NAME = '2.5.29.17';

export const ECDSA_SHA256 = sequence(oid('1.2.840.10045.4.3.2'));

/** What is signed. @param publicKey SubjectPublicKeyInfo */
export function encodeRequestInfo(publicKey: Uint8Array, names: GeneralNames): Uint8Array {
  const alternatives = sequence(oid(SUBJECT_ALT_NAME), octetString(encodeGeneralNames(names)));
  const attribute = sequence(oid(EXTENSION_REQUEST), set(sequence(alternatives)));
  return sequence(integer(bytesOf(0)), sequence(), publicKey, der(0xa0, attribute));
}

/** The value of the extension of alternative names. @returns DER of a GeneralNames (RFC 5280, section 4.2.1.6) */
export function encodeGeneralNames(names: GeneralNames): Uint8Array {
  const { uris, dnsNames = [], addresses = [], emails = [] } = names;
  return sequence(
    ...dnsNames.map((name) => der(GENERAL_NAME.dns, ia5(name))),
    ...emails.map((name) => der(GENERAL_NAME.email, ia5(name))),
    ...addresses.map((address) => der(GENERAL_NAME.address, address)),
    ...uris.map((uri) => der(GENERAL_NAME.uri, ia5(uri))),
  );
}

/** @param signature of `info`. @returns DER */
export function encodeRequest(
  info: Uint8Array,
  algorithm: Uint8Array,
  signature: Uint8Array,
): Uint8Array {
  return sequence(info, algorithm, bitString(signature));
}
