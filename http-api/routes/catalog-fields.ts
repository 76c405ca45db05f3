/**
 * Bodies of PUT /v1/catalog/register and deregister, field by field (Consul:
 * agent/structs/structs.go).
 */
import type { Field, Struct } from '../decode.ts';

const RAFT_INDEX = { CreateIndex: 'uint64', ModifyIndex: 'uint64' } as const;
const LOCALITY: Struct = {
  struct: 'structs.Locality',
  fields: { Region: 'string', Zone: 'string' },
};
const STRINGS: Field = { list: 'string' };
const STRING_MAP: Field = { map: 'string' };

const MESH_GATEWAY: Struct = { struct: 'structs.MeshGatewayConfig', fields: { Mode: 'string' } };

/** Fields of a proxy that may also be written in snake case, as in configuration files. */
const PROXY_ALIASES: Readonly<Record<string, string>> = {
  destination_service_name: 'DestinationServiceName',
  destination_service_id: 'DestinationServiceID',
  local_service_address: 'LocalServiceAddress',
  local_service_port: 'LocalServicePort',
  local_service_socket_path: 'LocalServiceSocketPath',
  mesh_gateway: 'MeshGateway',
  transparent_proxy: 'TransparentProxy',
  access_logs: 'AccessLogs',
};

const UPSTREAM_ALIASES: Readonly<Record<string, string>> = {
  destination_type: 'DestinationType',
  destination_name: 'DestinationName',
  destination_namespace: 'DestinationNamespace',
  destination_partition: 'DestinationPartition',
  destination_peer: 'DestinationPeer',
  local_bind_address: 'LocalBindAddress',
  local_bind_port: 'LocalBindPort',
  local_bind_socket_path: 'LocalBindSocketPath',
  local_bind_socket_mode: 'LocalBindSocketMode',
  mesh_gateway: 'MeshGateway',
};

const UPSTREAM: Struct = {
  struct: 'structs.Upstream',
  fields: withAliases(UPSTREAM_ALIASES, {
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
  }),
};

const EXPOSE_PATH: Struct = {
  struct: 'structs.ExposePath',
  fields: {
    ListenerPort: 'int',
    Path: 'string',
    LocalPathPort: 'int',
    Protocol: 'string',
    ParsedFromCheck: 'bool',
  },
};

const PROXY: Struct = {
  struct: 'structs.ConnectProxyConfig',
  fields: withAliases(PROXY_ALIASES, {
    EnvoyExtensions: { list: { map: 'any' } },
    DestinationServiceName: 'string',
    DestinationServiceID: 'string',
    LocalServiceAddress: 'string',
    LocalServicePort: 'int',
    LocalServiceSocketPath: 'string',
    Mode: 'string',
    Config: { map: 'any' },
    Upstreams: { list: UPSTREAM },
    MeshGateway: MESH_GATEWAY,
    Expose: {
      struct: 'structs.ExposeConfig',
      fields: { Checks: 'bool', Paths: { list: EXPOSE_PATH } },
    },
    TransparentProxy: { map: 'any' },
    AccessLogs: { map: 'any' },
  }),
};

const SERVICE: Struct = {
  struct: 'structs.NodeService',
  fields: {
    Kind: 'string',
    ID: 'string',
    Service: 'string',
    Tags: STRINGS,
    Address: 'string',
    TaggedAddresses: {
      map: { struct: 'structs.ServiceAddress', fields: { Address: 'string', Port: 'int' } },
    },
    Meta: STRING_MAP,
    Port: 'int',
    SocketPath: 'string',
    Weights: { struct: 'structs.Weights', fields: { Passing: 'int', Warning: 'int' } },
    EnableTagOverride: 'bool',
    Locality: LOCALITY,
    Proxy: PROXY,
    Connect: {
      struct: 'structs.ServiceConnect',
      fields: { Native: 'bool', SidecarService: 'any' },
    },
    PeerName: 'string',
    ...RAFT_INDEX,
  },
};

/** Unknown fields are dropped here alone: Consul reads a definition by a decoder of its own. */
const DEFINITION: Struct = {
  struct: 'structs.HealthCheckDefinition',
  open: true,
  fields: {
    HTTP: 'string',
    TLSServerName: 'string',
    TLSSkipVerify: 'bool',
    Header: { map: STRINGS },
    Method: 'string',
    Body: 'string',
    DisableRedirects: 'bool',
    TCP: 'string',
    TCPUseTLS: 'bool',
    UDP: 'string',
    H2PING: 'string',
    H2PingUseTLS: 'bool',
    OSService: 'string',
    GRPC: 'string',
    GRPCUseTLS: 'bool',
    ScriptArgs: STRINGS,
    DockerContainerID: 'string',
    Shell: 'string',
    AliasNode: 'string',
    AliasService: 'string',
    SessionName: 'string',
    OutputMaxSize: 'int',
    Interval: 'duration',
    Timeout: 'duration',
    DeregisterCriticalServiceAfter: 'duration',
    TTL: 'duration',
  },
};

const CHECK: Struct = {
  struct: 'structs.HealthCheck',
  fields: {
    Node: 'string',
    CheckID: 'string',
    Name: 'string',
    Status: 'string',
    Notes: 'string',
    Output: 'string',
    ServiceID: 'string',
    ServiceName: 'string',
    ServiceTags: STRINGS,
    Type: 'string',
    Interval: 'string',
    Timeout: 'string',
    ExposedPort: 'int',
    PeerName: 'string',
    Definition: DEFINITION,
    ...RAFT_INDEX,
  },
};

export const REGISTER_BODY: Struct = {
  struct: 'structs.RegisterRequest',
  fields: {
    Datacenter: 'string',
    ID: 'string',
    Node: 'string',
    Address: 'string',
    TaggedAddresses: STRING_MAP,
    NodeMeta: STRING_MAP,
    Locality: LOCALITY,
    Service: SERVICE,
    Check: CHECK,
    Checks: { list: CHECK },
    SkipNodeUpdate: 'bool',
    PeerName: 'string',
    Token: 'string',
  },
};

export const DEREGISTER_BODY: Struct = {
  struct: 'structs.DeregisterRequest',
  fields: {
    Datacenter: 'string',
    Node: 'string',
    Address: 'string',
    ServiceID: 'string',
    CheckID: 'string',
    PeerName: 'string',
    Token: 'string',
  },
};

function withAliases(
  aliases: Readonly<Record<string, string>>,
  fields: Readonly<Record<string, Field>>,
): Record<string, Field> {
  const extra = Object.entries(aliases).map(([alias, name]): [string, Field] => [
    alias,
    fields[name]!,
  ]);
  return { ...fields, ...Object.fromEntries(extra) };
}

/** A decoded proxy under its own names alone; a name beats its alias. */
export function resolveProxyAliases(proxy: Record<string, unknown>): Record<string, unknown> {
  const resolved = resolve(proxy, PROXY_ALIASES);
  const upstreams = resolved.Upstreams as (Record<string, unknown> | undefined)[] | undefined;
  if (upstreams === undefined) return resolved;
  return {
    ...resolved,
    Upstreams: upstreams.map((upstream) => resolve(upstream ?? {}, UPSTREAM_ALIASES)),
  };
}

function resolve(
  value: Record<string, unknown>,
  aliases: Readonly<Record<string, string>>,
): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(value)) {
    const own = aliases[name];
    if (own === undefined) out[name] = field;
    else out[own] ??= value[own] ?? field;
  }
  return out;
}
