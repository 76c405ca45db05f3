/**
 * The fields that bodies of registrations may have (agent/structs/service_definition.go,
 * check_definition.go). Names ignore case. A few have a second spelling, in snake case, that
 * Consul takes in JSON as well; no others are known.
 */
import type { Field, Struct } from '../../http-api/decode.ts';

const STRINGS: Field = { list: 'string' };
const STRING_MAP: Field = { map: 'string' };

/** Second spellings, for all structures together: none of them means two things. */
export const SECOND_SPELLINGS: Readonly<Record<string, string>> = {
  enable_tag_override: 'EnableTagOverride',
  tagged_addresses: 'TaggedAddresses',
  sidecar_service: 'SidecarService',
  args: 'ScriptArgs',
  script_args: 'ScriptArgs',
  deregister_critical_service_after: 'DeregisterCriticalServiceAfter',
  docker_container_id: 'DockerContainerID',
  tls_server_name: 'TLSServerName',
  tls_skip_verify: 'TLSSkipVerify',
  tcp_use_tls: 'TCPUseTLS',
  grpc_use_tls: 'GRPCUseTLS',
  h2ping_use_tls: 'H2PingUseTLS',
  warning_above: 'WarningAbove',
  critical_above: 'CriticalAbove',
  service_id: 'ServiceID',
  destination_service_name: 'DestinationServiceName',
  destination_service_id: 'DestinationServiceID',
  local_service_address: 'LocalServiceAddress',
  local_service_port: 'LocalServicePort',
  local_service_socket_path: 'LocalServiceSocketPath',
  mesh_gateway: 'MeshGateway',
  transparent_proxy: 'TransparentProxy',
  access_logs: 'AccessLogs',
  destination_type: 'DestinationType',
  destination_namespace: 'DestinationNamespace',
  destination_partition: 'DestinationPartition',
  destination_peer: 'DestinationPeer',
  destination_name: 'DestinationName',
  local_bind_address: 'LocalBindAddress',
  local_bind_port: 'LocalBindPort',
  local_bind_socket_path: 'LocalBindSocketPath',
  local_bind_socket_mode: 'LocalBindSocketMode',
  listener_port: 'ListenerPort',
  local_path_port: 'LocalPathPort',
};

/** A structure that takes the given second spellings beside its fields. */
function spelledTwice(
  name: string,
  fields: Readonly<Record<string, Field>>,
  also: readonly string[],
): Struct {
  const seconds = also.map((second) => [second, fields[SECOND_SPELLINGS[second]!]!] as const);
  return { struct: name, fields: { ...fields, ...Object.fromEntries(seconds) } };
}

/**
 * Of checks in both places; which ID each place knows is settled below
 * (agent/structs/check_definition.go).
 */
const CHECK_FIELD_TYPES: Readonly<Record<string, Field>> = {
  ID: 'string',
  CheckID: 'string',
  Name: 'string',
  Notes: 'string',
  ServiceID: 'string',
  Token: 'string',
  Status: 'string',
  ScriptArgs: STRINGS,
  HTTP: 'string',
  H2PING: 'string',
  H2PingUseTLS: 'bool',
  Header: { map: STRINGS },
  Method: 'string',
  Body: 'string',
  DisableRedirects: 'bool',
  TCP: 'string',
  TCPUseTLS: 'bool',
  UDP: 'string',
  Interval: 'duration',
  DockerContainerID: 'string',
  Shell: 'string',
  GRPC: 'string',
  GRPCUseTLS: 'bool',
  OSService: 'string',
  Resource: 'string',
  WarningAbove: 'int',
  CriticalAbove: 'int',
  TLSServerName: 'string',
  TLSSkipVerify: 'bool',
  AliasNode: 'string',
  AliasService: 'string',
  Timeout: 'duration',
  TTL: 'duration',
  SuccessBeforePassing: 'int',
  FailuresBeforeWarning: 'int',
  FailuresBeforeCritical: 'int',
  DeregisterCriticalServiceAfter: 'duration',
  OutputMaxSize: 'int',
};

/**
 * Consul's check types take exactly these in snake case; `alias_service` and others are unknown
 * fields.
 */
const CHECK_SECONDS = [
  'args',
  'script_args',
  'deregister_critical_service_after',
  'docker_container_id',
  'tls_server_name',
  'tls_skip_verify',
  'tcp_use_tls',
  'grpc_use_tls',
  'h2ping_use_tls',
  'warning_above',
  'critical_above',
];

