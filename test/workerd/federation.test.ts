/** Two datacenters of real agents: each reached from the other's servers and clients alike, and each on its own when the other is gone. */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { getJSON, send, startAgent } from '../support/agent-config.ts';
import { resolveA } from '../support/dns-query.ts';
import { type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';

const processes = new LictorProcesses();
afterAll(() => processes.stopAll());

const LONG = { timeout: 30_000, interval: 100 };
const START_LIMIT_MS = 90_000;
const encrypt = Buffer.alloc(32, 7).toString('base64');
const bootstrap = { server: true, bootstrap: true, encrypt };

let s1: LictorProcess;
let c1: LictorProcess;
let s2: LictorProcess;
let c2: LictorProcess;

beforeAll(async () => {
  s1 = await startAgent(processes, { name: 's1', config: bootstrap });
  const retry_join_wan = [`127.0.0.1:${s1.ports.serfWAN}`];
  const config = { ...bootstrap, datacenter: 'dc2', retry_join_wan };
  s2 = await startAgent(processes, { name: 's2', config });
  c1 = await startAgent(processes, { name: 'c1', config: { encrypt }, join: s1 });
  c2 = await startAgent(processes, {
    name: 'c2',
    config: { encrypt, datacenter: 'dc2' },
    join: s2,
  });
  for (const agent of [s1, s2, c1, c2])
    await vi.waitFor(
      async () => expect(await getJSON(agent, '/v1/catalog/datacenters')).toHaveLength(2),
      LONG,
    );
}, START_LIMIT_MS);

/** A client, its own datacenter, the other one. */
const BOTH_WAYS = [
  ['dc1', 'dc2', () => c1, () => c2],
  ['dc2', 'dc1', () => c2, () => c1],
] as const;

describe.each(BOTH_WAYS)('a client of %s', (own, other, client, there) => {
  it('lists the datacenters, and where their servers stand', async () => {
    expect(await getJSON(client(), '/v1/catalog/datacenters')).toEqual([own, other]);
    const maps = await getJSON<{ Datacenter: string; Coordinates: { Node: string }[] }[]>(
      client(),
      '/v1/coordinate/datacenters',
    );
    expect(maps.map(({ Datacenter, Coordinates }) => [Datacenter, Coordinates[0]?.Node])).toEqual([
      ['dc1', 's1'],
      ['dc2', 's2'],
    ]);
  });

  it('reads, writes and waits there', async () => {
    const key = `/v1/kv/from-${own}`;
    expect(await send(client(), 'PUT', `${key}?dc=${other}`, 'sent')).toEqual({
      status: 200,
      text: 'true',
    });
    expect((await send(client(), 'GET', key)).status).toBe(404);
    expect(await send(there(), 'GET', `${key}?raw`)).toEqual({ status: 200, text: 'sent' });
    const first = await fetch(`${client().base}${key}?dc=${other}`);
    const index = first.headers.get('x-consul-index');
    const waiting = send(client(), 'GET', `${key}?raw&dc=${other}&index=${index}&wait=20s`);
    await send(there(), 'PUT', key, 'changed');
    expect((await waiting).text).toBe('changed');
  });

  it('finds services there by name, and by a query that finds none at home', async () => {
    const name = `web-of-${other}`;
    await send(there(), 'PUT', '/v1/agent/service/register', { Name: name, Port: 80 });
    const question = `${name}.service.${other}.consul`;
    await vi.waitFor(
      async () => expect(await resolveA(client(), question)).toEqual(['127.0.0.1']),
      LONG,
    );
    expect(await resolveA(client(), `${name}.service.consul`)).toBe('ENOTFOUND');
    expect(await resolveA(client(), `${name}.service.dc9.consul`)).toBe('ENOTFOUND');
    for (const [query, Failover] of [
      [`near-${own}`, { NearestN: 1 }],
      [`named-${own}`, { Datacenters: [other] }],
      [`target-${own}`, { Targets: [{ Datacenter: other }] }],
    ] as const) {
      const body = { Name: query, Service: { Service: name, Failover } };
      expect((await send(client(), 'POST', '/v1/query', body)).status).toBe(200);
      const found = await getJSON<{ Datacenter: string; Failovers: number }>(
        client(),
        `/v1/query/${query}/execute`,
      );
      expect(found).toMatchObject({ Datacenter: other, Failovers: 1 });
      expect(await resolveA(client(), `${query}.query.consul`)).toEqual(['127.0.0.1']);
    }
  });

  it('is told of the server there, and counts all datacenters', async () => {
    const [server, port] = other === 'dc1' ? ['s1', s1.ports.server] : ['s2', s2.ports.server];
    const address = `127.0.0.1:${port}`;
    expect(await getJSON(client(), `/v1/status/leader?dc=${other}`)).toBe(address);
    expect(await getJSON(client(), `/v1/status/peers?dc=${other}`)).toEqual([address]);
    const { Servers } = await getJSON<{ Servers: object[] }>(
      client(),
      `/v1/operator/raft/configuration?dc=${other}`,
    );
    expect(Servers).toMatchObject([{ Node: server, Address: address, Leader: true }]);
    const { Usage } = await getJSON<{ Usage: object }>(client(), '/v1/operator/usage?global');
    expect(Object.keys(Usage).toSorted()).toEqual(['dc1', 'dc2']);
  });

  it('makes no session there, as in Consul: only a server does', async () => {
    const at = `/v1/session/create?dc=${other}`;
    const body = { Node: other === 'dc1' ? 's1' : 's2' };
    const refused = await send(client(), 'PUT', at, body);
    expect([refused.status, refused.text.trim()]).toEqual([
      500,
      'cross datacenter lock must be created at server agent',
    ]);
    expect((await send(own === 'dc1' ? s1 : s2, 'PUT', at, body)).status).toBe(200);
  });

  it('a snapshot of the other one comes whole', async () => {
    const answer = await fetch(`${client().base}/v1/snapshot?dc=${other}`);
    expect(answer.status).toBe(200);
    expect((await answer.arrayBuffer()).byteLength).toBeGreaterThan(100);
  });

  it('is refused at once what nobody knows', async () => {
    const startedAt = performance.now();
    const answer = await send(client(), 'GET', '/v1/kv/x?dc=dc9');
    expect(answer.status).toBe(500);
    expect(answer.text).toContain('No path to datacenter');
    expect(performance.now() - startedAt).toBeLessThan(1_000);
  });
});

const QUERIES = 60;
/** Two cores run much else besides: what is to be seen is a wait for what is gone, which would be seconds. */
const SLOWER_BY_MS = 25;

async function medianMs(ask: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let i = 0; i < QUERIES; i++) {
    const startedAt = performance.now();
    await ask();
    times.push(performance.now() - startedAt);
  }
  return times.toSorted((a, b) => a - b)[QUERIES / 2]!;
}

