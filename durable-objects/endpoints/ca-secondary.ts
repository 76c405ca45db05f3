/**
 * The authority of a secondary datacenter: its key is its own, its certificate and the roots are the primary's
 * (docs/adr, certificate authority). An agent carries the request there and the certificate back.
 */
import { BUILTIN_PROVIDER } from '../../protocol/ca-providers.ts';
import { badRequest, invalid } from '../../protocol/errors.ts';
import { canonicalJSON } from '../../protocol/canonical-json.ts';
import { encodeRequest, encodeRequestInfo } from '../../protocol/csr.ts';
import { MAX_CA_ROOTS } from '../../protocol/limits.ts';
import { clusterOf, parseIdentity, signingURI, trustDomainOf } from '../../protocol/spiffe-id.ts';
import type { CARoot, CARoots } from '../../protocol/types/connect.ts';
import { renderPEM } from '../../http-api/pem.ts';
import { isPrimary } from '../acl-settings.ts';
import { describeRoot, restoreSigner, toSetup } from '../ca/authority.ts';
import {
  type CASettings,
  INITIAL_CONFIG,
  readCASettings,
  storedSettings,
  toMs,
} from '../ca/ca-settings.ts';
import { type Certificate, parseCertificate } from '../ca/certificate.ts';
import { type CertificateRequest, parseCSR } from '../ca/csr.ts';
import { makeIntermediate } from '../ca/make-root.ts';
import { orRefuse } from '../ca/or-refuse.ts';
import { type SigningKey, generateKey, restoreKey } from '../ca/private-key.ts';
import { renderHex } from '../ca/public-key.ts';
import {
  type CAConfigRow,
  type NewRoot,
  readCAConfig,
  readPendingKey,
  replaceRootsTxn,
  setCAConfigTxn,
  setPendingKeyTxn,
} from '../state/ca.ts';
import type { WriteTxn } from '../writer.ts';
import { requireAuthority, requireConnect } from './connect-guard.ts';
import type { EndpointContext, WriteEndpoints } from './endpoint.ts';

type Writes =
  | 'connect.intermediate-request'
  | 'connect.intermediate-set'
  | 'connect.sign-intermediate';

export const caSecondaryWrites: WriteEndpoints<Writes> = {
  'connect.intermediate-request': {
    kind: 'write',
    prepare(context, args, authorizer) {
      requireConnect(context);
      authorizer.operatorWrite();
      requireSecondary(context);
      if (typeof args.clusterID !== 'string') throw badRequest('a trust domain is missing');
      return args;
    },
    apply(tx, { clusterID }, context) {
      const key = pendingKeyTxn(tx, settingsOf(readCAConfig(tx.sql), context));
      const uris = [signingURI(trustDomainOf(clusterID))];
      const info = encodeRequestInfo(key.publicKey, { uris });
      const CSR = renderPEM(
        'CERTIFICATE REQUEST',
        encodeRequest(info, key.algorithm, key.sign(info)),
      );
      return JSON.stringify({ CSR });
    },
  },
  'connect.intermediate-set': {
    kind: 'write',
    prepare(context, args, authorizer) {
      requireConnect(context);
      authorizer.operatorWrite();
      requireSecondary(context);
      requireRoots(args.roots);
      return args;
    },
    apply(tx, args, context) {
      setTxn(tx, args, context);
      return 'true';
    },
  },
  'connect.sign-intermediate': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, { csr }, authorizer) {
      requireConnect(context);
      authorizer.operatorWrite();
      if (!isPrimary(context.acl, context.datacenter)) {
        throw invalid('intermediates are signed in the primary datacenter');
      }
      const row = requireAuthority(context);
      return {
        csr,
        certificate: signIntermediate(
          row,
          reading(() => parseCSR(csr)),
          context,
        ),
      };
    },
    apply(tx, { certificate }) {
      const { serial, keyID } = parseCertificate(certificate!);
      tx.record({
        kind: 'ca-intermediate.sign',
        key: renderHex(keyID),
        previousIndex: 0,
        value: JSON.stringify({ SerialNumber: renderHex(serial) }),
      });
      return JSON.stringify(certificate!);
    },
  },
};

