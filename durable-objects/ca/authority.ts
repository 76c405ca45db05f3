/**
 * The built-in authority: which root a configuration means, how it takes over from the one before it, and what it signs
 * with. Pure but for the dice and the given time; `state/ca.ts` stores what comes out.
 */
import { RPCError, invalid } from '../../protocol/errors.ts';
import { MAX_CA_ROOTS } from '../../protocol/limits.ts';
import { type CASetup, type CAConfigRow, type CARootRow, type NewRoot } from '../state/ca.ts';
import { type CASettings, toMs } from './ca-settings.ts';
import { type Certificate, parseCertificate } from './certificate.ts';
import { makeBridge, makeRoot } from './make-root.ts';
import { orRefuse } from './or-refuse.ts';
import { type SigningKey, generateKey, parsePrivateKey, restoreKey } from './private-key.ts';
import { kindOfPublicKey, renderHex } from './public-key.ts';

/** What signs leaves: a key, and the certificate that speaks for it. */
export interface Signer {
  readonly key: SigningKey;
  readonly certificate: Certificate;
}

/** A root with its key, for a datacenter that begins or whose root is replaced. */
export function makeSigner(clusterID: string, settings: CASettings, nowMs: number): Signer {
  const { PrivateKey, RootCert, PrivateKeyType, PrivateKeyBits } = settings;
  if (RootCert !== '') return ownRoot(RootCert, PrivateKey);
  const key =
    PrivateKey === ''
      ? wording('error generating CA root certificate: ', () =>
          generateKey({ type: PrivateKeyType, bits: PrivateKeyBits }),
        )
      : wording(
          'error generating CA root certificate: error generating CA: error parsing private key: ',
          () => parsePrivateKey(PrivateKey),
        );
  const pem = makeRoot(clusterID, key, toMs(settings.RootCertTTL), nowMs);
  return { key, certificate: parseCertificate(pem) };
}

/** Consul takes whatever it is given and cannot sign afterwards; here what does not fit is refused. */
function ownRoot(rootPEM: string, keyPEM: string): Signer {
  const certificate = wording('', () => parseCertificate(rootPEM));
  wording('error extracting root key info: ', () => kindOfPublicKey(certificate.publicKey));
  const key = wording('error parsing private key: ', () => parsePrivateKey(keyPEM));
  if (!certificate.isCA) throw invalid('the root certificate is no certificate of an authority');
  if (renderHex(certificate.publicKey) !== renderHex(key.publicKey)) {
    throw invalid('the private key is not the one of the root certificate');
  }
  return { key, certificate };
}

function wording<T>(prefix: string, work: () => T): T {
  return orRefuse((fault) => invalid(prefix + fault), work);
}

export function restoreSigner({ signing_key, signing_cert }: CAConfigRow): Signer {
  return { key: restoreKey(signing_key), certificate: parseCertificate(signing_cert) };
}

/**
 * Whether a configuration asks for another root than the one that a signer has. An operator's key or root is compared with
 * what is used; without one, a key of the wanted kind that we made ourselves will do.
 */
export function needsNewRoot(before: CASettings, after: CASettings): boolean {
  const relevant = ({ PrivateKey, RootCert, PrivateKeyType, PrivateKeyBits }: CASettings): string =>
    JSON.stringify([PrivateKey, RootCert, PrivateKeyType, PrivateKeyBits]);
  return relevant(before) !== relevant(after);
}

/** @param bridge PEM by which the root before it vouches for it */
export function toNewRoot({ certificate }: Signer, clusterID: string, bridge?: string): NewRoot {
  return describeRoot(certificate, clusterID, bridge === undefined ? [] : [bridge]);
}

/** @param intermediates PEM: what leaves of this root bring along */
export function describeRoot(
  certificate: Certificate,
  clusterID: string,
  intermediates: readonly string[],
): NewRoot {
  const { type, bits } = kindOfPublicKey(certificate.publicKey);
  const rest = JSON.stringify({
    SigningKeyID: renderHex(certificate.keyID),
    ExternalTrustDomain: clusterID,
    NotBefore: renderTime(certificate.notBeforeMs),
    NotAfter: renderTime(certificate.notAfterMs),
    RootCert: certificate.pem,
    IntermediateCerts: intermediates.length === 0 ? null : intermediates,
    PrivateKeyType: type,
    PrivateKeyBits: bits,
  });
  const serial = `"SerialNumber":${lower64Bits(certificate.serial)}`;
  return {
    id: certificate.fingerprint,
    content: `{"Name":"Consul CA Primary Cert",${serial},${rest.slice(1)}`,
  };
}

/** @throws RPCError overloaded when too many roots are trusted already */
export function requireRoomForRoot(rows: readonly CARootRow[], id: string): void {
  if (rows.length < MAX_CA_ROOTS || rows.some((row) => row.id === id)) return;
  throw new RPCError(
    'overloaded',
    `at most ${MAX_CA_ROOTS} roots are trusted at once: wait until the oldest are pruned`,
  );
}

/** The bridge by which who trusts the old root alone trusts the new one's leaves. */
export function bridgeBetween(before: Signer, after: Signer, nowMs: number): string {
  return makeBridge(after.certificate, before.certificate, before.key, nowMs);
}

/** The row of configuration that belongs to a signer. */
export function toSetup(
  clusterID: string,
  provider: string,
  config: string,
  withoutCrossSigning: boolean,
  { key, certificate }: Signer,
): CASetup {
  return {
    cluster_id: clusterID,
    provider,
    config,
    without_cross_signing: withoutCrossSigning ? 1 : 0,
    signing_key: key.toText(),
    signing_cert: certificate.pem,
  };
}

/** As Go prints a whole second. */
export const renderTime = (atMs: number): string =>
  new Date(atMs).toISOString().replace('.000Z', 'Z');

function lower64Bits(serial: Uint8Array): bigint {
  return BigInt.asUintN(
    64,
    serial.reduce((number, byte) => number * 256n + BigInt(byte), 0n),
  );
}
