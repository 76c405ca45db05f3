import { renderFaults } from '../../../protocol/multi-error.ts';
import { exposedPathFaults, upstreamFaults } from '../../../protocol/proxy-faults.ts';
import type { ConnectProxyConfig } from '../../../protocol/types/catalog.ts';
import type { RawProxy } from '../keys/service-keys.ts';

/** Words of a key that are not spelled Like This in the HTTP API. */
const ACRONYMS: Readonly<Record<string, string>> = { id: 'ID' };

/** `local_bind_port` to `LocalBindPort`. */
function pascalCase(key: string): string {
  return key
    .split('_')
    .map((word) => ACRONYMS[word] ?? word.charAt(0).toUpperCase() + word.slice(1))
    .join('');
}

/** Renames the keys of one level; values stay as they are. */
function renameKeys(raw: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(raw).map(([key, value]) => [pascalCase(key), value]));
}

/**
 * `proxy { }` of a service as the HTTP API takes it. The keys inside of `config` belong to the
 * proxy and stay.
 */
export function buildProxy(raw: RawProxy): ConnectProxyConfig {
  const { upstreams, mesh_gateway, expose, transparent_proxy, ...plain } = raw;
  const proxy: ConnectProxyConfig = renameKeys(plain);
  if (upstreams !== undefined) proxy.Upstreams = upstreams.map(buildUpstream);
  if (mesh_gateway !== undefined) proxy.MeshGateway = renameKeys(mesh_gateway);
  if (transparent_proxy !== undefined) proxy.TransparentProxy = renameKeys(transparent_proxy);
  if (expose !== undefined) {
    proxy.Expose = renameKeys(expose);
    if (expose.paths !== undefined) proxy.Expose['Paths'] = expose.paths.map(renameKeys);
  }
  return proxy;
}

function buildUpstream(raw: NonNullable<RawProxy['upstreams']>[number]): Record<string, unknown> {
  const { mesh_gateway, ...plain } = raw;
  const upstream = renameKeys({ destination_type: 'service', ...plain });
  if (mesh_gateway !== undefined) upstream['MeshGateway'] = renameKeys(mesh_gateway);
  return upstream;
}

const MODES: ReadonlySet<unknown> = new Set([undefined, '', 'direct', 'transparent']);
const GATEWAY_MODES: ReadonlySet<unknown> = new Set([undefined, '', 'none', 'local', 'remote']);

/** What does not hold about a proxy, whatever service it belongs to; undefined when it holds. */
export function proxyProblem(raw: RawProxy): string | undefined {
  if (!MODES.has(raw.mode)) return `invalid proxy mode: "${raw.mode}"`;
  const gatewayModes = [raw, ...(raw.upstreams ?? [])].map((owner) => owner.mesh_gateway?.mode);
  const badMode = gatewayModes.find((mode) => !GATEWAY_MODES.has(mode));
  if (badMode !== undefined) return `Invalid Mesh Gateway Mode: "${badMode}"`;
  const badSocketMode = (raw.upstreams ?? []).find(
    ({ local_bind_socket_mode: mode }) => mode !== undefined && !/^[0-7]+$/.test(mode),
  );
  if (badSocketMode !== undefined) {
    return `local_bind_socket_mode: invalid mode: ${badSocketMode.local_bind_socket_mode}`;
  }
  return undefined;
}

/** What does not hold about the listeners of a service that is a proxy; others never open them. */
export function listenerProblem(raw: RawProxy): string | undefined {
  const { Upstreams, Expose } = buildProxy(raw);
  const faults = [...upstreamFaults(Upstreams ?? []), ...exposedPathFaults(Expose)];
  return faults.length === 0 ? undefined : renderFaults(faults).trimEnd();
}
