/** Names of the mesh in certificates: URIs of the scheme `spiffe` (Consul: agent/connect/uri.go). */

interface Placed {
  /** The trust domain. */
  readonly host: string;
  readonly partition: string;
  readonly datacenter: string;
}

export interface ServiceIdentity extends Placed {
  readonly kind: 'service';
  readonly namespace: string;
  readonly service: string;
}

export interface AgentIdentity extends Placed {
  readonly kind: 'agent';
  readonly agent: string;
}

/** Mesh gateways of a datacenter have one name together, and so have its servers. */
export interface SharedIdentity extends Placed {
  readonly kind: 'mesh-gateway' | 'server';
}

/** The authority that signs certificates is called by its trust domain alone. */
export interface SigningIdentity {
  readonly kind: 'signing';
  readonly host: string;
}

export type Identity = ServiceIdentity | AgentIdentity | SharedIdentity | SigningIdentity;

const PARTITION = '(?:/ap/(?<partition>[^/]+))?';
const DATACENTER = '/dc/(?<datacenter>[^/]+)';

const FORMS = [
  ['service', `${PARTITION}/ns/(?<namespace>[^/]+)${DATACENTER}/svc/(?<service>[^/]+)`],
  ['agent', `${PARTITION}/agent/client${DATACENTER}/id/(?<agent>[^/]+)`],
  ['mesh-gateway', `${PARTITION}/gateway/mesh${DATACENTER}`],
  ['server', `/agent/server${DATACENTER}`],
] as const;
const PATTERNS = FORMS.map(([kind, form]) => [kind, new RegExp(`^${form}$`)] as const);

/** Trust domains end so, whatever the DNS domain is. */
const SUFFIX = '.consul';
export const DEFAULT_PARTITION = 'default';

/** @returns undefined for what is no name of the mesh */
export function parseIdentity(uri: string): Identity | undefined {
  const parts = /^spiffe:\/\/([^/?#]*)([^?#]*)$/i.exec(uri);
  if (parts === null) return undefined;
  const [, host = '', path = ''] = parts;
  if (path === '' && host.length > SUFFIX.length && host.endsWith(SUFFIX))
    return { kind: 'signing', host };
  for (const [kind, pattern] of PATTERNS) {
    const groups = pattern.exec(path)?.groups;
    if (groups === undefined) continue;
    const names = decodeNames(groups);
    return names && ({ kind, host, ...names } as unknown as Identity);
  }
  return undefined;
}

function decodeNames(groups: Record<string, string | undefined>): object | undefined {
  try {
    const names = Object.entries(groups).map(([name, text]) => [
      name,
      decodeURIComponent(text ?? DEFAULT_PARTITION),
    ]);
    return { partition: DEFAULT_PARTITION, ...Object.fromEntries(names) } as object;
  } catch {
    // A percent sign that escapes nothing.
    return undefined;
  }
}

export const trustDomainOf = (clusterID: string): string => clusterID + SUFFIX;

/** The inverse of `trustDomainOf`. */
export function clusterOf(trustDomain: string): string {
  return trustDomain.endsWith(SUFFIX) ? trustDomain.slice(0, -SUFFIX.length) : trustDomain;
}

export const signingURI = (trustDomain: string): string => `spiffe://${trustDomain}`;

/** @param service with slashes makes what is no name of a service, and is told so: Go's URLs keep them, too */
export function serviceURI(trustDomain: string, datacenter: string, service: string): string {
  const dc = encodeURIComponent(datacenter);
  const name = service.split('/').map(encodeURIComponent).join('/');
  return `spiffe://${trustDomain}/ns/default/dc/${dc}/svc/${name}`;
}

export function meshGatewayURI(trustDomain: string, datacenter: string): string {
  return `spiffe://${trustDomain}/gateway/mesh/dc/${encodeURIComponent(datacenter)}`;
}
