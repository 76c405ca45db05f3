import { describe, expect, it } from 'vitest';
import { load, loadHCL, loadObject, problemOf } from '../testing/fake-config-host.ts';

const service = (more: object) => ({ service: { name: 'web', ...more } });
const check = (more: object) => service({ check: more });

describe('services', () => {
  it('keep every field, spelled as in the HTTP API', () => {
    const text = `service {
      id = "w1" name = "web" tags = ["a"] address = "10.0.0.1" port = 80 token = "t" enable_tag_override = true
      meta { k = "v" }
      tagged_addresses { lan { address = "10.0.0.2" port = 81 } wan { address = "w" } }
      weights { passing = 5 warning = 2 }
      locality { region = "r" zone = "z" }
      checks = [{ ttl = "10s" }]
      check { http = "http://x" interval = "1s" }
    }`;
    expect(loadHCL(text).services).toEqual([
      {
        ID: 'w1',
        Name: 'web',
        Tags: ['a'],
        Address: '10.0.0.1',
        Port: 80,
        Token: 't',
        EnableTagOverride: true,
        Meta: { k: 'v' },
        TaggedAddresses: { lan: { Address: '10.0.0.2', Port: 81 }, wan: { Address: 'w', Port: 0 } },
        Weights: { Passing: 5, Warning: 2 },
        Locality: { Region: 'r', Zone: 'z' },
        Checks: [{ TTL: '10s' }, { HTTP: 'http://x', Interval: '1s' }],
      },
    ]);
  });

  it('carry proxies and sidecars', () => {
    const text = `service {
      name = "web"
      connect { sidecar_service {
        port = 20000
        proxy {
          mode = "transparent"
          config { envoy_x = { deep_key = [1] } }
          upstreams { destination_name = "db" local_bind_port = 1 config { a_b = 1 } mesh_gateway { mode = "local" } }
          upstreams { destination_name = "q" destination_type = "prepared_query" local_bind_socket_path = "/s" }
          expose { checks = true paths = [{ path = "/m" listener_port = 2 local_path_port = 3 }] }
          transparent_proxy { outbound_listener_port = 15001 }
        }
      } }
    }`;
    expect(loadHCL(text).services[0]!.Connect).toEqual({
      SidecarService: {
        Port: 20_000,
        Proxy: {
          Mode: 'transparent',
          Config: { envoy_x: { deep_key: [1] } },
          Upstreams: [
            {
              DestinationType: 'service',
              DestinationName: 'db',
              LocalBindPort: 1,
              Config: { a_b: 1 },
              MeshGateway: { Mode: 'local' },
            },
            { DestinationType: 'prepared_query', DestinationName: 'q', LocalBindSocketPath: '/s' },
          ],
          Expose: { Checks: true, Paths: [{ Path: '/m', ListenerPort: 2, LocalPathPort: 3 }] },
          TransparentProxy: { OutboundListenerPort: 15_001 },
        },
      },
    });
  });

  it('ignores case, and takes the few spellings of the HTTP API that Consul takes', () => {
    const config = loadObject({
      Service: {
        ID: 'x',
        Name: 'web',
        Enable_Tag_Override: true,
        Check: {
          ID: 'c',
          ScriptArgs: ['a'],
          Interval: '1s',
          DeregisterCriticalServiceAfter: '5m',
          TLSSkipVerify: true,
        },
      },
    });
    expect(config.services).toEqual([
      {
        ID: 'x',
        Name: 'web',
        EnableTagOverride: true,
        Checks: [
          {
            ID: 'c',
            ScriptArgs: ['a'],
            Interval: '1s',
            DeregisterCriticalServiceAfter: '5m',
            TLSSkipVerify: true,
          },
        ],
      },
    ]);
  });

  it.each([
    [service({ EnableTagOverride: true }), 'EnableTagOverride'],
    [service({ service: 'x' }), 'service'],
    [
      service({ weights: { passing: 0 } }),
      'Invalid weight definition for service web: Passing must be greater than 0',
    ],
    [service({ weights: { warning: -1 } }), 'Warning must be greater or equal than 0'],
    [service({ weights: { passing: 65_536 } }), 'DNS Weight must be between 0 and 65535'],
    [
      service({ meta: { 'a b': 'c' } }),
      "Couldn't load metadata pair ('a b', 'c'): Key contains invalid characters",
    ],
    [service({ meta: { 'consul-x': 'c' } }), "Key prefix 'consul-' is reserved for internal use"],
    [
      service({ port: 1, socket_path: '/s' }),
      'service web cannot have both socket path /s and address/port',
    ],
    [service({ locality: { zone: 'z' } }), 'zone cannot be set without region'],
    [service({ proxy: { mode: 'x' } }), 'invalid proxy mode: "x"'],
    [service({ proxy: { mesh_gateway: { mode: 'x' } } }), 'Invalid Mesh Gateway Mode: "x"'],
    [service({ kind: 'connect-proxy' }), 'Port or SocketPath must be set for a connect-proxy'],
    [
      service({ kind: 'connect-proxy', port: 1 }),
      'Proxy.DestinationServiceName must be non-empty for Connect proxy services',
    ],
    [service({ kind: 'mesh-gateway' }), 'Port must be non-zero for a mesh-gateway'],
    [
      service({ kind: 'api-gateway', proxy: { destination_service_name: 'x' } }),
      'The Proxy.DestinationServiceName configuration is invalid for a api-gateway',
    ],
    [service({ connect: { sidecar_service: { id: 'x' } } }), "sidecar_service can't specify an ID"],
    [
      service({ connect: { sidecar_service: { connect: { sidecar_service: {} } } } }),
      "sidecar_service can't have a nested sidecar_service",
    ],
    [
      service({ connect: { sidecar_service: { proxy: { upstreams: [{ local_bind_port: 1 }] } } } }),
      'connect.sidecar_service.proxy: service "web": 1 error occurred:\n\t* upstream destination name cannot be empty',
    ],
    [
      service({ connect: { sidecar_service: { check: {} } } }),
      'services[0].connect.sidecar_service.check: service "web": check "": TTL must be > 0',
    ],
  ])('%j', (config, problem) => {
    expect(problemOf(config)).toContain(problem);
  });
});

