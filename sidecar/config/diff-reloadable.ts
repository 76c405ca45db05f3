import { isDeepStrictEqual } from 'node:util';
import type { AgentConfig } from './agent-config.ts';

export interface ConfigChange {
  /** Where it stands in AgentConfig: `services`, `log.level`, `dns.nodeTTLMs`. */
  readonly path: string;
  /** The key of the configuration file that it comes from. */
  readonly key: string;
  /** False when only a restart can apply it; the running agent then keeps the old value. */
  readonly reloadable: boolean;
}

/** A total record: a property of AgentConfig without a key does not compile. */
const KEYS: Readonly<Record<keyof AgentConfig, string>> = {
  datacenter: 'datacenter',
  primaryDatacenter: 'primary_datacenter',
  nodeName: 'node_name',
  nodeID: 'node_id',
  disableHostNodeID: 'disable_host_node_id',
  nodeMeta: 'node_meta',
  locality: 'locality',
  devMode: '-dev',
  server: 'server',
  bootstrap: 'bootstrap',
  controlPlane: 'bootstrap, edge_url',
  edgeURL: 'edge_url',
  edgeToken: 'edge_token',
  dataDir: 'data_dir',
  pidFile: 'pid_file',
  leaveOnTerminate: 'leave_on_terminate',
  skipLeaveOnInterrupt: 'skip_leave_on_interrupt',
  leaveDrainMs: 'performance.leave_drain_time',
  autoReloadConfig: 'auto_reload_config',
  bindAddress: 'bind_addr',
  advertiseAddress: 'advertise_addr',
  advertiseAddressWAN: 'advertise_addr_wan',
  taggedAddresses: 'tagged_addresses',
  translateWANAddresses: 'translate_wan_addrs',
  clientAddresses: 'client_addr',
  ports: 'ports',
  listeners: 'addresses',
  unixSockets: 'unix_sockets',
  gossipLAN: 'gossip_lan, retry_join, serf_lan',
  gossipWAN: 'gossip_wan, retry_join_wan, serf_wan',
  encryptKey: 'encrypt',
  encryptVerifyIncoming: 'encrypt_verify_incoming',
  encryptVerifyOutgoing: 'encrypt_verify_outgoing',
  disableKeyringFile: 'disable_keyring_file',
  disableCoordinates: 'disable_coordinates',
  rejoinAfterLeave: 'rejoin_after_leave',
  advertiseReconnectTimeoutMs: 'advertise_reconnect_timeout',
  dns: 'dns_config',
  http: 'http_config',
  limits: 'limits',
  acl: 'acl',
  connect: 'connect',
  tls: 'tls',
  ui: 'ui_config',
  telemetry: 'telemetry',
  log: 'log_level, log_file, enable_syslog',
  peeringEnabled: 'peering.enabled',
  configEntriesBootstrap: 'config_entries.bootstrap',
  defaultIntentionPolicy: 'default_intention_policy',
  enableCentralServiceConfig: 'enable_central_service_config',
  xdsUpdatesPerSecond: 'xds.update_max_per_second',
  services: 'services',
  checks: 'checks',
  watches: 'watches',
  checkUpdateIntervalMs: 'check_update_interval',
  checkOutputMaxBytes: 'check_output_max_size',
  discardCheckOutput: 'discard_check_output',
  enableRemoteScriptChecks: 'enable_script_checks',
  enableLocalScriptChecks: 'enable_local_script_checks',
  enableAgentTLSForChecks: 'enable_agent_tls_for_checks',
  disableRemoteExec: 'disable_remote_exec',
  sessionTTLMinMs: 'session_ttl_min',
  history: 'history',
  liveness: 'liveness',
  kvMirrors: 'kv_mirror',
};

/**
 * What a reload may change; a path stands for all below it. As in Consul (agent/agent.go,
 * reloadConfigInternal), and the join token, whose file is read again.
 */
const RELOADABLE: readonly string[] = [
  'services',
  'checks',
  'watches',
  'nodeMeta',
  'discardCheckOutput',
  'configEntriesBootstrap',
  'edgeToken',
  'acl.tokens',
  'tls',
  'ui',
  'log.level',
  'limits.httpMaxConnectionsPerClient',
  'limits.rpcRate',
  'limits.rpcMaxBurst',
  'limits.requestLimits',
  'telemetry.allowedPrefixes',
  'telemetry.blockedPrefixes',
  'dns',
];
/** The names that the DNS server answers for are bound when it starts. */
const NOT_RELOADABLE: readonly string[] = ['dns.domain', 'dns.altDomain'];

/**
 * Every value in which two configurations differ. Lists and definitions are compared as a whole.
 */
export function diffReloadable(before: AgentConfig, after: AgentConfig): ConfigChange[] {
  const changes: ConfigChange[] = [];
  for (const property of Object.keys(KEYS) as (keyof AgentConfig)[]) {
    const key = KEYS[property];
    for (const path of changedPaths(property, before[property], after[property])) {
      changes.push({ path, key, reloadable: isReloadable(path) });
    }
  }
  return changes;
}

function* changedPaths(path: string, before: unknown, after: unknown): Generator<string> {
  if (isDeepStrictEqual(before, after)) return;
  if (!isTable(before) || !isTable(after)) {
    yield path;
    return;
  }
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    yield* changedPaths(`${path}.${key}`, before[key], after[key]);
  }
}

function isTable(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isReloadable(path: string): boolean {
  const within = (prefix: string) => path === prefix || path.startsWith(`${prefix}.`);
  return RELOADABLE.some(within) && !NOT_RELOADABLE.some(within);
}
