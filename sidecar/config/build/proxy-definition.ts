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
const MAX_PORT = 65_535;

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
  return upstreamProblem(raw) ?? exposeProblem(raw);
}

function upstreamProblem({ upstreams = [] }: RawProxy): string | undefined {
  const bound = new Set<string>();
  for (const upstream of upstreams) {
    if (!upstream.destination_name) return 'upstream destination name cannot be empty';
    if (upstream.local_bind_socket_path === undefined && !upstream.local_bind_port) {
      return 'upstream local bind port or local socket path must be defined and nonzero';
    }
    const address =
      upstream.local_bind_socket_path ??
      `${upstream.local_bind_address ?? '127.0.0.1'}:${upstream.local_bind_port}`;
    if (bound.has(address)) {
      return (
        `upstreams cannot contain duplicates by local bind address and port or unix path; ` +
        `"${address}" is specified twice`
      );
    }
    bound.add(address);
  }
  return undefined;
}

function exposeProblem({ expose }: RawProxy): string | undefined {
  const ports = new Set<number>();
  for (const { path = '', listener_port: port = 0, protocol = '' } of expose?.paths ?? []) {
    if (path === '') return 'expose.paths: empty path exposed';
    if (ports.has(port)) return 'expose.paths: duplicate listener ports exposed';
    if (port <= 0 || port > MAX_PORT) return `expose.paths: invalid listener port: ${port}`;
    if (!['', 'http', 'http2'].includes(protocol.toLowerCase())) {
      return `protocol '${protocol}' not supported for path: ${path}, must be in: [http http2]`;
    }
    ports.add(port);
  }
  return undefined;
}
