/** Who a certificate names. The chain behind it is verified by TLS, not here. */
import { type ServiceIdentity, parseIdentity } from '../../protocol/spiffe-id.ts';

export interface ServicePeer extends ServiceIdentity {
  /** As the certificate has it. */
  readonly uri: string;
}

/** @param alternativeNames as Node renders them: `URI:spiffe://…`. @returns undefined unless one service is named, and nothing else */
export function servicePeer(alternativeNames: string | undefined): ServicePeer | undefined {
  // Several are joined by commas, and one that holds a comma is quoted: neither is a service's.
  const uri = /^URI:([^",\s]+)$/.exec(alternativeNames ?? '')?.[1];
  const identity = uri === undefined ? undefined : parseIdentity(uri);
  if (uri === undefined || identity?.kind !== 'service' || identity.host === '') return undefined;
  return { uri, ...identity };
}

/** Names are compared as Consul's catalog compares them: without regard to case. */
export function isService(
  peer: ServicePeer,
  wanted: { readonly service: string; readonly datacenter: string },
): boolean {
  return (
    peer.namespace.toLowerCase() === 'default' &&
    peer.service.toLowerCase() === wanted.service.toLowerCase() &&
    peer.datacenter.toLowerCase() === wanted.datacenter.toLowerCase()
  );
}