const { CheckID: _embeddedID, ...STANDALONE_FIELD_TYPES } = CHECK_FIELD_TYPES;
const { ID: _standaloneID, Token: _token, ...EMBEDDED_FIELD_TYPES } = CHECK_FIELD_TYPES;

/** Body of PUT /v1/agent/check/register; its ID is called `ID`. */
export const CHECK_FIELDS = spelledTwice('.Alias', STANDALONE_FIELD_TYPES, [
  ...CHECK_SECONDS,
  'service_id',
]);

/**
 * A check inside a service's definition; its ID is called `CheckID`, and another service's ID is
 * read past.
 */
const EMBEDDED_CHECK_FIELDS = spelledTwice('.Alias', EMBEDDED_FIELD_TYPES, [
  ...CHECK_SECONDS,
  'service_id',
]);

const MESH_GATEWAY: Struct = { struct: '.MeshGatewayConfig', fields: { Mode: 'string' } };

/** agent/structs/connect_proxy_config.go, Upstream. */
const UPSTREAM = spelledTwice(
  '.Upstream',
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
  [
    'destination_type',
    'destination_namespace',
    'destination_partition',
    'destination_peer',
    'destination_name',
    'local_bind_address',
    'local_bind_port',
    'local_bind_socket_path',
    'local_bind_socket_mode',
    'mesh_gateway',
  ],
);

/** A path that a proxy serves without mutual TLS, e.g. for health checks. */
const EXPOSED_PATH = spelledTwice(
  '.ExposePath',
  {
    ListenerPort: 'int',
    Path: 'string',
    LocalPathPort: 'int',
    Protocol: 'string',
    ParsedFromCheck: 'bool',
  },
  ['listener_port', 'local_path_port'],
);

/**
 * agent/structs/connect_proxy_config.go, ConnectProxyConfig. What stands in `Config` is the
 * proxy's own affair.
 */
const PROXY = spelledTwice(
  '.ConnectProxyConfig',
  {
    EnvoyExtensions: { list: 'any' },
    DestinationServiceName: 'string',
    DestinationServiceID: 'string',
    LocalServiceAddress: 'string',
    LocalServicePort: 'int',
    LocalServiceSocketPath: 'string',
    Mode: 'string',
    Config: { map: 'any' },
    Upstreams: { list: UPSTREAM },
    MeshGateway: MESH_GATEWAY,
    Expose: { struct: '.ExposeConfig', fields: { Checks: 'bool', Paths: { list: EXPOSED_PATH } } },
    TransparentProxy: {
      struct: '.TransparentProxyConfig',
      fields: { OutboundListenerPort: 'int', DialedDirectly: 'bool' },
    },
    AccessLogs: 'any',
  },
  [
    'destination_service_name',
    'destination_service_id',
    'local_service_address',
    'local_service_port',
    'local_service_socket_path',
    'mesh_gateway',
    'transparent_proxy',
    'access_logs',
  ],
);

/**
 * @param depth how many more sidecars may be nested: one too many is refused later, with Consul's
 * sentence
 */
function serviceFields(depth: number): Struct {
  const connect: Readonly<Record<string, Field>> = {
    Native: 'bool',
    SidecarService: depth > 0 ? serviceFields(depth - 1) : 'any',
  };
  const fields: Readonly<Record<string, Field>> = {
    Kind: 'string',
    ID: 'string',
    Name: 'string',
    Tags: STRINGS,
    Address: 'string',
    TaggedAddresses: {
      map: { struct: '.ServiceAddress', fields: { Address: 'string', Port: 'int' } },
    },
    Meta: STRING_MAP,
    Port: 'int',
    SocketPath: 'string',
    Check: EMBEDDED_CHECK_FIELDS,
    Checks: { list: EMBEDDED_CHECK_FIELDS },
    Weights: { struct: '.Weights', fields: { Passing: 'int', Warning: 'int' } },
    Token: 'string',
    EnableTagOverride: 'bool',
    Proxy: PROXY,
    // Consul reads past whatever else stands in it.
    Connect: { ...spelledTwice('.ServiceConnect', connect, ['sidecar_service']), open: true },
    Locality: { struct: '.Locality', fields: { Region: 'string', Zone: 'string' } },
  };
  return spelledTwice('.Alias', fields, ['enable_tag_override', 'tagged_addresses']);
}

/** Body of PUT /v1/agent/service/register. */
export const SERVICE_FIELDS = serviceFields(2);

/** Body of PUT /v1/agent/check/update. */
export const CHECK_UPDATE_FIELDS: Struct = {
  struct: 'checkUpdate',
  fields: { Status: 'string', Output: 'string' },
};
