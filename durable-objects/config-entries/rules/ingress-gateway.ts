/** Rules of `ingress-gateway`. */
import type { Entry } from '../../../protocol/config-entries/kinds.ts';
import type {
  IngressListener,
  IngressService,
  IngressTLS,
} from '../../../protocol/config-entries/kinds/ingress-gateway.ts';
import type { HeaderModifiers } from '../../../protocol/config-entries/kinds/parts.ts';
import { invalid } from '../../../protocol/errors.ts';
import { isHTTPLike } from '../../discovery-chain/chain-entries.ts';
import { type KindRules, quote, validateMeta } from '../kind-rules.ts';
import { hasInnerWildcard, isDomainName } from './host-name.ts';
import { validateTLS } from './tls.ts';

type IngressGateway = Entry<'ingress-gateway'>;

const PROTOCOLS: readonly string[] = ['tcp', 'http', 'http2', 'grpc'];

export const ingressGateway: KindRules<'ingress-gateway'> = {
  normalize(entry) {
    for (const listener of entry.Listeners ?? []) {
      listener.Protocol = (listener.Protocol || 'tcp').toLowerCase();
    }
  },
  validate(entry) {
    validateMeta(entry.Meta);
    validateGatewayTLS(entry.TLS ?? {});
    const ports = new Set<number>();
    for (const listener of entry.Listeners ?? []) {
      const port = listener.Port ?? 0;
      if (ports.has(port)) throw invalid(`port ${port} declared on two listeners`);
      ports.add(port);
      validateListener(entry, listener);
    }
  },
};

function validateGatewayTLS(tls: IngressTLS): void {
  validateTLS({ min: tls.TLSMinVersion, max: tls.TLSMaxVersion, suites: tls.CipherSuites });
}

function validateListener(entry: IngressGateway, listener: IngressListener): void {
  const { Port = 0, Protocol = '', Services = [], TLS } = listener;
  if (!PROTOCOLS.includes(Protocol)) {
    throw invalid(
      `protocol must be 'tcp', 'http', 'http2', or 'grpc'. '${Protocol}' is an unsupported protocol`,
    );
  }
  if (Services.length === 0) throw invalid(`No service declared for listener with port ${Port}`);
  if (!isHTTPLike(Protocol) && Services.length > 1) {
    throw invalid(
      "Multiple services per listener are only supported for L7 protocols, 'http', 'grpc' and 'http2' " +
        `(listener on port ${Port})`,
    );
  }
  if (TLS !== undefined) validateGatewayTLS(TLS);
  const names = new Set<string>();
  const hosts = new Set<string>();
  for (const service of Services) {
    validateService(listener, service);
    const name = service.Name!;
    if (names.has(name)) {
      throw invalid(`Service ${name} cannot be added multiple times (listener on port ${Port})`);
    }
    names.add(name);
    validateSDS(entry, listener, service);
    for (const host of service.Hosts ?? []) {
      if (hosts.has(host)) {
        throw invalid(`Hosts must be unique within a specific listener (listener on port ${Port})`);
      }
      hosts.add(host);
      validateHost(entry.TLS?.Enabled === true, host);
    }
  }
}

function validateService(
  { Port = 0, Protocol = '' }: IngressListener,
  service: IngressService,
): void {
  const { Name = '', Hosts = [], RequestHeaders, ResponseHeaders } = service;
  const where = `(listener on port ${Port})`;
  for (const [which, headers] of Object.entries({
    request: RequestHeaders,
    response: ResponseHeaders,
  })) {
    if (isHTTPLike(Protocol) || !modifies(headers)) continue;
    throw invalid(
      `${which} headers only valid for http, http2 and grpc protocols (service ${quote(Name)} on listener on port ${Port})`,
    );
  }
  if (Protocol === 'tcp' && Name === '*') {
    throw invalid(`Wildcard service name is only valid for protocol = 'http' ${where}`);
  }
  if (Protocol === 'tcp' && Hosts.length > 0) {
    throw invalid(
      `Associating hosts to a service is not supported for the ${Protocol} protocol ${where}`,
    );
  }
  if (Name === '') throw invalid(`Service name cannot be blank ${where}`);
  if (Name === '*' && Hosts.length > 0) {
    throw invalid(`Associating hosts to a wildcard service is not supported ${where}`);
  }
}

function modifies(headers: HeaderModifiers | undefined): boolean {
  return [headers?.Add, headers?.Set, headers?.Remove].some(
    (part) => Object.keys(part ?? {}).length > 0,
  );
}

/** Certificates from a discovery service: a cluster and a name in it, each at some level. */
function validateSDS(
  entry: IngressGateway,
  listener: IngressListener,
  service: IngressService,
): void {
  const gateway = entry.TLS?.SDS ?? {};
  const own = listener.TLS?.SDS ?? {};
  const port = listener.Port ?? 0;
  const where = `(listener on port ${port})`;
  if (!gateway.ClusterName && gateway.CertResource) {
    throw invalid('TLS.SDS.ClusterName is required if CertResource is set');
  }
  if (gateway.ClusterName && !gateway.CertResource && !own.CertResource) {
    throw invalid(`TLS.SDS.CertResource is required if ClusterName is set for gateway ${where}`);
  }
  if (own.ClusterName && !own.CertResource) {
    throw invalid(`TLS.SDS.CertResource is required if ClusterName is set for listener ${where}`);
  }
  if (own.CertResource && !own.ClusterName && !gateway.ClusterName) {
    throw invalid(`TLS.SDS.ClusterName is required if CertResource is set ${where}`);
  }
  const { CertResource, ClusterName } = service.TLS?.SDS ?? {};
  if (!CertResource) return;
  const named = `(service ${quote(service.Name)} on listener on port ${port})`;
  if ((service.Hosts ?? []).length === 0) {
    throw invalid(
      `A service specifying TLS.SDS.CertResource must have at least one item in Hosts ${named}`,
    );
  }
  if (!ClusterName && !own.ClusterName && !gateway.ClusterName) {
    throw invalid(`TLS.SDS.ClusterName is required if CertResource is set ${named}`);
  }
}

function validateHost(isTLS: boolean, host: string): void {
  if (host === '*') {
    if (!isTLS) return;
    throw invalid(
      "Host '*' is not allowed when TLS is enabled, all hosts must be valid DNS records to add as a DNSSAN",
    );
  }
  if (!isDomainName(host)) throw invalid(`Host ${quote(host)} must be a valid DNS hostname`);
  if (hasInnerWildcard(host)) {
    throw invalid(
      `Host ${quote(host)} is not valid, a wildcard specifier is only allowed as the leftmost label`,
    );
  }
}
