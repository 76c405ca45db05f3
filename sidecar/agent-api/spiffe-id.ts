/** Names of the mesh in certificates: URIs of the scheme `spiffe` (Consul: agent/connect/uri.go). */

export interface ServiceIdentity {
  readonly partition: string;
  readonly namespace: string;
  readonly datacenter: string;
  readonly service: string;
}

const SERVICE = /^(?:\/ap\/([^/]+))?\/ns\/([^/]+)\/dc\/([^/]+)\/svc\/([^/]+)$/;
/** Agents, mesh gateways and the servers of a datacenter. */
const OTHERS = [
  /^(?:\/ap\/[^/]+)?\/agent\/client\/dc\/[^/]+\/id\/[^/]+$/,
  /^(?:\/ap\/[^/]+)?\/gateway\/mesh\/dc\/[^/]+$/,
  /^\/agent\/server\/dc\/[^/]+$/,
];
/** The authority that signs certificates is called by its trust domain alone. */
const TRUST_DOMAIN = /^[^/]+\.consul$/;

const DEFAULT_PARTITION = 'default';

/** @returns 'other' for an identity of the mesh that is no service's, undefined for what is none at all */
export function parseIdentity(uri: string): ServiceIdentity | 'other' | undefined {
  const parts = /^spiffe:\/\/([^/?#]*)([^?#]*)$/i.exec(uri);
  if (parts === null) return undefined;
  const [, host = '', path = ''] = parts;
  const found = SERVICE.exec(path);
  if (found !== null) return decodeService(found);
  if (path === '' && TRUST_DOMAIN.test(host)) return 'other';
  return OTHERS.some((pattern) => pattern.test(path)) ? 'other' : undefined;
}

function decodeService(found: RegExpExecArray): ServiceIdentity | undefined {
  try {
    const [partition, namespace, datacenter, service] = found
      .slice(1)
      .map((text: string | undefined) => decodeURIComponent(text ?? DEFAULT_PARTITION));
    return {
      partition: partition!,
      namespace: namespace!,
      datacenter: datacenter!,
      service: service!,
    };
  } catch {
    // A percent sign that escapes nothing.
    return undefined;
  }
}
