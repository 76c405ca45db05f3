/**
 * What Consul refuses in a service's definition, at the agent and in the catalog alike (agent/structs/structs.go,
 * NodeService.Validate). Every fault is listed, in the order and words that clients know.
 */
import { exposedPathFaults, upstreamFaults } from './proxy-faults.ts';
import type { ConnectProxyConfig, Locality, ServiceConnect } from './types/catalog.ts';

/** The parts of a definition that are judged together; absent means empty. */
export interface JudgedService {
  readonly Kind?: string;
  readonly Port?: number;
  readonly SocketPath?: string;
  readonly Proxy?: ConnectProxyConfig;
  readonly Connect?: ServiceConnect;
  readonly Locality?: Locality | null;
}

const GATEWAYS: ReadonlySet<string> = new Set([
  'mesh-gateway',
  'terminating-gateway',
  'ingress-gateway',
  'api-gateway',
]);
/** Their listeners come from configuration entries, so they need no port of their own. */
const PORTLESS_GATEWAYS: ReadonlySet<string> = new Set(['ingress-gateway', 'api-gateway']);

/** All faults of a service whose port, if it is to have one, is known. */
export function serviceFaults(service: JudgedService): string[] {
  const isSilentProxy = service.Kind === 'connect-proxy' && !hasListener(service);
  return [
    ...localityFaults(service.Locality),
    ...(isSilentProxy ? ['Port or SocketPath must be set for a connect-proxy'] : []),
    ...unplacedServiceFaults(service),
  ];
}

/**
 * The faults of a sidecar's definition before the agent gives it a port. Its locality is that of
 * its service and not judged again.
 */
export function unplacedServiceFaults(service: JudgedService): string[] {
  return [
    ...(service.Kind === 'connect-proxy' ? proxyFaults(service) : []),
    ...(GATEWAYS.has(service.Kind ?? '') ? gatewayFaults(service, service.Kind!) : []),
    ...nestedSidecarFaults(service.Connect),
    ...nativeFaults(service),
  ];
}

function hasListener({ Port = 0, SocketPath = '' }: JudgedService): boolean {
  return Port !== 0 || SocketPath !== '';
}

function localityFaults(locality: Locality | null | undefined): string[] {
  return locality?.Zone && !locality.Region ? ['zone cannot be set without region'] : [];
}

function proxyFaults({ Proxy, Connect }: JudgedService): string[] {
  const faults: string[] = [];
  const destination = Proxy?.DestinationServiceName ?? '';
  if (destination.trim() === '') {
    faults.push('Proxy.DestinationServiceName must be non-empty for Connect proxy services');
  }
  if (destination === '*') {
    faults.push('Proxy.DestinationServiceName must not be a wildcard for Connect proxy services');
  }
  if (Connect?.Native) faults.push('A Proxy cannot also be Connect Native, only typical services');
  return [
    ...faults,
    ...upstreamFaults(Proxy?.Upstreams ?? []),
    ...exposedPathFaults(Proxy?.Expose),
  ];
}

const NOT_OF_GATEWAYS = [
  'DestinationServiceName',
  'DestinationServiceID',
  'LocalServiceAddress',
  'LocalServicePort',
  'LocalServiceSocketPath',
] as const;

function gatewayFaults({ Port = 0, Proxy, Connect }: JudgedService, kind: string): string[] {
  const faults: string[] = [];
  if (Port === 0 && !PORTLESS_GATEWAYS.has(kind))
    faults.push(`Port must be non-zero for a ${kind}`);
  if (Connect?.SidecarService) faults.push(`A ${kind} cannot have a sidecar service defined`);
  const misplaced: string[] = NOT_OF_GATEWAYS.filter((field) => Proxy?.[field]);
  if (Proxy?.Upstreams && Proxy.Upstreams.length > 0) misplaced.push('Upstreams');
  const invalid = misplaced.map(
    (field) => `The Proxy.${field} configuration is invalid for a ${kind}`,
  );
  return [...faults, ...invalid];
}

/** A sidecar's ID follows from its service, so that it can be found and removed with it. */
function nestedSidecarFaults(connect: ServiceConnect | undefined): string[] {
  const sidecar = connect?.SidecarService as
    | { readonly ID?: string; readonly Connect?: ServiceConnect }
    | undefined;
  const faults: string[] = [];
  if (sidecar?.ID) {
    faults.push('A SidecarService cannot specify an ID as this is managed by the agent');
  }
  if (sidecar?.Connect?.SidecarService) {
    faults.push('A SidecarService cannot have a nested SidecarService');
  }
  return faults;
}

function nativeFaults(service: JudgedService): string[] {
  return service.Connect?.Native && !hasListener(service)
    ? ['Port or SocketPath must be set for a Connect native service.']
    : [];
}
