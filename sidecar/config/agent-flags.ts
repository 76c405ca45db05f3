/**
 * The flags of `lictor agent`: those of `consul agent` (agent/config/flags.go) and Lictor's own.
 *
 * `key` is the configuration key that a flag sets; the schema of that key gives its type. The
 * others steer the loader.
 */
export interface AgentFlag {
  readonly name: string;
  readonly key?: string;
  readonly control?: 'config' | 'config-format' | 'dev' | 'hcl';
  /** One line for the usage text. */
  readonly help: string;
  /** Said when the flag is used. */
  readonly deprecated?: string;
}

/** Where the configuration comes from. They may be mixed; the order of the files is kept. */
const CONTROL_FLAGS: readonly AgentFlag[] = [
  {
    name: 'config-dir',
    control: 'config',
    help:
      'Directory of configuration files (*.json, *.hcl), ' +
      'read in the order of their names. May be repeated.',
  },
  {
    name: 'config-file',
    control: 'config',
    help: 'Configuration file in JSON or HCL. May be repeated.',
  },
  {
    name: 'config-format',
    control: 'config-format',
    help: 'Read every file in this format ("hcl" or "json"), whatever its name.',
  },
  {
    name: 'dev',
    control: 'dev',
    help: 'Development mode: a control plane and an agent on this machine, nothing is kept.',
  },
  { name: 'hcl', control: 'hcl', help: 'A fragment of HCL configuration. May be repeated.' },
];

/** What Consul has no flags for: the datacenter on the edge. */
const LICTOR_FLAGS: readonly AgentFlag[] = [
  { name: 'edge-url', key: 'edge_url', help: 'Where the deployed Worker answers.' },
  { name: 'token', key: 'edge_token', help: 'Join token for the Worker of -edge-url.' },
  { name: 'token-file', key: 'edge_token_file', help: 'File that holds the join token.' },
];

/** Addresses, ports and gossip. */
const NETWORK_FLAGS: readonly AgentFlag[] = [
  { name: 'advertise', key: 'advertise_addr', help: 'Address told to other nodes.' },
  { name: 'advertise-wan', key: 'advertise_addr_wan', help: 'Address told to other datacenters.' },
  { name: 'bind', key: 'bind_addr', help: 'Address for traffic between nodes.' },
  { name: 'client', key: 'client_addr', help: 'Addresses of the HTTP and DNS interfaces.' },
  { name: 'server-port', key: 'ports.server', help: 'Port of the embedded control plane.' },
  { name: 'dns-port', key: 'ports.dns', help: 'Port of the DNS interface.' },
  { name: 'http-port', key: 'ports.http', help: 'Port of the HTTP API.' },
  { name: 'https-port', key: 'ports.https', help: 'Port of the HTTPS API.' },
  { name: 'grpc-port', key: 'ports.grpc', help: 'Port of the gRPC API.' },
  { name: 'grpc-tls-port', key: 'ports.grpc_tls', help: 'Port of the gRPC API over TLS.' },
  { name: 'serf-lan-port', key: 'ports.serf_lan', help: 'Gossip port within the datacenter.' },
  { name: 'serf-wan-port', key: 'ports.serf_wan', help: 'Gossip port between datacenters.' },
  { name: 'serf-lan-bind', key: 'serf_lan', help: 'Gossip address within the datacenter.' },
  { name: 'serf-wan-bind', key: 'serf_wan', help: 'Gossip address between datacenters.' },
  {
    name: 'serf-lan-allowed-cidrs',
    key: 'serf_lan_allowed_cidrs',
    help: 'Networks that may gossip within the datacenter. May be repeated.',
  },
  {
    name: 'serf-wan-allowed-cidrs',
    key: 'serf_wan_allowed_cidrs',
    help: 'Networks that may gossip between datacenters. May be repeated.',
  },
  { name: 'encrypt', key: 'encrypt', help: 'Gossip encryption key, base64.' },
  {
    name: 'disable-keyring-file',
    key: 'disable_keyring_file',
    help: 'Do not keep the gossip keyring on disk.',
  },
  {
    name: 'join',
    key: 'start_join',
    help: 'Deprecated, use -retry-join.',
    deprecated: 'retry-join',
  },
  {
    name: 'join-wan',
    key: 'start_join_wan',
    help: 'Deprecated, use -retry-join-wan.',
    deprecated: 'retry-join-wan',
  },
  {
    name: 'retry-join',
    key: 'retry_join',
    help: 'Node to join at start, tried again until it answers. May be repeated.',
  },
  {
    name: 'retry-join-wan',
    key: 'retry_join_wan',
    help: 'Node of another datacenter to join. May be repeated.',
  },
  { name: 'retry-interval', key: 'retry_interval', help: 'Time between attempts to join.' },
  {
    name: 'retry-interval-wan',
    key: 'retry_interval_wan',
    help: 'Time between attempts to join other datacenters.',
  },
  { name: 'retry-max', key: 'retry_max', help: 'Attempts to join, 0 for no limit.' },
  {
    name: 'retry-max-wan',
    key: 'retry_max_wan',
    help: 'Attempts to join other datacenters, 0 for no limit.',
  },
  { name: 'rejoin', key: 'rejoin_after_leave', help: 'Join again after an earlier leave.' },
  {
    name: 'primary-gateway',
    key: 'primary_gateways',
    help: 'Has no effect: federation needs no mesh gateways.',
  },
];

