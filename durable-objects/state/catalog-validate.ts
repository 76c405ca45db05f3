/**
 * What Consul refuses in a service's definition (agent/structs/structs.go, NodeService.Validate,
 * and agent/structs/connect_proxy_config.go). Every fault is listed, in the form that clients know.
 */
import { invalid } from '../../protocol/errors.ts';
import { renderFaults } from '../../protocol/multi-error.ts';
import type { Locality } from '../../protocol/types/catalog.ts';
import type { ServiceInput } from './services-content.ts';

type Upstream = Record<string, unknown>;

const GATEWAYS: ReadonlySet<string> = new Set([
  'mesh-gateway',
  'terminating-gateway',
  'ingress-gateway',
  'api-gateway',
]);
/** Their listeners come from configuration entries, so they need no port of their own. */
const PORTLESS_GATEWAYS: ReadonlySet<string> = new Set(['ingress-gateway', 'api-gateway']);

/** @throws RPCError with every fault of the definition */
export function validateService(service: ServiceInput): void {
  const faults = [
    ...proxyFaults(service),
    ...gatewayFaults(service),
    ...nativeFaults(service),
    ...localityFaults(service.Locality),
  ];
  if (faults.length > 0) throw invalid(renderFaults(faults));
}

function hasListener(service: ServiceInput): boolean {
  return (service.Port ?? 0) !== 0 || (service.SocketPath ?? '') !== '';
}

function proxyFaults(service: ServiceInput): string[] {
  if (service.Kind !== 'connect-proxy') return [];
  const faults: string[] = [];
  const destination = service.Proxy?.DestinationServiceName ?? '';
  if (!hasListener(service)) faults.push('Port or SocketPath must be set for a connect-proxy');
  if (destination === '') {
    faults.push('Proxy.DestinationServiceName must be non-empty for Connect proxy services');
  }
  if (destination === '*') {
    faults.push('Proxy.DestinationServiceName must not be a wildcard for Connect proxy services');
  }
  if (service.Connect?.Native)
    faults.push('A Proxy cannot also be Connect Native, only typical services');
  faults.push(...upstreamFaults(service.Proxy?.Upstreams ?? []));
  faults.push(...exposeFaults(service.Proxy?.Expose));
  return faults;
}

function upstreamFaults(upstreams: readonly Upstream[]): string[] {
  const faults: string[] = [];
  const destinations = new Set<string>();
  const addresses = new Set<string>();
  for (const upstream of upstreams) {
    faults.push(...singleUpstreamFaults(upstream ?? {}));
    const identity = describeUpstream(upstream ?? {});
    if (destinations.has(identity))
      faults.push(`upstreams cannot contain duplicates of ${identity}`);
    destinations.add(identity);
    const address = bindAddress(upstream ?? {});
    if (address === '') continue;
    if (addresses.has(address) && !faults.some((fault) => fault.includes('duplicates of'))) {
      faults.push(
        'upstreams cannot contain duplicates by local bind address and port or unix path; ' +
          `${JSON.stringify(address)} is specified twice`,
      );
    }
    addresses.add(address);
  }
  return faults;
}

function singleUpstreamFaults(upstream: Upstream): string[] {
  const type = text(upstream.DestinationType);
  const name = text(upstream.DestinationName);
  const central = upstream.CentrallyConfigured === true;
  if (type !== '' && type !== 'service' && type !== 'prepared_query') {
    return [`unknown upstream destination type: ${JSON.stringify(type)}`];
  }
  if (name === '') return ['upstream destination name cannot be empty'];
  if (name === '*' && !central) return ['upstream destination name cannot be a wildcard'];
  if (text(upstream.DestinationPeer) !== '' && text(upstream.Datacenter) !== '') {
    return ['upstream cannot specify both destination peer and datacenter'];
  }
  const port = Number(upstream.LocalBindPort ?? 0) !== 0;
  const path = text(upstream.LocalBindSocketPath) !== '';
  if (!port && !path && !central) {
    return ['upstream local bind port or local socket path must be defined and nonzero'];
  }
  if (port && path) {
    return ['only one of upstream local bind port or local socket path can be defined and nonzero'];
  }
  return [];
}

function describeUpstream(upstream: Upstream): string {
  const part = (label: string, field: string) =>
    `${label}=${JSON.stringify(text(upstream[field]))}`;
  const parts = [
    part('type', 'DestinationType'),
    part('name', 'DestinationName'),
    part('partition', 'DestinationPartition'),
    part('namespace', 'DestinationNamespace'),
    part('peer', 'DestinationPeer'),
    part('datacenter', 'Datacenter'),
  ];
  return `[${parts.join(', ')}]`;
}

/** Where the proxy listens for an upstream; '' when it does not say. */
function bindAddress(upstream: Upstream): string {
  const path = text(upstream.LocalBindSocketPath);
  if (path !== '') return path;
  const port = Number(upstream.LocalBindPort ?? 0);
  return port === 0 ? '' : `${text(upstream.LocalBindAddress) || '127.0.0.1'}:${port}`;
}

const MAX_PORT = 65_535;

function exposeFaults(expose: Record<string, unknown> | undefined): string[] {
  const paths = (expose?.Paths ?? []) as Record<string, unknown>[];
  const faults: string[] = [];
  const seen = new Set<number>();
  for (const path of paths) {
    const port = Number(path.ListenerPort ?? 0);
    if (text(path.Path) === '') faults.push('expose.paths: empty path exposed');
    if (seen.has(port)) faults.push(`expose.paths: duplicate listener ports exposed: ${port}`);
    seen.add(port);
    if (port <= 0 || port > MAX_PORT) faults.push(`expose.paths: invalid listener port: ${port}`);
  }
  return faults;
}

function gatewayFaults(service: ServiceInput): string[] {
  const kind = service.Kind ?? '';
  if (!GATEWAYS.has(kind)) return [];
  const faults: string[] = [];
  if (!PORTLESS_GATEWAYS.has(kind) && (service.Port ?? 0) === 0) {
    faults.push(`Port must be non-zero for a ${kind}`);
  }
  for (const field of ['DestinationServiceName', 'DestinationServiceID', 'LocalServiceAddress']) {
    if (text(service.Proxy?.[field]) !== '') faults.push(invalidForGateway(field, kind));
  }
  if ((service.Proxy?.LocalServicePort ?? 0) !== 0)
    faults.push(invalidForGateway('LocalServicePort', kind));
  if (text(service.Proxy?.LocalServiceSocketPath) !== '') {
    faults.push(invalidForGateway('LocalServiceSocketPath', kind));
  }
  if (service.Connect?.SidecarService)
    faults.push(`A ${kind} cannot have a sidecar service defined`);
  if ((service.Proxy?.Upstreams ?? []).length > 0)
    faults.push(invalidForGateway('Upstreams', kind));
  return faults;
}

function invalidForGateway(field: string, kind: string): string {
  return `The Proxy.${field} configuration is invalid for a ${kind}`;
}

function nativeFaults(service: ServiceInput): string[] {
  if (!service.Connect?.Native || service.Kind === 'connect-proxy' || hasListener(service))
    return [];
  return ['Port or SocketPath must be set for a Connect native service.'];
}

function localityFaults(locality: Locality | undefined): string[] {
  return locality?.Zone && !locality.Region ? ['zone cannot be set without region'] : [];
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
