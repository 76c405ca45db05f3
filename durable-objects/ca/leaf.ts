/** Leaf certificates, with the extensions that Consul's have (agent/connect/ca/provider_consul.go, Sign). */
import { encodeGeneralNames } from '../../protocol/csr.ts';
import { bitString, bytesOf, oid, sequence } from '../../protocol/der.ts';
import {
  type Certificate,
  EXTENSION,
  authorityKeyID,
  extension,
  newSerial,
  signCertificate,
  subjectKeyID,
} from './certificate.ts';
import type { CertificateRequest } from './csr.ts';
import { BACKDATE_MS, wholeSeconds } from './make-root.ts';
import type { SigningKey } from './private-key.ts';
import { keyIDOf } from './public-key.ts';

/** digitalSignature, keyEncipherment, dataEncipherment, keyAgreement. */
const KEY_USAGE_BITS = 0xb8;
const KEY_USAGE_UNUSED_BITS = 3;
const CLIENT_AUTH = '1.3.6.1.5.5.7.3.2';
const SERVER_AUTH = '1.3.6.1.5.5.7.3.1';
/** It has no name but those of the mesh. */
const NO_NAME = sequence();

/** @param uri the one name of the mesh, judged already. @returns PEM */
export function makeLeaf(
  request: CertificateRequest,
  uri: string,
  issuer: Certificate,
  key: SigningKey,
  ttlMs: number,
  nowMs: number,
): string {
  const notBeforeMs = wholeSeconds(nowMs - BACKDATE_MS);
  const { dnsNames, addresses } = request;
  const names = encodeGeneralNames({ dnsNames, addresses, uris: [uri] });
  return signCertificate(
    {
      serial: newSerial(),
      issuer: issuer.subject,
      subject: NO_NAME,
      notBeforeMs,
      notAfterMs: notBeforeMs + wholeSeconds(ttlMs),
      publicKey: request.publicKey,
      extensions: [
        extension(
          EXTENSION.keyUsage,
          bitString(bytesOf(KEY_USAGE_BITS), KEY_USAGE_UNUSED_BITS),
          true,
        ),
        extension(EXTENSION.extendedKeyUsage, sequence(oid(CLIENT_AUTH), oid(SERVER_AUTH))),
        extension(EXTENSION.basicConstraints, sequence(), true),
        subjectKeyID(keyIDOf(request.publicKey)),
        authorityKeyID(issuer.keyID),
        // Critical, because the certificate has no subject (RFC 5280, section 4.1.2.6).
        extension(EXTENSION.subjectAltName, names, true),
      ],
    },
    key,
  );
}
