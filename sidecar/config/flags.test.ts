import { describe, expect, it } from 'vitest';
import { AGENT_FLAGS } from './agent-flags.ts';
import { load, problemsOf } from './testing/fake-config-host.ts';

describe('spelling', () => {
  it.each([
    [['-http-port=1'], { ports: { http: 1 } }],
    [['--http-port=1'], { ports: { http: 1 } }],
    [['-http-port', '1'], { ports: { http: 1 } }],
    [['--http-port', '1'], { ports: { http: 1 } }],
    [['-server', '-http-port', '1'], { server: true, ports: { http: 1 } }],
    [['-server=false'], { server: false }],
    [['-server=T'], { server: true }],
    [['-node='], { nodeName: 'host-1' }],
    [['-node=a=b'], { nodeName: 'a=b' }],
    [['-http-port', '-1'], { ports: { http: -1 } }],
    [['-node-meta', 'a:b:c', '-node-meta=d'], { nodeMeta: { a: 'b:c', d: '' } }],
    [['-retry-join=a', '-retry-join', 'b'], { gossipLAN: { retryJoin: ['a', 'b'] } }],
    [['-node=x', '--'], { nodeName: 'x' }],
    [
      ['-hcl', 'datacenter = "h" ports { dns = 5 }', '-hcl=domain = "d."'],
      { datacenter: 'h', ports: { dns: 5 }, dns: { domain: 'd.' } },
    ],
  ])('%j', (args, expected) => {
    expect(load({ args }).config).toMatchObject(expected);
  });
});

describe('mistakes', () => {
  it.each([
    [['-no-such-flag'], 'flag -no-such-flag: flag provided but not defined: -no-such-flag'],
    [
      ['-no-such-flag', 'value', '-node=x'],
      'flag -no-such-flag: flag provided but not defined: -no-such-flag',
    ],
    [['-node'], 'flag -node: flag needs an argument: -node'],
    [
      ['-http-port=x'],
      'flag -http-port: invalid value "x" for flag -http-port: expected a whole number',
    ],
    [['-server=x'], 'flag -server: invalid value "x" for flag -server: expected true or false'],
    [
      ['-retry-interval=5'],
      'flag -retry-interval: invalid value "5" for flag -retry-interval: expected a duration such as "10s"',
    ],
    [['-config-format=yaml'], "flag -config-format: -config-format must be either 'hcl' or 'json'"],
    [['extra', '-node=x'], 'command line: Unexpected extra arguments: extra -node=x'],
    [['-segment=x'], 'flag -segment: Network segments are not supported in this version of Consul'],
    [['-hcl=bogus = 1'], 'flags-0.hcl:1:1: bogus: invalid config key bogus'],
    [['-http-port=70000'], 'flag -http-port: ports.http: invalid port: 70000'],
  ])('%j', (args, problem) => {
    expect(problemsOf({ args })).toEqual([problem]);
  });
});

describe('every flag of consul agent', () => {
  it.each([
    [['-advertise=1.2.3.4'], { advertiseAddress: '1.2.3.4' }],
    [['-bind=10.0.0.9'], { bindAddress: '10.0.0.9' }],
    [['-client=0.0.0.0'], { clientAddresses: ['0.0.0.0'] }],
    [['-bootstrap', '-server'], { bootstrap: true, controlPlane: 'embedded' }],
    [['-bootstrap-expect=1', '-server'], { bootstrap: true }],
    [['-check_output_max_size=9'], { checkOutputMaxBytes: 9 }],
    [['-datacenter=DC9'], { datacenter: 'dc9' }],
    [
      ['-default-query-time=5s', '-max-query-time=6s'],
      { http: { defaultQueryTimeMs: 5000, maxQueryTimeMs: 6000 } },
    ],
    [
      ['-domain=corp', '-alt-domain=alt', '-recursor=1.1.1.1'],
      { dns: { domain: 'corp', altDomain: 'alt', recursors: ['1.1.1.1'] } },
    ],
    [['-enable-script-checks'], { enableRemoteScriptChecks: true, enableLocalScriptChecks: true }],
    [
      ['-enable-local-script-checks'],
      { enableRemoteScriptChecks: false, enableLocalScriptChecks: true },
    ],
    [['-allow-write-http-from=10.0.0.0/8'], { http: { allowWriteFrom: ['10.0.0.0/8'] } }],
    [
      ['-serf-lan-port=5', '-serf-wan-port=-1', '-serf-lan-bind=10.9.9.9'],
      { gossipLAN: { port: 5, bindAddress: '10.9.9.9' }, gossipWAN: undefined },
    ],
    [
      ['-join=a', '-join-wan=b'],
      { gossipLAN: { retryJoin: ['a'] }, gossipWAN: { retryJoin: ['b'] } },
    ],
    [
      ['-log-level=WARN', '-log-json', '-log-file=x.log'],
      { log: { level: 'warn', json: true, file: '/etc/x.log' } },
    ],
    [
      ['-node-id=11111111-2222-3333-4444-555555555555'],
      { nodeID: '11111111-2222-3333-4444-555555555555' },
    ],
    [['-pid-file=/run/x'], { pidFile: '/run/x' }],
    [
      ['-rejoin', '-auto-reload-config', '-disable-keyring-file'],
      { rejoinAfterLeave: true, autoReloadConfig: true, disableKeyringFile: true },
    ],
    [['-ui', '-ui-content-path=x'], { ui: { enabled: true, contentPath: '/x/' } }],
    [
      ['-edge-url=https://e.example', '-token=t'],
      { controlPlane: 'edge', edgeURL: 'https://e.example', edgeToken: 't' },
    ],
  ])('%j', (args, expected) => {
    expect(load({ args }).config).toMatchObject(expected);
  });

  it('has a help line and a known key', () => {
    expect(new Set(AGENT_FLAGS.map(({ name }) => name)).size).toBe(AGENT_FLAGS.length);
    for (const { name, help, key, control } of AGENT_FLAGS) {
      expect(help, name).not.toBe('');
      expect(key === undefined, name).toBe(control !== undefined);
    }
  });

  it('warns of what is deprecated, ignored or Enterprise', () => {
    const { warnings } = load({ args: ['-join=a', '-raft-protocol=3', '-non-voting-server'] });
    expect(warnings).toEqual([
      "The flag '-join' is deprecated. Use the '-retry-join' flag instead.",
      '"read_replica" is a Consul Enterprise configuration and will have no effect',
      expect.stringMatching(/^-raft-protocol has no effect: /),
    ]);
  });
});

describe('-dev', () => {
  it('needs no data_dir and stays on loopback', () => {
    const { config } = load({ args: ['-dev', '-data-dir='] });
    expect(config).toMatchObject({
      devMode: true,
      server: true,
      controlPlane: 'embedded',
      dataDir: '',
      bindAddress: '127.0.0.1',
      advertiseAddress: '127.0.0.1',
      ports: { grpc: 8502, grpcTLS: 8503 },
      ui: { enabled: true },
      log: { level: 'debug', enableDebug: true },
      gossipLAN: { probeIntervalMs: 100 },
    });
  });

  it('refuses bootstrap_expect', () => {
    expect(problemsOf({ args: ['-dev', '-bootstrap-expect=3'] })).toEqual([
      "flag -bootstrap-expect: bootstrap_expect: 'bootstrap_expect > 0' not allowed in dev mode",
    ]);
  });
});
