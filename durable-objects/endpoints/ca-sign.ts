/** Signing of leaf certificates (Consul: agent/consul/leader_connect_ca.go, AuthorizeAndSignCertificate). */
import { RPCError, badRequest, invalid } from '../../protocol/errors.ts';
import { type Identity, parseIdentity, trustDomainOf } from '../../protocol/spiffe-id.ts';
import type { IssuedCert } from '../../protocol/types/connect.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import { renderTime, restoreSigner } from '../ca/authority.ts';
import { storedSettings, toMs } from '../ca/ca-settings.ts';
import { parseCertificate } from '../ca/certificate.ts';
import { type CertificateRequest, parseCSR } from '../ca/csr.ts';
import { makeLeaf } from '../ca/leaf.ts';
import { orRefuse } from '../ca/or-refuse.ts';
import { renderHex } from '../ca/public-key.ts';
import { type CAConfigRow, bridgesOf, readCARoots } from '../state/ca.ts';
import { requireAuthority, requireConnect } from './connect-guard.ts';
import type { EndpointContext, WriteEndpoints } from './endpoint.ts';

export const caSignWrites: WriteEndpoints<'connect.sign'> = {
  'connect.sign': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, { csr }, authorizer) {
      requireConnect(context);
      const row = requireAuthority(context);
      const request = orRefuse(
        (fault) => badRequest(`invalid CSR: ${fault}`),
        () => parseCSR(csr),
      );
      const identity = requireIdentity(request);
      authorize(authorizer, identity, context.datacenter);
      requireTrustDomain(identity, row);
      const settings = storedSettings(row.config);
      if (!context.csrLimiter.take(settings.CSRMaxPerSecond, context.now())) {
        throw new RPCError('overloaded', 'Rate limit reached, try again later');
      }
      return { csr, issued: issue(context, row, request, identity, toMs(settings.LeafCertTTL)) };
    },
    apply(tx, { issued }) {
      const { SerialNumber, ValidBefore, ...names } = issued!;
      tx.record({
        kind: 'ca-leaf.sign',
        key: names.ServiceURI ?? names.AgentURI ?? names.KindURI ?? names.ServerURI ?? '',
        previousIndex: 0,
        value: JSON.stringify({ SerialNumber, ValidBefore }),
      });
      return JSON.stringify({ ...issued!, CreateIndex: tx.index, ModifyIndex: tx.index });
    },
  },
};

/** @throws RPCError invalid, in Consul's words */
function requireIdentity({ uris, emails }: CertificateRequest): Identity {
  if (uris.length !== 1) {
    throw invalid(`CSR SAN contains an invalid number of URIs: ${uris.length}`);
  }
  if (emails.length > 0) throw invalid('CSR SAN does not allow specifying email addresses');
  const identity = parseIdentity(uris[0]!);
  if (identity === undefined) {
    throw invalid(`SPIFFE ID is not in the expected format: ${uris[0]!}`);
  }
  return identity;
}

/** @throws RPCError forbidden, or invalid for names of another place */
function authorize(authorizer: Authorizer, identity: Identity, datacenter: string): void {
  switch (identity.kind) {
    case 'service':
      authorizer.serviceWrite(identity.service);
      break;
    case 'agent':
      authorizer.nodeWrite(identity.agent);
      break;
    case 'mesh-gateway':
      authorizer.meshWrite();
      break;
    case 'server':
      authorizer.aclWrite();
      break;
    default:
      throw invalid('SPIFFE ID in CSR must be a service, mesh-gateway, or agent ID');
  }
  if (identity.datacenter !== datacenter) {
    const where = `${identity.datacenter}, we are ${datacenter}`;
    throw invalid(`SPIFFE ID in CSR from a different datacenter: ${where}`);
  }
  const inDefault = identity.kind !== 'service' || identity.namespace === 'default';
  if (identity.partition !== 'default' || !inDefault) {
    throw invalid('SPIFFE ID in CSR of a partition or namespace that does not exist here');
  }
}

function requireTrustDomain({ host }: Identity, { cluster_id }: CAConfigRow): void {
  const own = trustDomainOf(cluster_id);
  if (host.toLowerCase() === own.toLowerCase()) return;
  throw invalid(`SPIFFE ID in CSR from a different trust domain: ${host}, we are ${own}`);
}

function issue(
  { sql, now }: EndpointContext,
  row: CAConfigRow,
  request: CertificateRequest,
  identity: Identity,
  ttlMs: number,
): IssuedCert {
  const { key, certificate } = restoreSigner(row);
  const at = now();
  if (at > certificate.notAfterMs) {
    throw invalid(`certificate expired, expiration date: ${renderTime(certificate.notAfterMs)}`);
  }
  const uri = request.uris[0]!;
  // What outlives its signer is worth nothing in its last days, and would be renewed too late.
  const lifeMs = Math.min(ttlMs, certificate.notAfterMs - at);
  const pem = makeLeaf(request, uri, certificate, key, lifeMs, at);
  const leaf = parseCertificate(pem);
  const active = readCARoots(sql).find((root) => root.active === 1);
  const bridges = active === undefined ? [] : bridgesOf(active);
  return {
    SerialNumber: renderHex(leaf.serial),
    CertPEM: [pem, ...bridges.filter((bridge) => parseCertificate(bridge).notAfterMs > at)].join(
      '',
    ),
    ...namesOf(identity, uri),
    ValidAfter: renderTime(leaf.notBeforeMs),
    ValidBefore: renderTime(leaf.notAfterMs),
    CreateIndex: 0,
    ModifyIndex: 0,
  };
}

function namesOf(identity: Identity, uri: string): Partial<IssuedCert> {
  switch (identity.kind) {
    case 'service':
      return { Service: identity.service, ServiceURI: uri };
    case 'agent':
      return { Agent: identity.agent, AgentURI: uri };
    case 'mesh-gateway':
      return { Kind: 'mesh-gateway', KindURI: uri };
    default:
      return { ServerURI: uri };
  }
}