it('gossip keys: told to a server, they are those of the WAN pool and of both datacenters', async () => {
  const added = Buffer.alloc(32, 9).toString('base64');
  const keyring = async (...args: string[]): Promise<string> => {
    const { code, stdout, stderr } = await processes.run(['keyring', ...args], s2);
    expect(code, stderr).toBe(0);
    return stdout;
  };
  await keyring(`-install=${added}`);
  const there = await processes.run(['keyring', '-list', '-local-only'], s1);
  expect(there.stdout).toContain(`${added} [2/2]`);
  const listed = await keyring('-list');
  expect(listed.match(/^.+:$/gm)).toEqual(['WAN:', 'dc2 (LAN):', 'dc1 (LAN):']);
  expect(listed.split(added)).toHaveLength(4);
  await keyring(`-remove=${added}`);
  expect(await keyring('-list')).not.toContain(added);
  const refused = await processes.run(['keyring', `-remove=${encrypt}`], s2);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('* dc1 (LAN) error: 2/2 nodes reported failure');
});

it('one that is gone costs its own callers two seconds, and nobody else anything', async () => {
  const OWN: [string, (agent: LictorProcess) => Promise<unknown>][] = [
    ['read', (agent) => send(agent, 'GET', '/v1/kv/own?raw')],
    ['write', (agent) => send(agent, 'PUT', '/v1/kv/own', String(Math.random()))],
    ['services', (agent) => send(agent, 'GET', '/v1/health/service/web-of-dc1')],
    ['datacenters', (agent) => send(agent, 'GET', '/v1/catalog/datacenters')],
    ['name', (agent) => resolveA(agent, 'web-of-dc1.service.consul')],
  ];
  const measure = async (): Promise<Map<string, number>> => {
    const medians = new Map<string, number>();
    for (const agent of [s1, c1])
      for (const [what, ask] of OWN)
        medians.set(`${what} of ${agent === s1 ? 's1' : 'c1'}`, await medianMs(() => ask(agent)));
    return medians;
  };
  const before = await measure();
  for (const agent of [c2, s2]) agent.signal('SIGKILL');
  // Callers of what is gone keep asking meanwhile.
  let isMeasured = false;
  const failures: { ms: number; status: number; text: string }[] = [];
  const callers = [s1, c1].map(async (agent) => {
    while (!isMeasured) {
      const startedAt = performance.now();
      const answer = await send(agent, 'GET', '/v1/kv/x?dc=dc2');
      failures.push({ ms: performance.now() - startedAt, ...answer });
    }
  });
  await vi.waitFor(() => expect(failures.some(({ status }) => status === 500)).toBe(true), LONG);
  const after = await measure();
  isMeasured = true;
  await Promise.all(callers);
  for (const [what, ms] of before)
    expect(after.get(what), what).toBeLessThan(ms * 3 + SLOWER_BY_MS);
  for (const { ms, status, text } of failures) {
    // Until the other side is seen to be gone it may still answer that it has no such key.
    if (status === 404) continue;
    expect(status).toBe(500);
    expect(text).toContain('dc2');
    expect(ms).toBeLessThan(2_500);
  }
});
