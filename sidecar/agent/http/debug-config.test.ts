import { describe, expect, it } from 'vitest';
import { loadObject } from '../../config/testing/fake-config-host.ts';
import { ownNodeOf } from '../host/node-registration.ts';
import { debugConfigOf } from './debug-config.ts';

const debug = (config: object): Record<string, unknown> => {
  const loaded = loadObject({ bind_addr: '127.0.0.1', node_name: 'n1', ...config });
  return debugConfigOf(loaded, ownNodeOf(loaded, 'id'));
};

describe('DebugConfig', () => {
  it('has the defaults of Consul 1.21 for a server', () => {
    expect(debug({ server: true, bootstrap: true })).toMatchObject({
      Bootstrap: true,
      BootstrapExpect: 0,
      CheckOutputMaxSize: 4096,
      CheckUpdateInterval: '5m0s',
      ConnectSidecarMaxPort: 21255,
      DNSAddrs: ['tcp://127.0.0.1:8600', 'udp://127.0.0.1:8600'],
      DNSMaxStale: '87600h0m0s',
      DNSSOA: { Expire: 86400, Minttl: 0, Refresh: 3600, Retry: 600 },
      DefaultQueryTime: '5m0s',
      GossipLANProbeInterval: '1s',
      GossipWANSuspicionMult: 6,
      HTTPAddrs: ['tcp://127.0.0.1:8500'],
      HTTPMaxConnsPerClient: 200,
      KVMaxValueSize: 524_288,
      LeaveDrainTime: '5s',
      Logging: {
        LogLevel: 'INFO',
        LogRotateDuration: expect.any(String),
        SyslogFacility: 'LOCAL0',
      },
      MaxQueryTime: '10m0s',
      RPCMaxBurst: 1000,
      RPCRateLimit: 1.7976931348623157e308,
      RequestLimitsMode: 0,
      RetryJoinIntervalLAN: '30s',
      ServerMode: true,
      TLS: { HTTPS: { KeyFile: 'hidden', TLSMinVersion: 'TLSv1_2' }, ServerMode: true },
      TxnMaxReqLen: 524_288,
      UIConfig: { ContentPath: '/ui/', Enabled: false },
    });
  });

  it('shows what is configured', () => {
    const shown = debug({
      addresses: { http: 'unix:///run/lictor.sock 127.0.0.1' },
      dns_config: { service_ttl: { 'db*': '90s' }, only_passing: true },
      limits: { request_limits: { mode: 'enforcing', read_rate: 5, write_rate: 6 } },
      log_level: 'WARN',
    });
    expect(shown).toMatchObject({
      HTTPAddrs: ['unix:///run/lictor.sock', 'tcp://127.0.0.1:8500'],
      DNSServiceTTL: { 'db*': '1m30s' },
      DNSOnlyPassing: true,
      RequestLimitsMode: 2,
      RequestLimitsReadRate: 5,
      Logging: { LogLevel: 'warn' },
    });
  });

  it('holds no secret', () => {
    const shown = debug({
      encrypt: 'MDEyMzQ1Njc4OWFiY2RlZg==',
      acl: { tokens: { default: 's-default', agent: 's-agent', initial_management: 's-root' } },
      services: [{ name: 'a', token: 's-service', checks: [{ ttl: '1m', token: 's-check' }] }],
      checks: [{ name: 'c', ttl: '1m', token: 's-node' }],
      retry_join: ['provider=aws secret_access_key=s-aws tag_key=x', '10.0.0.1'],
      ui_config: {
        metrics_proxy: {
          base_url: 'http://x',
          add_headers: [{ name: 'Authorization', value: 's-header' }],
        },
      },
    });
    const text = JSON.stringify(shown);
    expect(text).not.toMatch(/s-\w+/);
    expect(text).not.toContain('MDEyMzQ1');
    expect(shown['RetryJoinLAN']).toContain('10.0.0.1');
  });
});