describe('checks', () => {
  it.each([
    [
      { id: 'a', args: ['x'], interval: '1s' },
      { ID: 'a', ScriptArgs: ['x'], Interval: '1s' },
    ],
    [
      { id: 'a', args: ['x'], interval: '1s' },
      { ID: 'a', ScriptArgs: ['x'], Interval: '1s' },
    ],
    [
      { id: 'a', h2ping: 'x:1', interval: '1s' },
      { ID: 'a', H2PING: 'x:1', H2PingUseTLS: true, Interval: '1s' },
    ],
    [
      { id: 'a', ttl: '1s', failures_before_critical: 3 },
      { ID: 'a', TTL: '1s', FailuresBeforeCritical: 3, FailuresBeforeWarning: 3 },
    ],
    [
      {
        id: 'a',
        http: 'u',
        interval: '1s',
        header: { A: ['b'] },
        tls_skip_verify: true,
        output_max_size: 9,
      },
      {
        ID: 'a',
        HTTP: 'u',
        Interval: '1s',
        Header: { A: ['b'] },
        TLSSkipVerify: true,
        OutputMaxSize: 9,
      },
    ],
    [
      { name: 'a', alias_service: 'w' },
      { Name: 'a', AliasService: 'w' },
    ],
  ])('%j', (raw, expected) => {
    expect(loadObject({ check: raw }).checks).toEqual([expected]);
  });

  it.each([
    [
      check({}),
      'a.json:1:34: services[0].check: service "web": check "": TTL must be > 0 for TTL checks',
    ],
    [
      check({ name: 'c', ttl: '1h', interval: '5s' }),
      'check "c": Interval and TTL cannot both be specified',
    ],
    [
      check({ http: 'http://x' }),
      'Interval must be > 0 for Script, HTTP, H2PING, TCP, UDP or OSService checks',
    ],
    [check({ http: 'http://x', interval: '-1s' }), 'Interval must be > 0'],
    [check({ alias_service: 'x', ttl: '1s' }), 'TTL must be not be set for Alias checks'],
    [
      check({ alias_service: 'x', tcp: 'a:1', interval: '1s' }),
      'Interval cannot be set for Alias checks',
    ],
    [check({ ttl: '1s', output_max_size: -1 }), 'MaxOutputMaxSize must be positive'],
    [
      check({ ttl: '1s', failures_before_warning: 2 }),
      "FailuresBeforeWarning can't be higher than FailuresBeforeCritical",
    ],
    [{ check: { name: 'n', script_args: ['x'], interval: '1s' } }, 'script_args'],
    [check({ ttl: 'soon' }), 'service.check.ttl: invalid duration: "soon"'],
    [{ check: { name: 'n' } }, 'a.json:1:10: checks[0]: check "n": TTL must be > 0 for TTL checks'],
    [
      { check_output_max_size: 0 },
      'check_output_max_size must be positive, to discard check output use the discard_check_output flag',
    ],
  ])('%j', (config, problem) => {
    expect(problemOf(config)).toContain(problem);
  });

  it('from everywhere without a guard are warned of', () => {
    const { warnings } = load({ args: ['-enable-script-checks'] });
    expect(warnings).toEqual([expect.stringContaining('is DANGEROUS')]);
    expect(
      load({ args: ['-enable-script-checks', '-allow-write-http-from=127.0.0.0/8'] }).warnings,
    ).toEqual([]);
  });
});

describe('watches', () => {
  it.each([
    [
      { type: 'key', key: 'a', args: ['x'] },
      { type: 'key', key: 'a', args: ['x'], handler_type: 'script' },
    ],
    [
      { Type: 'nodes', Args: 'x' },
      { type: 'nodes', args: ['x'], handler_type: 'script' },
    ],
    [
      {
        type: 'keyprefix',
        prefix: 'p/',
        handler_type: 'http',
        http_handler_config: { path: 'http://x', header: { A: ['b'] } },
      },
      {
        type: 'keyprefix',
        prefix: 'p/',
        handler_type: 'http',
        http_handler_config: { path: 'http://x', header: { A: ['b'] } },
      },
    ],
  ])('%j', (raw, expected) => {
    expect(loadObject({ watches: [raw] }).watches).toEqual([expected]);
  });

  it.each([
    [{}, 'a.json:1:13: watches[0]: Watch type must be specified'],
    [{ type: 'bogus', args: ['x'] }, 'Unsupported watch type: bogus'],
    [
      { type: 'connect_roots', args: ['x'] },
      'Watch type connect_roots is not allowed in agent config',
    ],
    [{ type: 'key', args: ['x'] }, 'Must specify a single key to watch'],
    [{ type: 'nodes' }, 'Must define a watch handler'],
    [{ type: 'nodes', args: [1] }, 'Watch args must be a list of strings'],
    [{ type: 'nodes', args: ['x'], handler: 'y' }, 'Only one watch handler allowed'],
    [{ type: 'nodes', handler_type: 'smoke' }, "Handler type 'smoke' not recognized"],
    [{ type: 'nodes', handler_type: 'http' }, "Requires 'path' to be set"],
  ])('%j', (raw, problem) => {
    expect(problemOf({ watches: [raw] })).toContain(problem);
  });
});
