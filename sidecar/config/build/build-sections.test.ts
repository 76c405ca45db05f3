import { describe, expect, it } from 'vitest';
import { LOG_MAX_AGE_MS, LOG_MAX_BYTES, TXN_CEILING_BYTES } from '../../../protocol/limits.ts';
import { loadObject, problemOf } from '../testing/fake-config-host.ts';

describe('sections', () => {
  it.each([
    [
      {
        dns_config: {
          node_ttl: '5s',
          service_ttl: { '*': '1s', 'db-*': '2m' },
          recursor_strategy: 'random',
        },
      },
      {
        dns: {
          nodeTTLMs: 5000,
          serviceTTLMs: { '*': 1000, 'db-*': 120_000 },
          recursorStrategy: 'random',
        },
      },
    ],
    [
      { recursors: ['8.8.8.8', '1.1.1.1:53', '8.8.8.8'] },
      { dns: { recursors: ['8.8.8.8', '1.1.1.1:53'] } },
    ],
    [
      { limits: { rpc_rate: -1, request_limits: { mode: 'enforcing', read_rate: 5 } } },
      {
        limits: {
          rpcRate: Infinity,
          requestLimits: { mode: 'enforcing', readRate: 5, writeRate: Infinity },
        },
      },
    ],
    [
      { limits: { kv_max_value_size: 2_000_000, txn_max_req_len: 2 ** 40 } },
      { limits: { kvMaxValueBytes: 2_000_000, txnMaxBytes: TXN_CEILING_BYTES } },
    ],
    [
      { history: { max_age: '12h', max_bytes: 5_000_000 } },
      { history: { maxAgeMs: 43_200_000, maxBytes: 5_000_000 } },
    ],
    [{}, { kvMirrors: [] }],
    [
      { kv_mirror: [{ datacenter: 'DC2', prefix: 'a/' }] },
      { kvMirrors: [{ datacenter: 'dc2', prefix: 'a/', destination: 'a/', exclude: [] }] },
    ],
    [
      {
        kv_mirror: [
          { datacenter: 'dc2', prefix: '', destination: 'from-dc2/', exclude: ['secret/'] },
          { datacenter: 'dc2', prefix: 'b', destination: 'copy-' },
        ],
      },
      {
        kvMirrors: [
          { datacenter: 'dc2', prefix: '', destination: 'from-dc2/', exclude: ['secret/'] },
          { datacenter: 'dc2', prefix: 'b', destination: 'copy-', exclude: [] },
        ],
      },
    ],
    [
      { liveness: { mass_failure_share: 0.25, mass_failure_window: '2m' } },
      {
        liveness: { massFailureShare: 0.25, massFailureWindowMs: 120_000, heartbeatMs: 60_000 },
      },
    ],
    [
      { liveness: { heartbeat_check_interval: '0s' } },
      { liveness: { massFailureShare: 0, massFailureWindowMs: 60_000, heartbeatMs: 0 } },
    ],
    [{}, { history: { maxAgeMs: LOG_MAX_AGE_MS, maxBytes: LOG_MAX_BYTES } }],
    [
      { http_config: { response_headers: { A: 'b' }, block_endpoints: ['/v1/x'] } },
      { http: { responseHeaders: { A: 'b' }, blockEndpoints: ['/v1/x'] } },
    ],
    [
      { connect: { ca_config: { leaf_cert_ttl: '72h', Other: 1 } } },
      { connect: { enabled: true, caConfig: { LeafCertTTL: '72h', Other: 1 } } },
    ],
    [
      {
        tls: {
          defaults: { ca_file: 'd', verify_incoming: true },
          https: { ca_file: 'h', verify_incoming: false },
        },
      },
      {
        tls: {
          https: { caFile: 'h', verifyIncoming: false },
          internalRPC: { caFile: 'd', verifyIncoming: true },
        },
      },
    ],
    [
      {
        tls: {
          defaults: { tls_cipher_suites: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256' },
          https: { tls_min_version: 'TLSv1_3' },
        },
      },
      {
        tls: {
          https: { minVersion: 'TLSv1_3', cipherSuites: [] },
          grpc: { cipherSuites: ['TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256'] },
        },
      },
    ],
    [
      { ui_config: { content_path: 'a/b', metrics_provider: 'prometheus' } },
      {
        ui: {
          contentPath: '/a/b/',
          metricsProxy: { pathAllowlist: ['/api/v1/query', '/api/v1/query_range'] },
        },
      },
    ],
    [
      { telemetry: { prefix_filter: ['+a', '-b'], prometheus_retention_time: '60s' } },
      {
        telemetry: {
          allowedPrefixes: ['a'],
          blockedPrefixes: ['b'],
          prometheusRetentionMs: 60_000,
        },
      },
    ],
    [
      { encrypt: 'pUqJrVyVRj5jsiYEkM/tFQYfWyJIv4s3XkvDwy7Cu5s=' },
      { encryptKey: 'pUqJrVyVRj5jsiYEkM/tFQYfWyJIv4s3XkvDwy7Cu5s=' },
    ],
    [
      {
        config_entries: {
          bootstrap: [{ kind: 'proxy-defaults', name: 'global', config: { a: 1 } }],
        },
      },
      { configEntriesBootstrap: [{ kind: 'proxy-defaults', name: 'global', config: { a: 1 } }] },
    ],
  ])('%j', (config, expected) => {
    expect(loadObject(config)).toMatchObject(expected);
  });

  it.each([
    [
      { dns_config: { udp_answer_limit: -1 } },
      'a.json:1:35: dns_config.udp_answer_limit: dns_config.udp_answer_limit cannot be -1. Must be greater than or equal to zero',
    ],
    [
      { dns_config: { recursor_strategy: 'x' } },
      'dns_config.recursor_strategy: invalid strategy: "x" (one of sequential, random)',
    ],
    [
      { dns_config: { service_ttl: { '*': 'x' } } },
      'dns_config.service_ttl[*]: invalid duration: "x"',
    ],
    [
      { alt_domain: 'service.x.' },
      'alt_domain cannot start with {service,connect,node,query,addr,dc1}',
    ],
    [
      { limits: { request_limits: { mode: 'x' } } },
      'limits.request_limits.mode: invalid mode: "x"',
    ],
    [
      { liveness: { mass_failure_share: 1 } },
      'liveness.mass_failure_share: must be between 0 (off) and 1',
    ],
    [
      { liveness: { mass_failure_window: '10ms' } },
      'liveness.mass_failure_window: must be at least 1s',
    ],
    [
      { liveness: { heartbeat_check_interval: '1ms' } },
      'liveness.heartbeat_check_interval: must be at least 1s, or 0s for never',
    ],
    [{ history: { max_age: '1s' } }, 'history.max_age: must be at least 1m0s'],
    [{ kv_mirror: [{ prefix: 'a/' }] }, 'has to name the datacenter'],
    [{ kv_mirror: [{ datacenter: 'dc1', prefix: 'a/' }] }, 'is the own one'],
    [{ kv_mirror: [{ datacenter: 'dc2' }] }, 'prefix is missing'],
    [{ kv_mirror: [{ datacenter: 'dc2', prefix: 'a/', exclude: ['b/'] }] }, 'not below the prefix'],
    [
      {
        kv_mirror: [
          { datacenter: 'dc2', prefix: 'a/' },
          { datacenter: 'dc3', prefix: 'x/', destination: 'a/b/' },
        ],
      },
      'overlaps that of kv_mirror[0]',
    ],
    [{ history: { max_bytes: 1 } }, 'history.max_bytes: must be at least 65536'],
    [
      { log_level: 'loud' },
      'log_level: Invalid log level: loud (one of trace, debug, info, warn, error)',
    ],
    [{ acl: { default_policy: 'x' } }, 'unexpected ACL default policy value of "x"'],
    [{ acl: { down_policy: 'x' } }, 'invalid down policy "x"'],
    [
      { auto_config: { enabled: true } },
      'auto_config is not built (give the agent edge_url and edge_token)',
    ],
    [{ connect: { ca_provider: 'x' } }, 'x is not a valid CA provider'],
    [{ connect: { ca_provider: 'vault' } }, 'the CA provider vault is not built'],
    [{ connect: { ca_provider: 'aws-pca' } }, 'the CA provider aws-pca is not built'],
    [
      { tls: { grpc: { verify_outgoing: true } } },
      'verify_outgoing is not valid in the tls.grpc stanza',
    ],
    [
      { tls: { https: { verify_server_hostname: true } } },
      'verify_server_hostname is only valid in the tls.defaults and tls.internal_rpc stanzas',
    ],
    [
      { tls: { defaults: { use_auto_cert: true } } },
      'use_auto_cert is only valid in the tls.grpc stanza',
    ],
    [
      { tls: { defaults: { tls_min_version: 'tls12' } } },
      'tls.defaults.tls_min_version: invalid TLS version: tls12',
    ],
    [{ tls: { defaults: { tls_cipher_suites: 'X' } } }, 'invalid TLS cipher suites: X'],
    [
      {
        tls: {
          https: {
            tls_min_version: 'TLSv1_3',
            tls_cipher_suites: 'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
          },
        },
      },
      'tls.https.tls_cipher_suites: TLS 1.3 cipher suites are not configurable',
    ],
    [
      { ui_config: { content_path: '/a b/' } },
      'ui-content-path can only contain alphanumeric, -, _, or /. received: "/a b/"',
    ],
    [
      { ui_config: { content_path: '/v1/' } },
      'ui-content-path cannot have \'v[0-9]\'. received: "/v1/"',
    ],
    [{ ui_config: { enabled: true, dir: '/x' } }, 'Both the ui_config.enabled and ui_config.dir'],
    [
      { encrypt: 'AAAA' },
      "encrypt has invalid key: it must be 16, 24 or 32 bytes in base64 ('lictor keygen' makes one)",
    ],
    [
      { server: true, advertise_reconnect_timeout: '1h' },
      'advertise_reconnect_timeout can only be used on a client',
    ],
    [{ default_intention_policy: 'x' }, 'Unsupported default intention policy: x'],
    [
      { config_entries: { bootstrap: [{ kind: 'nope' }] } },
      'config_entries.bootstrap[0]: invalid config entry kind: nope',
    ],
  ])('%j', (config, problem) => {
    expect(problemOf(config)).toContain(problem);
  });
});
