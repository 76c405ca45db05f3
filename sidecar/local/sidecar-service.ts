/**
 * A service that registers with `Connect.SidecarService` brings a proxy of its own
 * (agent/sidecar_service.go).
 */
import { badRequest } from '../../protocol/errors.ts';
import type { CheckDefinition, ServiceDefinition } from '../../protocol/types/agent.ts';
import type { ConnectProxyConfig, Weights } from '../../protocol/types/catalog.ts';
import type { LocalService } from './entries.ts';

export interface PortRange {
  readonly min: number;
  readonly max: number;
}

/** Consul's ports.sidecar_min_port and sidecar_max_port. */
export const DEFAULT_SIDECAR_PORTS: PortRange = { min: 21_000, max: 21_255 };

export const sidecarID = (serviceID: string): string => `${serviceID}-sidecar-proxy`;

/** What a caller wrote under `SidecarService`: a service definition with everything optional. */
const given = (definition: ServiceDefinition): Partial<ServiceDefinition> | undefined =>
  definition.Connect?.SidecarService as Partial<ServiceDefinition> | undefined;

/**
 * The sidecar's definition with its defaults, or null when none is asked for.
 *
 * @param port a port for it, when the definition names none
 */
export function sidecarDefinition(
  definition: ServiceDefinition,
  parent: LocalService,
  port: () => number,
): ServiceDefinition | null {
  const asked = given(definition);
  if (asked === undefined) return null;
  return {
    ...asked,
    Kind: asked.Kind || 'connect-proxy',
    ID: sidecarID(parent.ID),
    Name: asked.Name || sidecarID(parent.Service),
    Port: asked.Port !== undefined && asked.Port > 0 ? asked.Port : port(),
    ...(asked.Weights ? { Weights: withPassing(asked.Weights) } : {}),
    Address: asked.Address || parent.Address,
    Tags: asked.Tags ?? parent.Tags,
    ...((asked.Meta ?? parent.Meta) ? { Meta: asked.Meta ?? parent.Meta! } : {}),
    ...(asked.Locality || parent.Locality ? { Locality: asked.Locality ?? parent.Locality! } : {}),
    Proxy: {
      ...asked.Proxy,
      DestinationServiceName: asked.Proxy?.DestinationServiceName || parent.Service,
      DestinationServiceID: asked.Proxy?.DestinationServiceID || parent.ID,
      ...localService(asked.Proxy, parent),
    },
  };
}

/** A sidecar is not refused for a weight of nothing, as other services are. */
const withPassing = ({ Passing = 0, Warning = 0 }: Partial<Weights>): Weights => ({
  Passing: Math.max(1, Passing),
  Warning,
});

/** Where the proxy finds its service: a socket if either of them names one. */
function localService(
  asked: ConnectProxyConfig | undefined,
  parent: LocalService,
): ConnectProxyConfig {
  const socket =
    asked?.LocalServiceSocketPath || (asked?.LocalServicePort ? '' : parent.SocketPath);
  if (socket) return { LocalServiceSocketPath: socket };
  return {
    LocalServiceAddress: asked?.LocalServiceAddress || '127.0.0.1',
    LocalServicePort: asked?.LocalServicePort || parent.Port,
  };
}

/**
 * The checks that a sidecar gets when its definition has none: it listens, and its service is
 * well.
 */
export function defaultSidecarChecks(sidecar: LocalService, parentID: string): CheckDefinition[] {
  const address = sidecar.Address || sidecar.Proxy.LocalServiceAddress || '127.0.0.1';
  return [
    {
      Name: 'Connect Sidecar Listening',
      TCP: `${address.includes(':') ? `[${address}]` : address}:${sidecar.Port}`,
      Interval: '10s',
    },
    { Name: `Connect Sidecar Aliasing ${parentID}`, AliasService: parentID },
  ];
}

/**
 * The first port of the range that no local service has. Whether a program listens there is not
 * looked at: the proxy will say so itself.
 *
 * @throws RPCError bad-request when all are taken
 */
export function freeSidecarPort(range: PortRange, taken: ReadonlySet<number>): number {
  for (let port = range.min; port <= range.max; port++) if (!taken.has(port)) return port;
  throw badRequest(
    `Invalid SidecarService: unable to allocate port for sidecar proxy: none left in range [${range.min}, ${range.max}]`,
  );
}
