/**
 * Definitions of services and checks, in files (`service`, `services`, `check`, `checks`). Source:
 * agent/config/config.go (ServiceDefinition, CheckDefinition), spelled as in Consul's
 * documentation.
 */
import {
  alias,
  any,
  bool,
  duration,
  enterprise,
  int,
  list,
  map,
  refused,
  string,
  wholeObject,
} from '../schema.ts';
import type { ValueOf } from '../schema.ts';

/** One check, with the few second spellings that Consul takes. What makes it a script, HTTP, TTL... check is which of these keys are set. */
export const CHECK_KEYS = wholeObject({
  id: string,
  name: string,
  notes: string,
  service_id: alias(string, 'serviceid'),
  token: string,
  status: string,
  args: alias(list(string), 'scriptargs'),
  http: string,
  header: map(list(string)),
  method: string,
  body: string,
  disable_redirects: bool,
  output_max_size: int,
  tcp: string,
  tcp_use_tls: bool,
  udp: string,
  interval: duration,
  docker_container_id: alias(string, 'dockercontainerid'),
  shell: string,
  grpc: string,
  grpc_use_tls: bool,
  tls_server_name: string,
  tls_skip_verify: alias(bool, 'tlsskipverify'),
  alias_node: string,
  alias_service: string,
  timeout: duration,
  ttl: duration,
  h2ping: string,
  h2ping_use_tls: bool,
  os_service: string,
  resource: string,
  warning_above: int,
  critical_above: int,
  success_before_passing: int,
  failures_before_warning: int,
  failures_before_critical: int,
  deregister_critical_service_after: alias(duration, 'deregistercriticalserviceafter'),
});

const MESH_GATEWAY_KEYS = wholeObject({ mode: string });

/** A service that a proxy opens a local port for. */
const UPSTREAM_KEYS = wholeObject({
  destination_type: string,
  destination_namespace: enterprise(string),
  destination_partition: enterprise(string),
  destination_peer: string,
  destination_name: string,
  datacenter: string,
  local_bind_address: string,
  local_bind_port: int,
  local_bind_socket_path: string,
  local_bind_socket_mode: string,
  config: map(any),
  mesh_gateway: MESH_GATEWAY_KEYS,
});

/** `proxy` of a service; `config` is opaque and read by the proxy. */
const PROXY_KEYS = wholeObject({
  destination_service_name: string,
  destination_service_id: string,
  local_service_address: string,
  local_service_port: int,
  local_service_socket_path: string,
  transparent_proxy: wholeObject({ outbound_listener_port: int, dialed_directly: bool }),
  mode: string,
  config: map(any),
  upstreams: list(UPSTREAM_KEYS),
  mesh_gateway: MESH_GATEWAY_KEYS,
  expose: wholeObject({
    checks: bool,
    port: int,
    paths: list(
      wholeObject({ listener_port: int, path: string, protocol: string, local_path_port: int }),
    ),
  }),
});

const LOCALITY_KEYS = wholeObject({ region: string, zone: string });

/** What services and the sidecars nested in them have in common. */
const COMMON_SERVICE_KEYS = {
  kind: string,
  name: string,
  tags: list(string),
  address: string,
  tagged_addresses: map(wholeObject({ address: string, port: int })),
  meta: map(string),
  port: int,
  socket_path: string,
  check: CHECK_KEYS,
  checks: list(CHECK_KEYS),
  token: string,
  weights: wholeObject({ passing: int, warning: int }),
  enable_tag_override: bool,
  proxy: PROXY_KEYS,
  locality: LOCALITY_KEYS,
};

/** The agent names a sidecar after its service, and there is one level of nesting only. */
const SIDECAR_SERVICE_KEYS = wholeObject({
  ...COMMON_SERVICE_KEYS,
  id: refused(string, "sidecar_service can't specify an ID"),
  connect: wholeObject({
    native: bool,
    sidecar_service: refused(any, "sidecar_service can't have a nested sidecar_service"),
  }),
});

/** One service, as `service` or as an element of `services`. */
export const SERVICE_KEYS = wholeObject({
  ...COMMON_SERVICE_KEYS,
  id: string,
  connect: wholeObject({ native: bool, sidecar_service: SIDECAR_SERVICE_KEYS }),
});

export type RawCheck = ValueOf<typeof CHECK_KEYS>;
export type RawService = ValueOf<typeof SERVICE_KEYS>;
export type RawSidecarService = ValueOf<typeof SIDECAR_SERVICE_KEYS>;
export type RawProxy = ValueOf<typeof PROXY_KEYS>;
