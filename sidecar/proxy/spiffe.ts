/** Who a certificate names (Consul: agent/connect/uri_service.go). The chain behind it is verified by TLS, not here. */

export interface ServicePeer {
  /** As the certificate has it. */
  readonly uri: string;
  readonly namespace: string;
  readonly datacenter: string;
  readonly service: string;
}

const SERVICE_URI =
  /^spiffe:\/\/[^/?#]+(?:\/ap\/[^/]+)?\/ns\/([^/]+)\/dc\/([^/]+)\/svc\/([^/?#]+)$/i;

/** @param alternativeNames as Node renders them: `URI:spiffe://…`. @returns undefined unless one service is named, and nothing else */
export function servicePeer(alternativeNames: string | undefined): ServicePeer | undefined {
  // Several are joined by commas, and one that holds a comma is quoted: neither is a service's.
  const [, uri] = /^URI:([^",\s]+)$/.exec(alternativeNames ?? '') ?? [];
  const parts = uri === undefined ? null : SERVICE_URI.exec(uri);
  if (uri === undefined || parts === null) return undefined;
  try {
    const [namespace, datacenter, service] = parts.slice(1).map(decodeURIComponent);
    return { uri, namespace: namespace!, datacenter: datacenter!, service: service! };
  } catch {
    // A percent sign that escapes nothing.
    return undefined;
  }
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
