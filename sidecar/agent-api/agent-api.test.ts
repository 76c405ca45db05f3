import { beforeEach, describe, expect, it } from 'vitest';
import { createAPI } from '../../http-api/fetch-adapter.ts';
import type { APIContext } from '../../http-api/route.ts';
import { notFound } from '../../protocol/errors.ts';
import { LogHub, Logger } from '../lib/log.ts';
import { agentRoutes } from './routes.ts';
import type { Agent, MetricsSummary, PoolKeys } from './agent.ts';
import type { AgentAPIDeps, LocalCheck, LocalService } from './deps.ts';

const summary: MetricsSummary = {
  Timestamp: '2026-01-02 03:04:05 +0000 UTC',
  Gauges: [],
  Points: [],
  Counters: [],
  Samples: [],
};
const member = { Name: 'n1', Addr: '127.0.0.1', Port: 8301, Tags: { role: 'consul' }, Status: 1 };

function service(ID: string, more: Partial<LocalService> = {}): LocalService {
  return {
    ID,
    Service: ID,
    Tags: [],
    Address: '',
    Meta: null,
    Port: 0,
    Weights: { Passing: 1, Warning: 1 },
    EnableTagOverride: false,
    Proxy: { Mode: '', MeshGateway: {}, Expose: {} },
    Connect: {},
    PeerName: '',
    ...more,
  };
}

function check(CheckID: string, more: Partial<LocalCheck> = {}): LocalCheck {
  const rest = { Notes: '', Output: '', ServiceID: '', ServiceName: '', ServiceTags: [] };
  const kind = { Type: 'ttl', Interval: '', Timeout: '', ExposedPort: 0, Definition: {} };
  return { Node: 'n1', CheckID, Name: CheckID, Status: 'passing', ...rest, ...kind, ...more };
}

let members: null | undefined;
let services: Map<string, LocalService>;
let checks: Map<string, LocalCheck>;
let calls: unknown[][];
let listeners: Set<(change: { kind: 'service'; id: string }) => void>;
let setToken: Agent['setToken'];
let prometheus: string | null;
let keyAnswers: PoolKeys[];
const logs = new LogHub();

beforeEach(() => {
  services = new Map();
  checks = new Map();
  calls = [];
  listeners = new Set();
  setToken = null;
  prometheus = null;
  keyAnswers = [];
});

const record =
  (name: string) =>
  async (...args: unknown[]): Promise<void> =>
    void calls.push([name, ...args]);

function deps(): AgentAPIDeps {
  return {
    agent: {
      listKeys: async () => keyAnswers,
      changeKey: async (...args) => {
        calls.push(['changeKey', ...args]);
        return keyAnswers;
      },
      datacenter: 'dc1',
      intentionDefault: 'allow',
      self: () => ({ Config: { NodeName: 'n1' } }) as never,
      version: () => ({ SHA: '', BuildDate: '', HumanVersion: '1.21.0', FIPS: '' }),
      members: (pool) =>
        members === null
          ? null
          : ([{ ...member, Name: pool === 'wan' ? 'n1.dc1' : 'n1' }] as never),
      join: record('join'),
      leave: record('leave'),
      forceLeave: record('forceLeave'),
      reload: record('reload'),
      setToken,
      metrics: {
        refresh: async () => {},
        summary: () => summary,
        prometheus: () => prometheus,
        listen: () => () => {},
      },
      logs,
    },
    state: {
      service: (id) => (services.has(id) ? { service: services.get(id)! } : undefined),
      services: () => [...services.values()].map((value) => ({ service: value })),
      check: (id) => (checks.has(id) ? { check: checks.get(id)! } : undefined),
      checks: () => [...checks.values()].map((value) => ({ check: value })),
      listen: (listener) => {
        listeners.add(listener);
        return () => listeners.delete(listener);
      },
    },
    registrar: {
      plan: record('plan'),
      planCheck: record('planCheck'),
      registerService: record('registerService'),
      deregisterService: record('deregisterService'),
      registerCheck: record('registerCheck'),
      deregisterCheck: record('deregisterCheck'),
      reportTTL: (...args) => {
        if (args[0] === 'none') throw notFound('Unknown check ID "none".');
        calls.push(['reportTTL', ...args]);
      },
    },
    history: {
      transitions: () => [{ atMs: 0, from: 'passing', to: 'critical', output: 'refused' }],
    },
    maintenance: { setNode: record('setNode'), setService: record('setService') },
    rights: { require: async () => {}, allows: async (_token, all) => all.map(() => true) },
    settle: record('settle'),
  };
}