/** The agent itself: names, DNS, limits, checks, logs, UI. */
const AGENT_FLAG_ROWS: readonly AgentFlag[] = [
  { name: 'alt-domain', key: 'alt_domain', help: 'A second DNS domain.' },
  { name: 'domain', key: 'domain', help: 'DNS domain.' },
  {
    name: 'recursor',
    key: 'recursors',
    help: 'DNS server for names outside the domain. May be repeated.',
  },
  {
    name: 'allow-write-http-from',
    key: 'http_config.allow_write_http_from',
    help: 'Network that may call write endpoints. May be repeated.',
  },
  {
    name: 'auto-reload-config',
    key: 'auto_reload_config',
    help: 'Reload when a configuration file changes.',
  },
  {
    name: 'bootstrap',
    key: 'bootstrap',
    help: 'Run the control plane of the datacenter in this agent.',
  },
  {
    name: 'bootstrap-expect',
    key: 'bootstrap_expect',
    help: '1 means -bootstrap; more is refused.',
  },
  {
    name: 'check_output_max_size',
    key: 'check_output_max_size',
    help: 'Bytes kept of the output of a check.',
  },
  { name: 'data-dir', key: 'data_dir', help: 'Directory of the state of the agent.' },
  { name: 'datacenter', key: 'datacenter', help: 'Name of the datacenter.' },
  {
    name: 'default-query-time',
    key: 'default_query_time',
    help: 'How long a blocking query waits unless told.',
  },
  {
    name: 'max-query-time',
    key: 'max_query_time',
    help: 'How long a blocking query waits at most.',
  },
  {
    name: 'disable-host-node-id',
    key: 'disable_host_node_id',
    help: 'Make a random node ID instead of one from the host.',
  },
  {
    name: 'enable-script-checks',
    key: 'enable_script_checks',
    help: 'Allow script checks, from wherever they are registered.',
  },
  {
    name: 'enable-local-script-checks',
    key: 'enable_local_script_checks',
    help: 'Allow script checks of configuration files.',
  },
  { name: 'log-file', key: 'log_file', help: 'Write the log to this file.' },
  { name: 'log-json', key: 'log_json', help: 'Write the log as JSON.' },
  { name: 'log-level', key: 'log_level', help: 'trace, debug, info, warn or error.' },
  {
    name: 'log-rotate-bytes',
    key: 'log_rotate_bytes',
    help: 'Begin a new log file after this many bytes.',
  },
  {
    name: 'log-rotate-duration',
    key: 'log_rotate_duration',
    help: 'Begin a new log file after this time.',
  },
  { name: 'log-rotate-max-files', key: 'log_rotate_max_files', help: 'Old log files to keep.' },
  { name: 'syslog', key: 'enable_syslog', help: 'Log to syslog.' },
  { name: 'node', key: 'node_name', help: 'Name of this node.' },
  { name: 'node-id', key: 'node_id', help: 'ID of this node, a UUID.' },
  {
    name: 'node-meta',
    key: 'node_meta',
    help: 'Metadata of this node, `key:value`. May be repeated.',
  },
  { name: 'non-voting-server', key: 'read_replica', help: 'Consul Enterprise, has no effect.' },
  { name: 'read-replica', key: 'read_replica', help: 'Consul Enterprise, has no effect.' },
  { name: 'segment', key: 'segment', help: 'Consul Enterprise, refused.' },
  { name: 'pid-file', key: 'pid_file', help: 'File for the process ID of the agent.' },
  { name: 'protocol', key: 'protocol', help: 'Has no effect: the link agrees on its version.' },
  { name: 'raft-protocol', key: 'raft_protocol', help: 'Has no effect: there is no Raft.' },
  { name: 'server', key: 'server', help: 'Server mode.' },
  { name: 'ui', key: 'ui_config.enabled', help: 'Serve the web UI.' },
  { name: 'ui-content-path', key: 'ui_config.content_path', help: 'Path of the web UI.' },
  { name: 'ui-dir', key: 'ui_config.dir', help: 'Serve a web UI from this directory.' },
];

export const AGENT_FLAGS: readonly AgentFlag[] = [
  ...CONTROL_FLAGS,
  ...LICTOR_FLAGS,
  ...NETWORK_FLAGS,
  ...AGENT_FLAG_ROWS,
].toSorted((a, b) => (a.name < b.name ? -1 : 1));
