/** Parts of services that several bodies share (agent/structs/structs.go, connect_proxy_config.go). */
import type { Field, Struct } from './field.ts';
import { withOwnDecoder } from './own-fields.ts';

export const STRINGS: Field = { list: 'string' };
export const STRING_MAP: Field = { map: 'string' };

export const LOCALITY: Struct = {
  struct: 'structs.Locality',
  fields: { Region: 'string', Zone: 'string' },
};

export const WEIGHTS: Struct = {
  struct: 'structs.Weights',
  fields: { Passing: 'int', Warning: 'int' },
};

export const SERVICE_ADDRESSES: Field = {
  map: { struct: 'structs.ServiceAddress', fields: { Address: 'string', Port: 'int' } },
};

export const SERVICE_KIND: Field = { scalar: 'string', type: 'structs.ServiceKind' };
export const CHECK_ID: Field = { scalar: 'string', type: 'types.CheckID' };

const MESH_GATEWAY: Struct = {
  struct: 'structs.MeshGatewayConfig',
  fields: { Mode: { scalar: 'string', type: 'structs.MeshGatewayMode' } },
};

const UPSTREAM = withOwnDecoder(
  'structs.Upstream',
  {
    DestinationType: 'string',
    DestinationNamespace: 'string',
    DestinationPartition: 'string',
    DestinationPeer: 'string',
    DestinationName: 'string',
    Datacenter: 'string',
    LocalBindAddress: 'string',
    LocalBindPort: 'int',
    LocalBindSocketPath: 'string',
    LocalBindSocketMode: 'string',
    Config: { map: 'any' },
    MeshGateway: MESH_GATEWAY,
    CentrallyConfigured: 'bool',
  },
  {
    own: [
      'destination_type',
      'destination_partition',
      'destination_namespace',
      'destination_peer',
      'destination_name',
      'local_bind_address',
      'local_bind_port',
      'local_bind_socket_path',
      'local_bind_socket_mode',
      'mesh_gateway',
    ],
  },
);

/** A path that a proxy serves without mutual TLS, e.g. for health checks. */
const EXPOSED_PATH = withOwnDecoder(
  'structs.ExposePath',
  {
    ListenerPort: 'int',
    Path: 'string',
    LocalPathPort: 'int',
    Protocol: 'string',
    ParsedFromCheck: 'bool',
  },
  { own: ['listener_port', 'local_path_port', 'parsed_from_check'] },
);

const ENVOY_EXTENSION: Struct = {
  struct: 'structs.EnvoyExtension',
  fields: {
    Name: 'string',
    Required: 'bool',
    Arguments: { map: 'any' },
    ConsulVersion: 'string',
    EnvoyVersion: 'string',
  },
};

/** The snake case of `access_logs` ends with its name: Consul has no decoder for what stands in it. */
const ACCESS_LOGS: Struct = {
  struct: 'structs.AccessLogsConfig',
  fields: {
    Enabled: 'bool',
    DisableListenerLogs: 'bool',
    Type: { scalar: 'string', type: 'structs.LogSinkType' },
    Path: 'string',
    JSONFormat: 'string',
    TextFormat: 'string',
  },
};

/** What stands in `Config` is the proxy's own affair. */
export const PROXY = withOwnDecoder(
  'structs.ConnectProxyConfig',
  {
    EnvoyExtensions: { list: ENVOY_EXTENSION },
    DestinationServiceName: 'string',
    DestinationServiceID: 'string',
    LocalServiceAddress: 'string',
    LocalServicePort: 'int',
    LocalServiceSocketPath: 'string',
    Mode: { scalar: 'string', type: 'structs.ProxyMode' },
    Config: { map: 'any' },
    Upstreams: { list: UPSTREAM, type: 'structs.Upstreams' },
    MeshGateway: MESH_GATEWAY,
    Expose: {
      struct: 'structs.ExposeConfig',
      fields: { Checks: 'bool', Paths: { list: EXPOSED_PATH } },
    },
    TransparentProxy: {
      struct: 'structs.TransparentProxyConfig',
      fields: { OutboundListenerPort: 'int', DialedDirectly: 'bool' },
    },
    AccessLogs: ACCESS_LOGS,
  },
  {
    own: [
      'destination_service_name',
      'destination_service_id',
      'local_service_address',
      'local_service_port',
      'local_service_socket_path',
      'mesh_gateway',
      'transparent_proxy',
      'access_logs',
    ],
  },
);
