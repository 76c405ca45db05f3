/**
 * Every key of an agent's configuration, with its type and fate.
 *
 * Source: agent/config/config.go of Consul 1.21, and Lictor's own keys (lictor-keys.ts). A key that
 * is missing here is an error in a file.
 */
import {
  any,
  bool,
  duration,
  int,
  list,
  map,
  object,
  string,
  unused,
  wholeObject,
} from '../schema.ts';
import { ACL_KEYS } from './acl-keys.ts';
import { DEPRECATED_KEYS } from './deprecated-keys.ts';
import { DNS_KEYS, HTTP_KEYS } from './dns-http-keys.ts';
import { ENTERPRISE_KEYS } from './enterprise-keys.ts';
import { LICTOR_KEYS } from './lictor-keys.ts';
import { NETWORK_KEYS } from './network-keys.ts';
import { CHECK_KEYS, SERVICE_KEYS } from './service-keys.ts';
import { NO_GO_PROFILES } from './reasons.ts';
import { SERVER_KEYS } from './server-keys.ts';
import { TELEMETRY_KEYS } from './telemetry-keys.ts';
import { TLS_KEYS } from './tls-keys.ts';
import { UI_KEYS } from './ui-keys.ts';
import type { ValueOf } from '../schema.ts';

/** Who the agent is, where it keeps its state, how it goes. */
const IDENTITY_KEYS = {
  datacenter: string,
  primary_datacenter: string,
  data_dir: string,
  node_name: string,
  node_id: string,
  node_meta: map(string),
  disable_host_node_id: bool,
  locality: wholeObject({ region: string, zone: string }),
  server: bool,
  bootstrap: bool,
  bootstrap_expect: int,
  pid_file: string,
  leave_on_terminate: bool,
  skip_leave_on_interrupt: bool,
  auto_reload_config: bool,
};

/** What it watches over. `service` and `check` are lifted into the lists before merging. */
const CHECKING_KEYS = {
  service: SERVICE_KEYS,
  services: list(SERVICE_KEYS),
  check: CHECK_KEYS,
  checks: list(CHECK_KEYS),
  watches: list(map(any)),
  check_update_interval: duration,
  check_output_max_size: int,
  discard_check_output: bool,
  enable_script_checks: bool,
  enable_local_script_checks: bool,
  enable_agent_tls_for_checks: bool,
  disable_remote_exec: bool,
  session_ttl_min: duration,
};

/** Logs and profiling. */
const LOG_KEYS = {
  log_level: string,
  log_json: bool,
  log_file: string,
  log_rotate_bytes: int,
  log_rotate_duration: duration,
  log_rotate_max_files: int,
  enable_syslog: bool,
  syslog_facility: string,
  enable_debug: unused(bool, NO_GO_PROFILES),
};

/** The service mesh; its certificate authority stands in acl-keys.ts. */
const MESH_KEYS = {
  enable_central_service_config: bool,
  default_intention_policy: string,
  config_entries: object({ bootstrap: list(map(any)) }),
  peering: object({ enabled: bool, test_allow_peer_registrations: bool }),
};

export const AGENT_KEYS = object({
  ...IDENTITY_KEYS,
  ...CHECKING_KEYS,
  ...LOG_KEYS,
  ...MESH_KEYS,
  ...NETWORK_KEYS,
  ...DNS_KEYS,
  ...HTTP_KEYS,
  ...ACL_KEYS,
  ...TLS_KEYS,
  ...UI_KEYS,
  ...TELEMETRY_KEYS,
  ...SERVER_KEYS,
  ...ENTERPRISE_KEYS,
  ...DEPRECATED_KEYS,
  ...LICTOR_KEYS,
});

/** One source (file, flags, defaults), decoded; or all of them, merged. */
export type RawConfig = ValueOf<typeof AGENT_KEYS>;
