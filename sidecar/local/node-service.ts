/**
 * From a definition to the service as it stands in the catalog (agent/structs,
 * ServiceDefinition.NodeService).
 */
import { isIPv4, isIPv6 } from 'node:net';
import type { ServiceDefinition } from '../../protocol/types/agent.ts';
import type { ConnectProxyConfig, ServiceAddress, Weights } from '../../protocol/types/catalog.ts';
import type { LocalService } from './entries.ts';

const DEFAULT_WEIGHTS: Weights = { Passing: 1, Warning: 1 };

/** All gateways, the API gateway included. */
export const isGatewayKind = (kind: string): boolean => kind.endsWith('-gateway');

/** Defaults are filled in; nothing is judged. */
export function toNodeService(definition: ServiceDefinition): LocalService {
  const address = definition.Address ?? '';
  const port = definition.Port ?? 0;
  const tagged = { ...addressFamilies(address, port), ...definition.TaggedAddresses };
  const locality = definition.Locality;
  return {
    ...(definition.Kind ? { Kind: definition.Kind } : {}),
    ID: definition.ID || definition.Name,
    Service: definition.Name,
    Tags: definition.Tags ?? [],
    Address: address,
    ...(Object.keys(tagged).length > 0 ? { TaggedAddresses: tagged } : {}),
    // Absent metadata is null in the catalog, given empty metadata is empty: clients see the
    // difference.
    Meta: definition.Meta ?? null,
    Port: port,
    Weights: weightsOf(definition.Weights),
    EnableTagOverride: definition.EnableTagOverride ?? false,
    Proxy: normalizeProxy(definition.Proxy),
    Connect: definition.Connect?.Native ? { Native: true } : {},
    PeerName: '',
    ...(locality ? { Locality: locality } : {}),
    ...(definition.SocketPath ? { SocketPath: definition.SocketPath } : {}),
  };
}

/** A given object counts as a whole: what it leaves out is 0. */
function weightsOf(given: Partial<Weights> | undefined): Weights {
  if (given === undefined) return DEFAULT_WEIGHTS;
  return { Passing: given.Passing ?? 0, Warning: given.Warning ?? 0 };
}

/** An IP address is also the lan and wan address of its family. */
function addressFamilies(address: string, port: number): Record<string, ServiceAddress> {
  const family = isIPv4(address) ? 'ipv4' : isIPv6(address) ? 'ipv6' : null;
  if (family === null) return {};
  return {
    [`lan_${family}`]: { Address: address, Port: port },
    [`wan_${family}`]: { Address: address, Port: port },
  };
}

/** The parts that every proxy configuration has in answers, and the defaults of its upstreams. */
export function normalizeProxy(proxy: ConnectProxyConfig | undefined): ConnectProxyConfig {
  const upstreams = proxy?.Upstreams?.map((upstream) => ({
    ...withoutEmpty(upstream),
    DestinationType: upstream['DestinationType'] || 'service',
    MeshGateway: upstream['MeshGateway'] ?? {},
  }));
  return {
    ...withoutEmpty(proxy ?? {}),
    ...(upstreams !== undefined && upstreams.length > 0 ? { Upstreams: upstreams } : {}),
    Mode: proxy?.Mode ?? '',
    MeshGateway: proxy?.MeshGateway ?? {},
    Expose: proxy?.Expose ?? {},
  };
}

/** Without the members that Go's omitempty leaves out. */
function withoutEmpty(value: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(value).filter(([, item]) => {
      if (item === null || item === undefined || item === '' || item === 0 || item === false) {
        return false;
      }
      return typeof item !== 'object' || Object.keys(item).length > 0;
    }),
  );
}
