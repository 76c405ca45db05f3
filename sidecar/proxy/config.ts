/** What a proxy is to do (Consul: connect/proxy/config.go). */
import { splitHostPort } from '../lib/host-port.ts';
import {
  CONNECT_TIMEOUT_MS,
  HANDSHAKE_TIMEOUT_MS,
  LOCAL_CONNECT_TIMEOUT_MS,
  MAX_CONNECTIONS,
} from './limits.ts';

export interface PublicListenerConfig {
  readonly bindAddress: string;
  readonly bindPort: number;
  readonly local: LocalService;
  readonly localConnectTimeoutMs: number;
  readonly handshakeTimeoutMs: number;
  readonly maxConnections: number;
}

/** Where the service itself listens. */
export type LocalService =
  | { readonly host: string; readonly port: number }
  | { readonly path: string };

export interface UpstreamConfig {
  readonly type: 'service' | 'prepared_query';
  readonly name: string;
  /** '' is the agent's own. */
  readonly datacenter: string;
  readonly bindAddress: string;
  readonly bindPort: number;
  /** Instead of address and port. */
  readonly socketPath: string;
  readonly socketMode: number | undefined;
  readonly connectTimeoutMs: number;
}

export interface ProxyConfig {
  /** The service that it stands for: its certificates name that one. */
  readonly service: string;
  /** None for a proxy that only calls. */
  readonly publicListener: PublicListenerConfig | undefined;
  readonly upstreams: readonly UpstreamConfig[];
}

/** As Consul's log calls the listener: `127.0.0.1:9191->service:default/default/db`. */
export function upstreamName(upstream: UpstreamConfig): string {
  const { type, name, bindAddress, bindPort, socketPath } = upstream;
  const bound = socketPath || `${bindAddress}:${bindPort}`;
  return `${bound}->${type}:default/default/${name}`;
}

/** The part of GET /v1/agent/service/:id that matters here. */
export interface RegisteredProxy {
  readonly ID: string;
  readonly Kind?: string;
  readonly Address?: string;
  readonly Port?: number;
  readonly Proxy?: {
    readonly DestinationServiceName?: string;
    readonly LocalServiceAddress?: string;
    readonly LocalServicePort?: number;
    readonly LocalServiceSocketPath?: string;
    readonly Config?: Readonly<Record<string, unknown>> | null;
    readonly Upstreams?: readonly RegisteredUpstream[] | null;
  };
}

interface RegisteredUpstream {
  readonly DestinationType?: string;
  readonly DestinationName?: string;
  readonly Datacenter?: string;
  readonly LocalBindAddress?: string;
  readonly LocalBindPort?: number;
  readonly LocalBindSocketPath?: string;
  readonly LocalBindSocketMode?: string;
  readonly CentrallyConfigured?: boolean;
  readonly Config?: Readonly<Record<string, unknown>> | null;
}

/** @throws Error when the registration is no proxy's */
export function configOfRegistration(registered: RegisteredProxy): ProxyConfig {
  const { Proxy: proxy } = registered;
  if (registered.Kind !== 'connect-proxy' || !proxy?.DestinationServiceName) {
    throw new Error(`service ${registered.ID} is no proxy`);
  }
  const config = proxy.Config ?? {};
  const bindPort = positive(config.bind_port) ?? registered.Port ?? 0;
  const local = localOf(registered);
  return {
    service: proxy.DestinationServiceName,
    publicListener:
      bindPort === 0 || local === undefined
        ? undefined
        : {
            bindAddress: text(config.bind_address) || registered.Address || '0.0.0.0',
            bindPort,
            local,
            localConnectTimeoutMs:
              positive(config.local_connect_timeout_ms) ?? LOCAL_CONNECT_TIMEOUT_MS,
            handshakeTimeoutMs: positive(config.handshake_timeout_ms) ?? HANDSHAKE_TIMEOUT_MS,
            maxConnections: Math.min(
              positive(config.max_inbound_connections) ?? MAX_CONNECTIONS,
              MAX_CONNECTIONS,
            ),
          },
    upstreams: (proxy.Upstreams ?? []).filter(isListener).map(upstreamOf),
  };
}

/** What central configuration says of destinations that nobody listens for here is Envoy's to use. */
function isListener({ LocalBindPort, LocalBindSocketPath }: RegisteredUpstream): boolean {
  return (LocalBindPort ?? 0) > 0 || Boolean(LocalBindSocketPath);
}

function localOf({ Proxy: proxy }: RegisteredProxy): LocalService | undefined {
  const named = text(proxy?.Config?.local_service_address);
  if (named !== '') return parseHostPort(named);
  if (proxy?.LocalServiceSocketPath) return { path: proxy.LocalServiceSocketPath };
  const port = proxy?.LocalServicePort ?? 0;
  return port > 0 ? { host: proxy?.LocalServiceAddress || '127.0.0.1', port } : undefined;
}

function upstreamOf(upstream: RegisteredUpstream): UpstreamConfig {
  const mode = upstream.LocalBindSocketMode;
  return {
    type: upstream.DestinationType === 'prepared_query' ? 'prepared_query' : 'service',
    name: upstream.DestinationName ?? '',
    datacenter: upstream.Datacenter ?? '',
    bindAddress: upstream.LocalBindAddress || '127.0.0.1',
    bindPort: upstream.LocalBindPort ?? 0,
    socketPath: upstream.LocalBindSocketPath ?? '',
    socketMode: mode && /^[0-7]+$/.test(mode) ? Number.parseInt(mode, 8) : undefined,
    connectTimeoutMs: positive(upstream.Config?.connect_timeout_ms) ?? CONNECT_TIMEOUT_MS,
  };
}

/** `host:port`, `[::1]:port` or `:port`. @throws Error that names the text */
export function parseHostPort(address: string): { host: string; port: number } {
  const split = splitHostPort(address);
  if (split === undefined) throw new Error(`address ${address}: missing port in address`);
  return split;
}

/** Opaque settings come from people: numbers may stand in strings. */
function positive(value: unknown): number | undefined {
  const number = typeof value === 'string' ? Number(value) : value;
  return typeof number === 'number' && number > 0 && Number.isFinite(number)
    ? Math.trunc(number)
    : undefined;
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
