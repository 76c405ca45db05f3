/**
 * Types with a decoder of their own. Consul has them for durations and for second spellings in snake case, which
 * JSON bodies share with configuration files (agent/structs, UnmarshalJSON).
 */
import { type Field, type Struct, goType } from './field.ts';

/** Second spellings, for all structures together: none of them means two things. */
const SECOND_SPELLINGS: Readonly<Record<string, string>> = {
  enable_tag_override: 'EnableTagOverride',
  tagged_addresses: 'TaggedAddresses',
  sidecar_service: 'SidecarService',
  args: 'ScriptArgs',
  script_args: 'ScriptArgs',
  deregister_critical_service_after: 'DeregisterCriticalServiceAfter',
  disable_redirects: 'DisableRedirects',
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
  parsed_from_check: 'ParsedFromCheck',
};

/** What a decoder of its own declares. */
export interface Declared {
  /** In Consul's order. Second spellings among them are fields beside those of the type. */
  readonly own: readonly string[];
  /** How Go prints a declaration that is not `Name type`, or `NameSnake type` for a second spelling. */
  readonly printed?: Readonly<Record<string, string>>;
}

/** @param type as in {@link Struct} */
export function withOwnDecoder(
  type: string,
  fields: Readonly<Record<string, Field>>,
  { own, printed = {} }: Declared,
): Struct {
  const all: Record<string, Field> = { ...fields };
  for (const name of own) all[name] ??= fields[SECOND_SPELLINGS[name]!]!;
  const declarations = own.map((name) => printed[name] ?? declare(name, all[name]!));
  const wrapper = `struct { ${[...declarations, `*${type.split('.')[0]}.Alias`].join('; ')} }`;
  const spellings = Object.keys(all)
    .filter((name) => SECOND_SPELLINGS[name] !== undefined)
    .map((name) => [name, SECOND_SPELLINGS[name]!] as const);
  return {
    struct: type,
    fields: all,
    own: { names: new Set(own), spellings: new Map(spellings), type: wrapper },
  };
}

function declare(name: string, field: Field): string {
  const meant = SECOND_SPELLINGS[name];
  if (meant === undefined) return `${name} ${goType(field)}`;
  return `${meant}Snake ${goType(field)} "json:\\"${name}\\""`;
}
