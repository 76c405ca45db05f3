/**
 * A proxy's registration with what configuration entries say of it laid under: `proxy-defaults/global`, and the
 * `service-defaults` of the service that it is the proxy of (Consul: agent/configentry/merge_service_config.go).
 *
 * What the registration says wins; between the entries, the service's.
 */
import type { Entry } from '../../protocol/config-entries/kinds.ts';
import type { ConnectProxyConfig } from '../../protocol/types/catalog.ts';
import { renderProxy } from './catalog-proxy.ts';
import { mergeUpstreams } from './central-upstreams.ts';
import type { ChainEntries } from '../discovery-chain/chain-entries.ts';
import type { ServiceRow } from './services-rows.ts';

type Fields = Record<string, unknown>;

/** What a registration says that has to do with its proxy. */
export interface ProxyRegistration {
  readonly kind: string;
  readonly name: string;
  readonly proxy: ConnectProxyConfig;
}

/** The row as it stands for a service of its own; with the merged `proxy` for a sidecar or a gateway. */
export function withCentralConfig(entries: ChainEntries, row: ServiceRow): ServiceRow {
  if (row.kind === '') return row;
  const { kind, name } = row;
  const proxy = JSON.parse(row.proxy) as ConnectProxyConfig;
  return { ...row, proxy: renderCentralProxy(entries, { kind, name, proxy }) };
}

/** The merged configuration of a sidecar or a gateway, as the catalog holds it. */
export function renderCentralProxy(entries: ChainEntries, registered: ProxyRegistration): string {
  const { kind, name, proxy } = registered;
  const service = kind === 'connect-proxy' ? (proxy.DestinationServiceName ?? name) : name;
  const proxyDefaults = entries.find('proxy-defaults', 'global');
  const serviceDefaults = entries.find('service-defaults', service);
  const central = resolve(proxyDefaults, serviceDefaults);
  const Mode = proxy.Mode || central.Mode;
  const gatewayMode = central.MeshGateway.Mode;
  const Upstreams = mergeUpstreams(
    {
      entries,
      proxyDefaults,
      serviceDefaults,
      gatewayMode,
      isTransparent: proxy.Mode === 'transparent' || central.Mode === 'transparent',
    },
    proxy,
    Mode,
  );
  return renderProxy({
    ...proxy,
    Mode,
    Upstreams,
    Config: fillIn(proxy.Config ?? {}, central.Config),
    Expose: fillIn(proxy.Expose ?? {}, central.Expose),
    AccessLogs: fillIn((proxy.AccessLogs ?? {}) as Fields, central.AccessLogs),
    TransparentProxy: fillIn(proxy.TransparentProxy ?? {}, central.TransparentProxy),
    MeshGateway: fillIn(proxy.MeshGateway ?? {}, central.MeshGateway),
    EnvoyExtensions: central.EnvoyExtensions,
  });
}

interface CentralConfig {
  readonly Mode: string;
  readonly Config: Fields;
  readonly Expose: Fields;
  readonly AccessLogs: Fields;
  readonly TransparentProxy: Fields;
  readonly MeshGateway: { readonly Mode: string };
  readonly EnvoyExtensions: readonly object[];
}

function resolve(
  proxy: Entry<'proxy-defaults'> | undefined,
  service: Entry<'service-defaults'> | undefined,
): CentralConfig {
  return {
    Mode: service?.Mode || proxy?.Mode || '',
    Config: { ...proxy?.Config, ...settingsOf(service) },
    Expose: fillIn(service?.Expose ?? {}, proxy?.Expose ?? {}),
    AccessLogs: proxy?.AccessLogs ?? {},
    TransparentProxy: fillIn(service?.TransparentProxy ?? {}, proxy?.TransparentProxy ?? {}),
    MeshGateway: { Mode: service?.MeshGateway?.Mode || proxy?.MeshGateway?.Mode || '' },
    // The proxies' go first, so that the service's see what they did.
    EnvoyExtensions: [...(proxy?.EnvoyExtensions ?? []), ...(service?.EnvoyExtensions ?? [])].map(
      ({ Name, Required, Arguments }) => ({ Name, Required, Arguments }),
    ),
  };
}

/** What a service's entry says of the proxy's opaque settings. */
function settingsOf(service: Entry<'service-defaults'> | undefined): Fields {
  const settings: Fields = {
    protocol: service?.Protocol,
    balance_inbound_connections: service?.BalanceInboundConnections,
    max_inbound_connections: service?.MaxInboundConnections,
    local_connect_timeout_ms: service?.LocalConnectTimeoutMs,
    local_request_timeout_ms: service?.LocalRequestTimeoutMs,
  };
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value));
}

/** Fills what is absent or empty; maps within maps likewise. */
function fillIn(own: Fields, defaults: object): Fields {
  const filled = { ...own };
  for (const [name, value] of Object.entries(defaults)) {
    const mine = filled[name];
    if (isMap(mine) && isMap(value)) filled[name] = fillIn(mine, value);
    else if (isEmpty(mine)) filled[name] = value;
  }
  return filled;
}

function isMap(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isEmpty(value: unknown): boolean {
  return !value || (typeof value === 'object' && Object.keys(value).length === 0);
}
