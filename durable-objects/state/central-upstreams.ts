/**
 * What configuration entries say of a proxy's upstreams (Consul: agent/configentry/resolve.go).
 *
 * The later of these wins: proxy-defaults; the service's own service-defaults; its `UpstreamConfig.Defaults`; the
 * proxy's registration (mesh gateway only); its `UpstreamConfig.Overrides`; the upstream's registration.
 */
import { compareUTF8 } from '../../protocol/canonical-json.ts';
import type { Entry } from '../../protocol/config-entries/kinds.ts';
import {
  PASSIVE_HEALTH_CHECK,
  UPSTREAM_CONFIG,
  type UpstreamConfig,
} from '../../protocol/config-entries/kinds/parts.ts';
import { renderPart } from '../../protocol/config-entries/render.ts';
import type { ConnectProxyConfig } from '../../protocol/types/catalog.ts';
import { foldName } from './catalog-topics.ts';
import type { ChainEntries } from '../discovery-chain/chain-entries.ts';

/** An upstream's opaque settings: snake_case names of Envoy's, `mesh_gateway` among them. */
type Settings = Record<string, unknown>;
type Upstream = Record<string, unknown>;

export interface UpstreamContext {
  readonly entries: ChainEntries;
  readonly proxyDefaults: Entry<'proxy-defaults'> | undefined;
  readonly serviceDefaults: Entry<'service-defaults'> | undefined;
  /** What those two say of mesh gateways, '' for nothing. */
  readonly gatewayMode: string;
  readonly isTransparent: boolean;
}

const WILDCARD = '*';

/**
 * The upstreams of a proxy with what is said of them centrally. A transparent proxy is told of those as well that its
 * registration does not name; `*` stands for all the others.
 */
export function mergeUpstreams(
  context: UpstreamContext,
  proxy: ConnectProxyConfig,
  modeOfProxy: string,
): Upstream[] {
  const local = proxy.Upstreams ?? [];
  const named = local.filter(isService);
  if (named.length === 0 && !context.isTransparent) return local;
  const central = resolveUpstreams(context, named, String(proxy.MeshGateway?.Mode ?? ''));
  const merged = local.map((upstream) =>
    isService(upstream) ? mergeUpstream(upstream, central.get(keyOf(upstream))) : upstream,
  );
  if (modeOfProxy !== 'transparent') return merged;
  const known = new Set(named.map(keyOf));
  const added = [...central]
    .filter(([key]) => !known.has(key))
    .toSorted(([a], [b]) => compareUTF8(a, b));
  return [...merged, ...added.map(([key, settings]) => syntheticUpstream(key, settings))];
}

function isService({ DestinationType }: Upstream): boolean {
  return !DestinationType || DestinationType === 'service';
}

/** A name, with the peer that it is of behind a slash, which no name has. */
function keyOf({ DestinationName, DestinationPeer }: Upstream): string {
  return upstreamKey(String(DestinationName ?? ''), String(DestinationPeer ?? ''));
}

function upstreamKey(name: string, peer: string): string {
  return peer === '' ? foldName(name) : `${foldName(name)}/${peer}`;
}

/** By the upstreams' keys; none for what nothing is said of. */
function resolveUpstreams(
  context: UpstreamContext,
  named: readonly Upstream[],
  modeOfProxy: string,
): Map<string, Settings> {
  const { proxyDefaults, serviceDefaults, gatewayMode } = context;
  const overrides = new Map(
    (serviceDefaults?.UpstreamConfig?.Overrides ?? []).map((override) => [
      upstreamKey(override.Name ?? '', override.Peer ?? ''),
      override,
    ]),
  );
  const defaults = serviceDefaults?.UpstreamConfig?.Defaults;
  const wildcard: Settings = {
    ...rawGateway(proxyDefaults),
    ...gatewayIf(proxyDefaults?.MeshGateway?.Mode),
    ...gatewayIf(serviceDefaults?.MeshGateway?.Mode),
    ...settingsOf(defaults, gatewayMode),
    ...gatewayIf(modeOfProxy),
  };
  const resolved = new Map<string, Settings>();
  if (defaults !== undefined || Object.keys(wildcard).length > 0) resolved.set(WILDCARD, wildcard);
  for (const key of new Set([...named.map(keyOf), ...overrides.keys()])) {
    const settings: Settings = {
      ...protocolIf(proxyDefaults?.Config?.protocol),
      ...wildcard,
      ...protocolIf(context.entries.find('service-defaults', key)?.Protocol),
      ...gatewayIf(gatewayMode),
      ...settingsOf(defaults, gatewayMode),
      ...gatewayIf(modeOfProxy),
      ...settingsOf(overrides.get(key), ''),
    };
    if (Object.keys(settings).length > 0) resolved.set(key, settings);
  }
  return resolved;
}