function requireSecondary({ acl, datacenter }: EndpointContext): void {
  if (isPrimary(acl, datacenter)) throw invalid('the primary datacenter has roots of its own');
}

/** @throws RPCError bad-request instead of what a parser throws */
function reading<T>(work: () => T): T {
  return orRefuse((fault) => badRequest(`invalid certificate or CSR: ${fault}`), work);
}

function settingsOf(row: CAConfigRow | undefined, { connect }: EndpointContext): CASettings {
  if (row !== undefined) return storedSettings(row.config);
  return readCASettings({ ...INITIAL_CONFIG, ...connect.config });
}

/** The same key until its certificate has come: an answer may be lost. */
function pendingKeyTxn(tx: WriteTxn, settings: CASettings): SigningKey {
  const pending = readPendingKey(tx.sql);
  if (pending !== undefined) return restoreKey(pending);
  const key = generateKey({ type: settings.PrivateKeyType, bits: settings.PrivateKeyBits });
  setPendingKeyTxn(tx, key.toText());
  return key;
}

function signIntermediate(
  row: CAConfigRow,
  request: CertificateRequest,
  { now }: EndpointContext,
): string {
  const identity = parseIdentity(request.uris[0] ?? '');
  const own = trustDomainOf(row.cluster_id);
  if (request.uris.length !== 1 || identity?.kind !== 'signing' || identity.host !== own) {
    throw invalid(`an intermediate has one name, the trust domain ${signingURI(own)}`);
  }
  const settings = storedSettings(row.config);
  const { key, certificate } = restoreSigner(row);
  const at = now();
  const lifeMs = Math.min(toMs(settings.IntermediateCertTTL), certificate.notAfterMs - at);
  return makeIntermediate(row.cluster_id, request.publicKey, certificate, key, lifeMs, at);
}

function requireRoots(roots: CARoots): void {
  const isList = Array.isArray(roots?.Roots) && roots.Roots.length <= MAX_CA_ROOTS;
  const isWhole = isList && roots.Roots.every((root) => typeof root?.RootCert === 'string');
  if (!isWhole || typeof roots.TrustDomain !== 'string') throw badRequest('roots are missing');
}

function setTxn(
  tx: WriteTxn,
  { roots, certificate }: { roots: CARoots; certificate: string },
  context: EndpointContext,
): void {
  const before = readCAConfig(tx.sql);
  const parsed = reading(() => parseCertificate(certificate));
  const key = keyOf(tx, before, parsed);
  const active = roots.Roots.find(({ Active }) => Active);
  if (active === undefined) throw badRequest('no root is active');
  const clusterID = clusterOf(roots.TrustDomain);
  const config = before?.config ?? canonicalJSON({ ...INITIAL_CONFIG, ...context.connect.config });
  setCAConfigTxn(
    tx,
    toSetup(clusterID, BUILTIN_PROVIDER, config, false, { key, certificate: parsed }),
  );
  replaceRootsTxn(
    tx,
    roots.Roots.map((root) => toRow(root, clusterID, root === active ? parsed : undefined)),
    active.ID,
  );
}

/** The key that was asked for, or the one in use, whose certificate came twice. */
function keyOf(
  tx: WriteTxn,
  before: CAConfigRow | undefined,
  certificate: Certificate,
): SigningKey {
  const texts = [readPendingKey(tx.sql), before?.signing_key];
  const wanted = renderHex(certificate.publicKey);
  for (const text of texts) {
    if (text === undefined) continue;
    const key = restoreKey(text);
    if (renderHex(key.publicKey) === wanted) return key;
  }
  throw invalid('the certificate is not for a key of this datacenter');
}

/** @param own the certificate of this datacenter, which its leaves bring along before the bridges */
function toRow(root: CARoot, clusterID: string, own: Certificate | undefined): NewRoot {
  const certificate = reading(() => parseCertificate(root.RootCert));
  const bridges = (root.IntermediateCerts ?? []).map(
    (pem) => reading(() => parseCertificate(pem)).pem,
  );
  return describeRoot(certificate, clusterID, own === undefined ? bridges : [own.pem, ...bridges]);
}
