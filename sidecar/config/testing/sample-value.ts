/** A value for each key, of the right type and one that is accepted. */
import type { ObjectSchema, Schema } from '../schema.ts';

/** Where not just any value of the type will do; by path, `[]` for the elements of a list or map. */
const SAMPLES: Readonly<Record<string, unknown>> = {
  'acl.default_policy': 'deny',
  'acl.down_policy': 'async-cache',
  acl_default_policy: 'deny',
  acl_down_policy: 'deny',
  addresses: { http: '127.0.0.1', https: '127.0.0.1', dns: '127.0.0.1', grpc: '127.0.0.1' },
  advertise_addr: '10.0.0.1',
  advertise_addr_ipv4: '10.0.0.1',
  advertise_addr_ipv6: 'fd00::1',
  advertise_addr_wan: '10.0.0.1',
  advertise_addr_wan_ipv4: '10.0.0.1',
  advertise_addr_wan_ipv6: 'fd00::1',
  // Switched on it is refused: such an agent would have no other way in.
  auto_config: { enabled: false, intro_token: 'x' },
  bind_addr: '10.0.0.1',
  bootstrap_expect: 1,
  ca_path: '/etc',
  'cache.entry_fetch_rate': 5,
  client_addr: '127.0.0.1',
  config_entries: { bootstrap: [{ kind: 'service-defaults', name: 'web', protocol: 'http' }] },
  connect: { enabled: true, ca_provider: 'consul', ca_config: { leaf_cert_ttl: '72h' } },
  check: { name: 'alive', ttl: '10s' },
  checks: [{ name: 'alive', ttl: '10s' }],
  default_intention_policy: 'deny',
  'dns_config.recursor_strategy': 'random',
  edge_url: 'https://lictor.example.workers.dev',
  edge_token_file: '',
  encrypt: 'pUqJrVyVRj5jsiYEkM/tFQYfWyJIv4s3XkvDwy7Cu5s=',
  history: { max_age: '24h', max_bytes: 1_000_000 },
  'http_config.allow_write_http_from[]': '10.0.0.0/8',
  'limits.request_limits.mode': 'enforcing',
  locality: { region: 'eu', zone: 'eu-1' },
  log_level: 'warn',
  node_id: '11111111-2222-3333-4444-555555555555',
  ports: { http: 8600, dns: 8700, sidecar_min_port: 21_100, sidecar_max_port: 21_200 },
  primary_datacenter: 'dc1',
  raft_protocol: 3,
  recursors: ['10.0.0.53'],
  reconnect_timeout: '72h',
  reconnect_timeout_wan: '72h',
  serf_lan: '10.0.0.1',
  serf_wan: '10.0.0.1',
  'serf_lan_allowed_cidrs[]': '10.0.0.0/8',
  'serf_wan_allowed_cidrs[]': '10.0.0.0/8',
  server_rejoin_age_max: '24h',
  service: { name: 'web', port: 80, check: { ttl: '10s' } },
  services: [{ name: 'web', port: 80 }],
  syslog_address: '10.0.0.5:514',
  syslog_facility: 'LOCAL3',
  tagged_addresses: { lan: '10.0.0.1' },
  'telemetry.prefix_filter[]': '+consul.rpc',
  tls: { defaults: { tls_min_version: 'TLSv1_3' }, https: { verify_incoming: false } },
  tls_cipher_suites: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  tls_min_version: 'tls12',
  verify_incoming: false,
  verify_incoming_https: false,
  verify_incoming_rpc: false,
  ui_config: { enabled: true, content_path: '/ui/' },
  'unix_sockets.mode': '0660',
  watches: [{ type: 'nodes', args: ['true'] }],
};

/** Plain data, as a JSON file would hold it. */
export function sampleValue(schema: Schema, path: string): unknown {
  if (path in SAMPLES) return SAMPLES[path];
  switch (schema.kind) {
    case 'string':
      return 'text';
    case 'duration':
      return '30s';
    case 'bool':
      return true;
    case 'int':
    case 'uint':
      return 5;
    case 'float':
      return 0.5;
    case 'list':
      return [sampleValue(schema.item, `${path}[]`)];
    case 'map':
      return { key: sampleValue(schema.item, `${path}[]`) };
    case 'object':
      return sampleObject(schema, path);
    case 'any':
      return 'anything';
  }
}

function sampleObject({ fields }: ObjectSchema, path: string): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields)
      // Parts with a fate of their own would speak for the whole.
      .filter(([, { fate }]) => fate.kind === 'honoured' || fate.kind === 'ignored')
      .map(([name, field]) => [name, sampleValue(field, `${path}.${name}`)]),
  );
}

/** What no key of this type takes. */
export function wrongValue({ kind }: Schema): unknown {
  return kind === 'object' || kind === 'map' || kind === 'list' ? 'no table' : { no: 'scalar' };
}

/** HCL of plain data. */
export function renderHCL(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(renderHCL).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const entries = Object.entries(value).map(([key, each]) => `"${key}" = ${renderHCL(each)}`);
  return `{ ${entries.join('\n')} }`;
}