/** One that proxy-defaults set among the opaque settings; it counts for upstreams only. */
function rawGateway(proxyDefaults: Entry<'proxy-defaults'> | undefined): Settings {
  const raw = proxyDefaults?.Config?.mesh_gateway;
  return raw === undefined ? {} : { mesh_gateway: raw };
}

function gatewayIf(mode: string | undefined): Settings {
  return mode ? { mesh_gateway: { Mode: mode } } : {};
}

function protocolIf(protocol: unknown): Settings {
  return typeof protocol === 'string' && protocol !== '' ? { protocol } : {};
}

const LIMITS = UPSTREAM_CONFIG.fields.Limits.shape;

/** @param gatewayMode what holds when the entry says nothing of it */
function settingsOf(config: UpstreamConfig | undefined, gatewayMode: string): Settings {
  if (config === undefined) return {};
  const { Limits, PassiveHealthCheck } = config;
  return dropEmpty({
    envoy_listener_json: config.EnvoyListenerJSON,
    envoy_cluster_json: config.EnvoyClusterJSON,
    protocol: config.Protocol,
    connect_timeout_ms: config.ConnectTimeoutMs,
    ...gatewayIf(config.MeshGateway?.Mode || gatewayMode),
    limits: Limits && JSON.parse(renderPart(Limits, LIMITS)),
    passive_health_check:
      PassiveHealthCheck && JSON.parse(renderPart(PassiveHealthCheck, PASSIVE_HEALTH_CHECK)),
    balance_outbound_connections: config.BalanceOutboundConnections,
  });
}

function dropEmpty(settings: Settings): Settings {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value));
}

/** What the registration says of the upstream stands, unless it is empty. */
function mergeUpstream(upstream: Upstream, central: Settings | undefined): Upstream {
  if (central === undefined) return upstream;
  const own = (upstream.Config ?? {}) as Settings;
  // The gateway was merged into its own field; a peer's services speak what they speak over there.
  const { mesh_gateway: gateway, protocol, ...rest } = central;
  const given = { ...rest, ...(upstream.DestinationPeer ? {} : protocolIf(protocol)) };
  const Config = { ...own };
  for (const [name, value] of Object.entries(given)) if (!Config[name]) Config[name] = value;
  delete Config.mesh_gateway;
  const mode = (upstream.MeshGateway as { Mode?: string } | undefined)?.Mode || modeOf(gateway);
  return { ...upstream, Config, MeshGateway: { Mode: mode } };
}

function syntheticUpstream(key: string, settings: Settings): Upstream {
  const [name, peer] = key.split('/');
  return {
    DestinationNamespace: 'default',
    DestinationPartition: 'default',
    ...(peer === undefined ? {} : { DestinationPeer: peer }),
    DestinationName: name,
    Config: settings,
    MeshGateway: { Mode: modeOf(settings.mesh_gateway) },
    CentrallyConfigured: true,
  };
}

/** Of `{"Mode": …}`, in whatever case an opaque setting spells it. */
function modeOf(gateway: unknown): string {
  if (typeof gateway !== 'object' || gateway === null) return '';
  const found = Object.entries(gateway).find(([name]) => name.toLowerCase() === 'mode');
  return typeof found?.[1] === 'string' ? found[1] : '';
}
