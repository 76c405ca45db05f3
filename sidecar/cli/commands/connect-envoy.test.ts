import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

interface Rendered {
  readonly node: { readonly id: string; readonly cluster: string };
  readonly admin: { readonly address: object };
  readonly static_resources: {
    readonly clusters: { readonly name: string; readonly loadAssignment: object }[];
    readonly listeners?: { readonly name: string; readonly address: object }[];
    readonly secrets?: object[];
  };
  readonly stats_sinks?: object[];
  readonly stats_flush_interval?: string;
}

let agent: FakeAgent;
let config: Record<string, unknown>;
let xDS: object | null;

beforeEach(async () => {
  agent = new FakeAgent();
  config = {};
  xDS = null;
  const sidecar = {
    ID: 'web-proxy',
    Kind: 'connect-proxy',
    Service: 'web-proxy',
    Proxy: { DestinationServiceID: 'web-1' },
  };
  const gateway = { ID: 'gw', Kind: 'ingress-gateway', Service: 'front' };
  agent.on('GET /v1/agent/services', () => ({ body: { 'web-proxy': sidecar, gw: gateway } }));
  agent.on('GET /v1/agent/self', () => ({ body: { xDS } }));
  agent.on('GET /v1/agent/service/web-proxy', () => ({
    body: {
      ...sidecar,
      Datacenter: 'dc1',
      Proxy: { DestinationServiceName: 'web', Config: config },
    },
  }));
  agent.on('GET /v1/agent/service/gw', () => ({ body: { ...gateway, Proxy: {} } }));
  agent.on('GET /v1/agent/service/fresh', () => ({
    body: { ...gateway, ID: 'fresh', Service: 'fresh', Proxy: {} },
  }));
  agent.on('GET /v1/agent/service/plain', () => ({ body: { ID: 'plain', Service: 'plain' } }));
  agent.on('GET /v1/agent/service/nope', () => ({ status: 404, body: 'unknown service ID: nope' }));
  agent.on('PUT /v1/agent/service/register', () => ({ body: '' }));
  await agent.start();
});

afterEach(() => agent.stop());

const envoy = (args: string[], env: Record<string, string> = {}) =>
  runCommand(['connect', 'envoy', '-bootstrap', ...args], { agent: agent.address, env });
const SIDECAR = ['-sidecar-for=web-1'];
const rendered = async (args: string[] = SIDECAR, env = {}): Promise<Rendered> => {
  const { code, stdout, stderr } = await envoy(args, env);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  return JSON.parse(stdout) as Rendered;
};
const at = (address: string, port_value: number) => ({
  socket_address: { address, port_value },
});
const agentAt = ({ static_resources }: Rendered): string =>
  JSON.stringify(static_resources.clusters[0]);

describe('who the proxy is', () => {
  it.each([
    ['the sidecar of a service', SIDECAR, {}, ['web-proxy', 'web']],
    ['a proxy', ['-proxy-id=web-proxy'], {}, ['web-proxy', 'web']],
    ['by the environment', [], { CONNECT_PROXY_ID: 'web-proxy' }, ['web-proxy', 'web']],
    ['a gateway', ['-gateway=ingress'], {}, ['gw', 'front']],
    ['a gateway with its ID', ['-gateway=ingress', '-proxy-id=gw'], {}, ['gw', 'ingress-gateway']],
    ['a gateway as a proxy', ['-proxy-id=gw'], {}, ['gw', 'gw']],
  ])('%s', async (_what, args, env, [id, cluster]) => {
    expect((await rendered(args, env)).node).toMatchObject({ id, cluster });
  });

  it('a gateway that is registered first', async () => {
    const args = ['-gateway=ingress', '-register', '-service=fresh', '-address=127.0.0.1:77'];
    expect((await rendered([...args, '-wan-address=1.1.1.1'])).node).toMatchObject({ id: 'fresh' });
    const { body } = agent.requests.find(({ method }) => method === 'PUT')!;
    expect(JSON.parse(body.toString())).toMatchObject({
      Kind: 'ingress-gateway',
      Name: 'fresh',
      Address: '127.0.0.1',
      Port: 77,
      TaggedAddresses: {
        lan: { Address: '127.0.0.1', Port: 77 },
        wan: { Address: '1.1.1.1', Port: 0 },
      },
      Check: {
        Name: 'ingress-gateway listening',
        TCP: '127.0.0.1:77',
        DeregisterCriticalServiceAfter: '6h',
      },
    });
  });
});

describe('where the agent is', () => {
  const plain = (address: string, port: number) => JSON.stringify(at(address, port));

  it.each([
    ['as the agent says', [], {}, plain('127.0.0.1', 8555)],
    ['as a flag says', ['-grpc-addr=10.0.0.1:1'], {}, plain('10.0.0.1', 1)],
    [
      'as the environment says',
      [],
      { CONSUL_GRPC_ADDR: 'http://10.0.0.2:2' },
      plain('10.0.0.2', 2),
    ],
    ['a socket', ['-grpc-addr=unix:///run/x'], {}, '{"pipe":{"path":"/run/x"}}'],
  ])('%s', async (_what, args, env, expected) => {
    xDS = { Ports: { Plaintext: 8555, TLS: 0 } };
    const text = agentAt(await rendered([...SIDECAR, ...args], env));
    expect(text).toContain(expected);
    expect(text).not.toContain('transport_socket');
  });

  it('with TLS, where it says so', async () => {
    xDS = { Ports: { Plaintext: 8555, TLS: 8556 } };
    const text = agentAt(await rendered());
    expect(text).toContain(plain('127.0.0.1', 8556));
    expect(text).toContain('UpstreamTlsContext');
  });

  it('at the usual port when it says nothing', async () => {
    expect(agentAt(await rendered())).toContain(plain('127.0.0.1', 8502));
  });
});

