/**
 * The proxy configuration of a service as Consul renders it
 * (agent/structs/connect_proxy_config.go): known fields in its order, empty ones left out but for
 * `Mode`, `MeshGateway` and `Expose`; opaque maps with sorted keys.
 */
import { canonicalJSON } from '../../protocol/canonical-json.ts';
import type { ConnectProxyConfig } from '../../protocol/types/catalog.ts';

/** `keep`: rendered even when empty, as `zero` if absent. `shape`: a structure of its own. */
interface FieldRule {
  readonly name: string;
  readonly zero?: string;
  readonly shape?: readonly FieldRule[];
}

const MESH_GATEWAY: FieldRule = { name: 'MeshGateway', zero: '{}', shape: [{ name: 'Mode' }] };

const UPSTREAM: readonly FieldRule[] = [
  { name: 'DestinationType', zero: '""' },
  { name: 'DestinationNamespace' },
  { name: 'DestinationPartition' },
  { name: 'DestinationPeer' },
  { name: 'DestinationName', zero: '""' },
  { name: 'Datacenter', zero: '""' },
  { name: 'LocalBindAddress' },
  { name: 'LocalBindPort' },
  { name: 'LocalBindSocketPath' },
  { name: 'LocalBindSocketMode' },
  { name: 'Config' },
  MESH_GATEWAY,
  { name: 'CentrallyConfigured' },
];

const EXPOSE_PATH: readonly FieldRule[] = [
  { name: 'ListenerPort' },
  { name: 'Path' },
  { name: 'LocalPathPort' },
  { name: 'Protocol' },
  { name: 'ParsedFromCheck' },
];

const EXTENSION: readonly FieldRule[] = [
  { name: 'Name', zero: '""' },
  { name: 'Required', zero: 'false' },
  { name: 'Arguments', zero: 'null' },
  { name: 'ConsulVersion', zero: '""' },
  { name: 'EnvoyVersion', zero: '""' },
];

const ACCESS_LOGS: readonly FieldRule[] = [
  { name: 'Enabled' },
  { name: 'DisableListenerLogs' },
  { name: 'Type' },
  { name: 'Path' },
  { name: 'JSONFormat' },
  { name: 'TextFormat' },
];

const PROXY: readonly FieldRule[] = [
  {
    name: 'TransparentProxy',
    shape: [{ name: 'OutboundListenerPort' }, { name: 'DialedDirectly' }],
  },
  { name: 'AccessLogs', shape: ACCESS_LOGS },
  { name: 'EnvoyExtensions', shape: EXTENSION },
  { name: 'DestinationServiceName' },
  { name: 'DestinationServiceID' },
  { name: 'LocalServiceAddress' },
  { name: 'LocalServicePort' },
  { name: 'LocalServiceSocketPath' },
  { name: 'Mode', zero: '""' },
  { name: 'Config' },
  { name: 'Upstreams', shape: UPSTREAM },
  MESH_GATEWAY,
  {
    name: 'Expose',
    zero: '{}',
    shape: [{ name: 'Checks' }, { name: 'Paths', shape: EXPOSE_PATH }],
  },
];

const EMPTY_PROXY = '{"Mode":"","MeshGateway":{},"Expose":{}}';

export function renderProxy(proxy: ConnectProxyConfig | null | undefined): string {
  if (proxy === null || proxy === undefined || Object.keys(proxy).length === 0) return EMPTY_PROXY;
  return renderShape(proxy, PROXY);
}

function renderShape(value: Record<string, unknown>, shape: readonly FieldRule[]): string {
  const fields: string[] = [];
  for (const rule of shape) {
    const json = renderField(value[rule.name], rule);
    if (json !== undefined) fields.push(`"${rule.name}":${json}`);
  }
  return `{${fields.join(',')}}`;
}

/** Undefined for a field that is left out. */
function renderField(value: unknown, rule: FieldRule): string | undefined {
  if (isEmpty(value)) return rule.zero;
  const { shape } = rule;
  if (shape === undefined) return canonicalJSON(value);
  if (Array.isArray(value)) {
    return `[${value.map((item) => renderShape((item ?? {}) as Record<string, unknown>, shape)).join(',')}]`;
  }
  const json = renderShape(value as Record<string, unknown>, shape);
  return json === '{}' ? rule.zero : json;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (typeof value === 'object') return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false;
}