const context: APIContext = {
  rpc: {} as never,
  snapshots: {} as never,
  limits: { kvMaxValueBytes: 1, txnMaxBytes: 1, defaultQueryTimeMs: 1000, maxQueryTimeMs: 60_000 },
  datacenter: 'dc1',
  nodeName: 'n1',
} as APIContext;

async function ask(method: string, path: string, body?: unknown, headers = {}): Promise<Response> {
  const app = createAPI(agentRoutes(deps()), { context });
  const text = typeof body === 'string' || body === undefined ? body : JSON.stringify(body);
  return app.request(path, { method, headers, ...(text === undefined ? {} : { body: text }) });
}
const put = (path: string, body?: unknown) => ask('PUT', path, body);
const get = (path: string, headers = {}) => ask('GET', path, undefined, headers);

const NO_NAMESPACES = 'Invalid query parameter: "ns" - Namespaces are a Consul Enterprise feature';

describe('registration', () => {
  it.each([
    [{ Name: 'x', Checks: [null] }, { Checks: [{}] }],
    [
      { Name: 'x', Kind: 'connect-proxy', Proxy: { Upstreams: [null] } },
      { Proxy: { Upstreams: [{}] } },
    ],
  ])('a null in a list of structures says nothing: %o', async (body, definition) => {
    await put('/v1/agent/service/register', body);
    expect(calls[0]![1]).toMatchObject(definition);
  });

  it.each(['service/deregister', 'service/maintenance', 'check/pass', 'check/deregister'])(
    '/v1/agent/%s without its slash is sent there',
    async (path) => {
      const response = await put(`/v1/agent/${path}?a=1`);
      expect([response.status, response.headers.get('location')]).toEqual([
        307,
        `/v1/agent/${path}/?a=1`,
      ]);
    },
  );

  it('takes every spelling that Consul takes', async () => {
    const body = {
      id: 'w-1',
      name: 'w',
      enable_tag_override: true,
      tagged_addresses: { lan: { address: '10.0.0.1', port: 9 } },
      meta: { tagged_addresses: 'kept' },
      checks: [
        { CheckID: 'c', Args: ['/bin/true'], Interval: 5_000_000_000, h2ping_use_tls: false },
        { ttl: '10s', deregister_critical_service_after: '1m' },
      ],
      connect: {
        sidecar_service: { proxy: { upstreams: [{ destination_name: 'db', local_bind_port: 1 }] } },
      },
    };
    const path = '/v1/agent/service/register?replace-existing-checks=true';
    const response = await ask('PUT', path, body, { 'x-consul-token': 'secret' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('application/json');
    expect(await response.text()).toBe('');
    const proxy = { Upstreams: [{ DestinationName: 'db', LocalBindPort: 1 }] };
    expect(calls).toEqual([
      [
        'registerService',
        {
          ID: 'w-1',
          Name: 'w',
          EnableTagOverride: true,
          TaggedAddresses: { lan: { Address: '10.0.0.1', Port: 9 } },
          Meta: { tagged_addresses: 'kept' },
          Checks: [
            { ID: 'c', ScriptArgs: ['/bin/true'], Interval: '5s', H2PingUseTLS: false },
            { TTL: '10s', DeregisterCriticalServiceAfter: '1m' },
          ],
          Connect: { SidecarService: { Proxy: proxy } },
        },
        { source: 'api', token: 'secret', replaceExistingChecks: true },
      ],
      ['settle', 1000],
    ]);
  });

  it.each([
    ['service', '{', 'Request decode failed'],
    ['service', '', 'EOF'],
    ['service', { Name: 'x', Prot: 80 }, 'json: unknown field "Prot"'],
    ['service', { Name: 'x', Port: 'eighty' }, 'cannot unmarshal string'],
    ['service', { Name: 'x', Check: { ID: 'c', TTL: '1s' } }, 'json: unknown field "ID"'],
    ['check', { Name: 'x', TTL: 'soon' }, 'time: invalid duration "soon"'],
    ['check', { Name: 'x', TTL: '5' }, 'time: missing unit in duration "5"'],
    ['check', { Name: 'x', TTL: '' }, 'time: invalid duration ""'],
    ['check', { Name: 'x', CheckID: 'y', TTL: '1s' }, 'json: unknown field "CheckID"'],
  ])('%s %o is refused', async (kind, body, message) => {
    const response = await put(`/v1/agent/${kind}/register`, body);
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(`Request decode failed: `);
    expect(await (await put(`/v1/agent/${kind}/register`, body)).text()).toContain(message);
    expect(calls).toEqual([]);
  });

  it.each([{ TTL: 0 }, { TTL: '0s', Interval: '0' }, { TTL: null, Timeout: 0 }])(
    'a duration of nothing says nothing: %o',
    async (Check) => {
      await put('/v1/agent/service/register', { Name: 'x', Check });
      expect(calls[0]![1]).toEqual({ Name: 'x', Check: {} });
    },
  );

  it('a check of a service', async () => {
    await put('/v1/agent/check/register', { ID: 'c', Name: 'n', TTL: '1h', service_id: 's' });
    expect(calls[0]).toEqual([
      'registerCheck',
      { ID: 'c', Name: 'n', TTL: '1h', ServiceID: 's' },
      { source: 'api', token: '' },
    ]);
  });

  it.each([
    ['/v1/agent/service/deregister/a%2Fb', ['deregisterService', 'a/b']],
    ['/v1/agent/check/deregister/x', ['deregisterCheck', 'x']],
    ['/v1/agent/check/pass/x?note=all+good', ['reportTTL', 'x', 'passing', 'all good']],
    ['/v1/agent/check/warn/x', ['reportTTL', 'x', 'warning', '']],
    ['/v1/agent/check/fail/x', ['reportTTL', 'x', 'critical', '']],
    ['/v1/agent/maintenance?enable=1&reason=r', ['setNode', true, 'r', '']],
    ['/v1/agent/service/maintenance/s?enable=F', ['setService', 's', false, '', '']],
    ['/v1/agent/join/10.0.0.1', ['join', '10.0.0.1', 'lan']],
    ['/v1/agent/join/10.0.0.1?wan=1', ['join', '10.0.0.1', 'wan']],
    ['/v1/agent/force-leave/n2?prune', ['forceLeave', 'n2', true, 'lan']],
    ['/v1/agent/leave', ['leave']],
    ['/v1/agent/reload', ['reload']],
  ])('PUT %s', async (path, call) => {
    expect((await put(path)).status).toBe(200);
    expect(calls[0]).toEqual(call);
  });

  it.each([
    ['PUT', '/v1/agent/maintenance', 400, 'Missing value for enable'],
    ['PUT', '/v1/agent/maintenance?enable=perhaps', 400, 'Invalid value for enable: "perhaps"'],
    ['PUT', '/v1/agent/service/maintenance/?enable=true', 400, 'Missing service ID'],
    ['PUT', '/v1/agent/check/pass/none', 404, 'Unknown check ID "none".'],
    ['PUT', '/v1/agent/token/default', 401, 'ACL support disabled'],
    ['GET', '/v1/agent/service/none', 404, 'unknown service ID: none'],
    ['GET', '/v1/agent/service/register', 405, 'method GET not allowed'],
    ['GET', '/v1/agent/monitor?loglevel=nope', 400, 'Unknown log level: nope'],
    [
      'GET',
      '/v1/agent/members?segment=x',
      500,
      'Network segments are not supported in this version of Consul',
    ],
    ['GET', '/v1/agent/service/none?max_stale=x', 404, 'unknown service ID: none'],
    ['GET', '/v1/agent/service/none?stale&consistent', 404, 'unknown service ID: none'],
    ['GET', '/v1/agent/service/none?wait=x', 400, 'Invalid wait time'],
    ['GET', '/v1/agent/health/service/id/?ns=x', 500, 'Missing serviceID'],
    ['GET', '/v1/agent/health/service/id/a?ns=x', 400, NO_NAMESPACES],
    ['PUT', '/v1/agent/service/maintenance/a?ns=x', 400, 'Missing value for enable'],
    ['PUT', '/v1/agent/service/maintenance/a?enable=1&ns=x', 400, NO_NAMESPACES],
    ['GET', '/v1/agent/health/service/id/', 500, 'Missing serviceID'],
    ['GET', '/v1/agent/health/service/name/', 500, 'Missing service Name'],
    [
      'GET',
      '/v1/agent/services?filter=Name==x',
      500,
      'Failed to create boolean expression evaluator: Selector "Name" is not valid',
    ],
  ])('%s %s is %i', async (method, path, status, message) => {
    const response = await ask(method, path);
    expect([response.status, await response.text()]).toEqual([status, message]);
    expect(calls).toEqual([]);
  });

  it.each([
    [{ Status: 'warning', Output: 'o' }, 200, ['reportTTL', 'c', 'warning', 'o']],
    [{ Status: 'fine' }, 400, undefined],
    [{ Output: 'no status' }, 400, undefined],
    [{ Status: 'passing', Foo: 1 }, 400, undefined],
  ])('an update with %o is %i', async (body, status, call) => {
    expect((await put('/v1/agent/check/update/c', body)).status).toBe(status);
    expect(calls[0]).toEqual(call);
  });

  it('sets tokens when there are ACLs', async () => {
    setToken = record('setToken') as Agent['setToken'];
    expect((await put('/v1/agent/token/acl_token', { Token: 'x' })).status).toBe(200);
    expect((await put('/v1/agent/token/nope', { Token: 'x' })).status).toBe(404);
    expect(calls).toEqual([['setToken', 'default', 'x']]);
  });
});

describe('reading', () => {
  it('shows services, filtered and sorted', async () => {
    services.set('b', service('b', { Kind: 'connect-proxy', Port: 2 }));
    services.set('a', service('a', { Meta: { k: 'v' }, Connect: { Native: true } }));
    const all = (await (await get('/v1/agent/services')).json()) as Record<string, object>;
    expect(Object.keys(all)).toEqual(['a', 'b']);
    expect(all.a).toEqual({
      ID: 'a',
      Service: 'a',
      Tags: [],
      Meta: { k: 'v' },
      Port: 0,
      Address: '',
      Weights: { Passing: 1, Warning: 1 },
      EnableTagOverride: false,
      Connect: { Native: true },
      Datacenter: 'dc1',
    });
    expect(all.b).toMatchObject({ Kind: 'connect-proxy', Proxy: { MeshGateway: {}, Expose: {} } });
    const some = await (await get('/v1/agent/services?filter=Port==2')).json();
    expect(Object.keys(some as object)).toEqual(['b']);
  });

  it('shows checks, and words a bad selector as Consul does there', async () => {
    expect((await get('/v1/agent/checks?filter=Foo==x')).status).toBe(200);
    checks.set('c', check('c'));
    const found = (await (await get('/v1/agent/checks')).json()) as Record<string, object>;
    expect(found.c).toMatchObject({ CheckID: 'c', Definition: {}, CreateIndex: 0, ModifyIndex: 0 });
    const bad = await get('/v1/agent/checks?filter=Foo==x');
    expect([bad.status, await bad.text()]).toEqual([500, 'Selector "Foo" is not valid']);
  });

  it('a read with the hash waits for a change', async () => {
    services.set('a', service('a'));
    const first = await get('/v1/agent/service/a');
    const hash = first.headers.get('x-consul-contenthash')!;
    expect(hash).toBe(((await first.json()) as { ContentHash: string }).ContentHash);
    const waiting = get(`/v1/agent/service/a?hash=${hash}&wait=30s`);
    while (listeners.size === 0) await new Promise((resolve) => setImmediate(resolve));
    const tell = () => [...listeners].forEach((listener) => listener({ kind: 'service', id: 'a' }));
    tell();
    expect(listeners.size).toBe(1);
    services.set('a', service('a', { Port: 5 }));
    tell();
    expect(await (await waiting).json()).toMatchObject({ Port: 5 });
    expect(listeners.size).toBe(0);
    const after = await get(`/v1/agent/service/a?hash=${hash}&wait=30s`);
    expect(after.headers.get('x-consul-contenthash')).not.toBe(hash);
  });

  it('a wait ends with its time and with the service', async () => {
    services.set('a', service('a'));
    const hash = (await get('/v1/agent/service/a')).headers.get('x-consul-contenthash')!;
    expect((await get(`/v1/agent/service/a?hash=${hash}&wait=10ms`)).status).toBe(200);
    const waiting = get(`/v1/agent/service/a?hash=${hash}&wait=30s`);
    while (listeners.size === 0) await new Promise((resolve) => setImmediate(resolve));
    services.delete('a');
    for (const listener of listeners) listener({ kind: 'service', id: 'a' });
    expect((await waiting).status).toBe(404);
  });

  it.each([
    ['none', [], 200, 'passing'],
    ['warning', [check('c', { ServiceID: 's', Status: 'warning' })], 429, 'warning'],
    ['critical', [check('c', { ServiceID: 's', Status: 'critical' })], 503, 'critical'],
    ['of the node', [check('c', { Status: 'critical' })], 503, 'critical'],
    ['of another', [check('c', { ServiceID: 't', Status: 'critical' })], 200, 'passing'],
    ['maintenance', [check('_node_maintenance', { Status: 'critical' })], 503, 'maintenance'],
  ])('health by checks: %s', async (_name, all, status, text) => {
    services.set('s', service('s'));
    for (const each of all) checks.set(each.CheckID, each);
    for (const path of ['id/s', 'name/s']) {
      const response = await get(`/v1/agent/health/service/${path}?format=text`);
      expect([response.status, await response.text()]).toEqual([status, text]);
      expect(response.headers.get('content-type')).toBe('text/plain');
      const json = await get(`/v1/agent/health/service/${path}`);
      expect(json.status).toBe(status);
      expect(JSON.stringify(await json.json())).toContain(`"AggregatedStatus":"${text}"`);
    }
  });

  it('health of what is not there', async () => {
    const byID = await get('/v1/agent/health/service/id/x');
    expect([byID.status, await byID.json()]).toEqual([
      404,
      { AggregatedStatus: 'critical', Checks: null, Service: null },
    ]);
    const byName = await get('/v1/agent/health/service/name/x', { accept: 'text/plain' });
    expect([byName.status, await byName.text()]).toEqual([404, 'ServiceName x Not Found']);
  });

  it('members, filtered, of both pools', async () => {
    expect(await (await get('/v1/agent/members?wan=1')).json()).toMatchObject([{ Name: 'n1.dc1' }]);
    members = null;
    expect(await (await get('/v1/agent/members?wan=1')).json()).toBeNull();
    members = undefined;
    expect(await (await get('/v1/agent/members?filter=Name==other')).json()).toEqual([]);
  });

  it('host, version, self, metrics', async () => {
    const host = (await (await get('/v1/agent/host')).json()) as object;
    expect(Object.keys(host)).toEqual([
      'Memory',
      'CPU',
      'Host',
      'Disk',
      'CollectionTime',
      'Errors',
    ]);
    expect((await get('/v1/agent/version')).status).toBe(200);
    expect(await (await get('/v1/agent/self')).json()).toEqual({ Config: { NodeName: 'n1' } });
    expect(await (await get('/v1/agent/metrics')).json()).toEqual(summary);
    const off = await get('/v1/agent/metrics?format=prometheus');
    expect([off.status, await off.text()]).toEqual([200, '']);
    prometheus = 'up 1\n';
    expect(await (await get('/v1/agent/metrics?format=prometheus')).text()).toBe('up 1\n');
  });

  it('monitor sends lines of the level and above until the client leaves', async () => {
    const response = await get('/v1/agent/monitor?loglevel=WARN&logjson');
    const log = new Logger(logs, 'agent');
    log.info('no');
    log.warn('yes');
    const reader = response.body!.getReader();
    const { value } = await reader.read();
    expect(JSON.parse(Buffer.from(value!).toString())).toMatchObject({ '@message': 'yes' });
    await reader.cancel();
    log.warn('nobody hears this');
  });
});

describe('history of a check', () => {
  it('is its changes of state', async () => {
    checks.set('a/b', check('a/b'));
    const response = await get('/v1/agent/check/a/b/history');
    expect(await response.json()).toEqual([
      { Time: '1970-01-01T00:00:00.000Z', From: 'passing', To: 'critical', Output: 'refused' },
    ]);
  });

  it.each([
    ['/v1/agent/check/none/history', 'Unknown check ID "none"'],
    ['/v1/agent/check/none', 'did you mean none/history?'],
  ])('%s is not found', async (path, words) => {
    const response = await get(path);
    expect(response.status).toBe(404);
    expect(await response.text()).toContain(words);
  });
});

describe('the keyring', () => {
  const KEY = Buffer.alloc(32).toString('base64');
  const keys = { messages: {}, nodes: 2, keys: { [KEY]: 2 }, primaryKeys: { [KEY]: 2 } };

  it('is listed by pool', async () => {
    keyAnswers = [{ pool: 'lan', datacenter: 'dc1', result: keys }];
    const response = await get('/v1/operator/keyring');
    expect(await response.json()).toEqual([
      {
        WAN: false,
        Datacenter: 'dc1',
        Segment: '',
        Keys: { [KEY]: 2 },
        PrimaryKeys: { [KEY]: 2 },
        NumNodes: 2,
      },
    ]);
  });

  it.each([
    ['POST', 'install'],
    ['PUT', 'use'],
    ['DELETE', 'remove'],
  ])('%s is %s', async (method, verb) => {
    const response = await ask(method, '/v1/operator/keyring?relay-factor=2', { Key: KEY });
    expect(response.status).toBe(200);
    expect(calls).toEqual([['changeKey', verb, KEY, 2]]);
  });

  it('a failure names pools and nodes', async () => {
    const messages = { n1: 'Keyring is empty (encryption not enabled)' };
    const result = { ...keys, messages, error: '1/1 nodes reported failure' };
    keyAnswers = [{ pool: 'lan', datacenter: 'dc1', result }];
    const response = await get('/v1/operator/keyring');
    expect(response.status).toBe(500);
    expect(await response.text()).toBe(
      '2 errors occurred:\n\t* dc1 (LAN) error: 1/1 nodes reported failure\n\t* n1: Keyring is empty (encryption not enabled)\n\n',
    );
  });

  it.each([
    ['GET', 'relay-factor=6', 'Relay factor must be in range: [0, 5]'],
    ['GET', 'relay-factor=x', 'strconv.Atoi'],
    ['POST', 'local-only=true', 'local-only can only be set for list requests'],
  ])('%s ?%s is refused', async (method, query, words) => {
    const response = await ask(
      method,
      `/v1/operator/keyring?${query}`,
      method === 'GET' ? undefined : { Key: KEY },
    );
    expect(response.status).toBe(400);
    expect(await response.text()).toContain(words);
    expect(calls).toEqual([]);
  });
});