describe('settings of the proxy', () => {
  it.each([
    [{ envoy_statsd_url: 'udp://127.0.0.1:9125' }, at('127.0.0.1', 9125)],
    [{ envoy_statsd_url: '$STATSD' }, at('9.9.9.9', 1)],
    [{ envoy_dogstatsd_url: 'unix:///d.sock' }, { pipe: { path: '/d.sock' } }],
  ])('%o is a sink', async (settings, address) => {
    config = settings;
    const { stats_sinks } = await rendered(SIDECAR, { STATSD: 'udp://9.9.9.9:1' });
    expect(stats_sinks).toMatchObject([{ typedConfig: { address } }]);
  });

  it('a variable that is not set is no sink', async () => {
    config = { envoy_statsd_url: '$STATSD' };
    expect((await rendered()).stats_sinks).toBeUndefined();
  });

  it('metrics for Prometheus, by Envoy itself or by another program', async () => {
    config = { envoy_prometheus_bind_addr: '0.0.0.0:9102' };
    const tls = ['ca-file=/ca', 'cert-file=/c', 'key-file=/k'].map((each) => `-prometheus-${each}`);
    const own = (await rendered([...SIDECAR, ...tls])).static_resources;
    expect(own.clusters.map(({ name }) => name)).toEqual(['local_agent', 'self_admin']);
    expect(own.listeners).toMatchObject([{ address: at('0.0.0.0', 9102) }]);
    expect(own.secrets).toHaveLength(2);
    const other = (await rendered([...SIDECAR, '-prometheus-backend-port=20100'])).static_resources;
    expect(other.clusters.map(({ name }) => name)).toEqual(['local_agent', 'prometheus_backend']);
  });

  it('what is added stands behind what there is', async () => {
    config = {
      envoy_extra_static_clusters_json: '{"name":"a"},{"name":"b"}',
      envoy_extra_static_listeners_json: '{"name":"l"}',
      envoy_extra_stats_sinks_json: '{"name":"s"}',
      envoy_telemetry_collector_bind_socket_dir: '/run',
    };
    const { static_resources, stats_sinks, stats_flush_interval } = await rendered();
    expect(static_resources.clusters.map(({ name }) => name)).toEqual([
      'local_agent',
      'a',
      'b',
      'consul_telemetry_collector_loopback',
    ]);
    expect(static_resources.listeners).toEqual([{ name: 'l' }]);
    expect(stats_sinks).toMatchObject([
      { name: 's' },
      { name: 'envoy.stat_sinks.metrics_service' },
    ]);
    expect(stats_flush_interval).toBe('60s');
  });

  it('a template takes the place of the whole', async () => {
    config = {
      envoy_bootstrap_json_tpl:
        '{"id":"{{ .ProxyID }}","at":"{{ .AgentAddress }}:{{ .AgentPort }}"}',
    };
    const { stdout } = await envoy(SIDECAR);
    expect(JSON.parse(stdout)).toEqual({ id: 'web-proxy', at: '127.0.0.1:8502' });
  });

  it('are left out when asked', async () => {
    config = { envoy_prometheus_bind_addr: '0.0.0.0:9102' };
    const { static_resources } = await rendered([...SIDECAR, '-no-central-config']);
    expect(static_resources.listeners).toBeUndefined();
  });
});

it('a gateway says whether it is ready', async () => {
  expect((await rendered(['-gateway=ingress'])).static_resources.listeners).toMatchObject([
    { name: 'envoy_ready_listener', address: at('127.0.0.1', 8443) },
  ]);
});

it.each([
  [[], 'No proxy ID specified. One of -proxy-id, -sidecar-for, or -gateway is required'],
  [['-sidecar-for=nobody'], 'No sidecar proxy registered for nobody'],
  [
    ['-proxy-id=nope'],
    'failed fetch proxy config from local agent: Unexpected response code: 404 (unknown service ID: nope)',
  ],
  [['-proxy-id=plain'], 'service is not a Connect proxy or gateway'],
  [['-gateway=foo'], 'Gateway must be one of: api, terminating, mesh, or ingress'],
  [['-gateway=mesh'], 'No mesh-gateway services registered with this agent'],
  [
    ['-gateway=mesh', '-mesh-gateway'],
    'The mesh-gateway flag is deprecated and cannot be used alongside the gateway flag',
  ],
  [[...SIDECAR, '-register'], 'Auto-Registration can only be used for gateways'],
  [[...SIDECAR, '-node-name=n'], "'-node-name' requires '-proxy-id'"],
  [
    [...SIDECAR, '-admin-bind=foo'],
    'Invalid Consul HTTP address: address foo: missing port in address',
  ],
  [
    [...SIDECAR, '-grpc-ca-file=/no/such'],
    'Error loading from /no/such: open /no/such: no such file or directory',
  ],
])('%o is refused', async (args, message) => {
  expect(await envoy(args)).toMatchObject({ code: 1, stdout: '', stderr: `${message}\n` });
});

it('Envoy itself is not started', async () => {
  const { code, stderr } = await runCommand(['connect', 'envoy', ...SIDECAR], {
    agent: agent.address,
  });
  expect(code).toBe(1);
  expect(stderr).toContain('Envoy is not started');
});
