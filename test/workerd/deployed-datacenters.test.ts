/** Several datacenters of one deployed Worker: made, reached with `?dc=`, chosen by agents, removed; what no list names is never made. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { getJSON, send, startAgent } from '../support/agent-config.ts';
import { DeployedWorker } from '../support/deployed-worker.ts';
import { resolveA } from '../support/dns-query.ts';
import { type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';

const SECRET = 'the-deployment-secret';
/** Two seconds, and what a busy machine adds; a call waits seven for a link. */
const STOP_LIMIT_MS = 4_000;
const LONG = { timeout: 20_000, interval: 50 };
const processes = new LictorProcesses();
afterEach(() => processes.stopAll());

interface Deployment {
  readonly worker: DeployedWorker;
  readonly directory: string;
  /** SQLite files of objects, by class. */
  objects(className: string): string[];
  api(method: string, target: string, body?: string): Promise<{ status: number; text: string }>;
}

async function deploy(): Promise<Deployment> {
  const directory = processes.temporaryDirectory();
  const worker = await DeployedWorker.start(directory, SECRET);
  processes.defer(() => worker.stop());
  return {
    worker,
    directory,
    objects: (className) =>
      fs
        .readdirSync(path.join(directory, 'storage', `lictor-${className}`))
        // Beside them workerd keeps a file of its own, of alarms.
        .filter((name) => /^[0-9a-f]{64}\.sqlite$/.test(name)),
    async api(method, target, body) {
      const answer = await worker.fetch(target, { method, ...(body !== undefined && { body }) });
      return { status: answer.status, text: await answer.text() };
    },
  };
}

const OK = { status: 200, text: 'true' };

const agentOf = (
  { worker }: Deployment,
  name: string,
  datacenter: string,
  config: object = {},
): Promise<LictorProcess> =>
  startAgent(processes, {
    name,
    config: { datacenter, edge_url: worker.url, edge_token: SECRET, ...config },
  });

describe('a datacenter of the Worker', () => {
  it('is made by name, once, and is a datacenter of its own from then on', async () => {
    const { api, objects } = await deploy();
    expect(await api('PUT', '/v1/datacenters/dc2', '{"Location":"weur"}')).toEqual(OK);
    expect(await api('PUT', '/v1/datacenters/dc2', '{"Location":"weur"}')).toEqual(OK);
    expect(await api('PUT', '/v1/datacenters/dc2', '{"Location":"apac"}')).toMatchObject({
      status: 422,
    });
    expect(await api('PUT', '/v1/kv/a?dc=dc2', 'there')).toEqual(OK);
    expect((await api('GET', '/v1/kv/a')).status).toBe(404);
    expect((await api('GET', '/v1/kv/a?raw&dc=dc2')).text).toBe('there');
    const node = { Datacenter: 'dc2', Node: 'n', Address: '10.0.0.1', Service: { Service: 'web' } };
    expect(await api('PUT', '/v1/catalog/register', JSON.stringify(node))).toEqual(OK);
    const found = await api('GET', '/v1/catalog/service/web?dc=dc2');
    expect(JSON.parse(found.text)).toMatchObject([{ Datacenter: 'dc2', Node: 'n' }]);
    expect(JSON.parse((await api('GET', '/v1/catalog/datacenters')).text)).toEqual(['dc1', 'dc2']);
    expect(objects('datacenter')).toHaveLength(2);
  });

  it.each([
    ['a name in capitals', 'DC2', '{}', 400],
    ['a place that there is not', 'dc2', '{"Location":"moon"}', 400],
    ['a law that there is not', 'dc2', '{"Jurisdiction":"moon"}', 400],
    ['a body that is none', 'dc2', '{', 400],
    ['the deployment’s own', 'dc1', '{}', 422],
    // workerd by itself has none; on the edge a jurisdiction is a namespace.
    ['a jurisdiction where the platform has none', 'dc2', '{"Jurisdiction":"eu"}', 500],
  ])('%s is refused, and nothing is made', async (_what, name, body, status) => {
    const { api, objects } = await deploy();
    await api('PUT', '/v1/kv/a', 'x');
    expect((await api('PUT', `/v1/datacenters/${name}`, body)).status).toBe(status);
    expect(JSON.parse((await api('GET', '/v1/catalog/datacenters')).text)).toEqual(['dc1']);
    expect(objects('datacenter')).toHaveLength(1);
  });

  it('that nobody made is not made by being named', async () => {
    const { api, objects, worker } = await deploy();
    await api('PUT', '/v1/kv/a', 'x');
    for (const target of ['/v1/kv/a?dc=dc9', '/v1/health/service/x?dc=dc9', '/v1/snapshot?dc=dc9'])
      expect(await api('GET', target)).toMatchObject({
        status: 500,
        text: expect.stringContaining('No path to datacenter') as string,
      });
    const lost = await processes.spawn('agent', [
      `-edge-url=${worker.url}`,
      `-token=${SECRET}`,
      '-datacenter=dc9',
      `-data-dir=${processes.temporaryDirectory()}`,
      '-bind=127.0.0.1',
    ]);
    await vi.waitFor(() => expect(lost.words).toContain('There is no datacenter "dc9"'), LONG);
    expect(objects('datacenter')).toHaveLength(1);
  });

  it('is waited on as the own one is', async () => {
    const { api, worker } = await deploy();
    await api('PUT', '/v1/datacenters/dc2');
    await api('PUT', '/v1/kv/a?dc=dc2', 'one');
    const index = (await worker.fetch('/v1/kv/a?dc=dc2')).headers.get('x-consul-index');
    const waiting = api('GET', `/v1/kv/a?raw&dc=dc2&index=${index}&wait=20s`);
    await new Promise((resolve) => setTimeout(resolve, 300));
    await api('PUT', '/v1/kv/a', 'elsewhere');
    await api('PUT', '/v1/kv/a?dc=dc2', 'two');
    expect((await waiting).text).toBe('two');
  });

  it('is saved and restored by itself', async () => {
    const { api, worker } = await deploy();
    await api('PUT', '/v1/datacenters/dc2');
    await api('PUT', '/v1/kv/a?dc=dc2', 'one');
    await api('PUT', '/v1/kv/a', 'own');
    const archive = await (await worker.fetch('/v1/snapshot?dc=dc2')).arrayBuffer();
    await api('PUT', '/v1/kv/a?dc=dc2', 'two');
    const restored = await worker.fetch('/v1/snapshot?dc=dc2', { method: 'PUT', body: archive });
    expect(restored.status).toBe(200);
    expect((await api('GET', '/v1/kv/a?raw&dc=dc2')).text).toBe('one');
    expect((await api('GET', '/v1/kv/a?raw')).text).toBe('own');
  });
});

describe('agents of two datacenters of one Worker', () => {
  it('are in the one that their configuration names, and reach the other', async () => {
    const deployment = await deploy();
    const h1 = await agentOf(deployment, 'h1', 'dc1');
    const created = await processes.run(['dc', 'create', '-location=weur', 'dc2'], h1);
    expect(created.code, created.stderr).toBe(0);
    const h2 = await agentOf(deployment, 'h2', 'dc2');
    const nodes = async (agent: LictorProcess, query = ''): Promise<string[]> =>
      (await getJSON<{ Node: string }[]>(agent, `/v1/catalog/nodes${query}`)).map(
        ({ Node }) => Node,
      );
    expect(await nodes(h1)).toEqual(['h1']);
    expect(await nodes(h2)).toEqual(['h2']);
    // An agent asks for the list at most once a second.
    await vi.waitFor(async () => expect(await nodes(h1, '?dc=dc2')).toEqual(['h2']), LONG);
    expect(await nodes(h2, '?dc=dc1')).toEqual(['h1']);
    expect(await getJSON(h1, '/v1/catalog/datacenters')).toEqual(['dc1', 'dc2']);
    expect(await getJSON(h2, '/v1/catalog/datacenters')).toEqual(['dc2', 'dc1']);
    const web = { Name: 'web', Address: '10.1.2.3', Port: 80 };
    await send(h2, 'PUT', '/v1/agent/service/register', web);
    await vi.waitFor(
      async () => expect(await resolveA(h1, 'web.service.dc2.consul')).toEqual(['10.1.2.3']),
      LONG,
    );
    expect(await resolveA(h1, 'web.service.consul')).toBe('ENOTFOUND');
    const query = { Name: 'web', Service: { Service: 'web', Failover: { NearestN: 1 } } };
    await send(h1, 'POST', '/v1/query', query);
    expect(await getJSON(h1, '/v1/query/web/execute')).toMatchObject({ Datacenter: 'dc2' });
    const list = await processes.run(['dc', 'list'], h2);
    expect(list.stdout).toMatch(/^dc1 +- +- +-\ndc2 +weur +- +\d{4}-\S+\n$/m);
  });

  it('and a server of one follows the other, its primary', async () => {
    const deployment = await deploy();
    await deployment.api('PUT', '/v1/datacenters/dc2');
    const secondary = { server: true, primary_datacenter: 'dc1' };
    const h2 = await agentOf(deployment, 'h2', 'dc2', secondary);
    const web = { Kind: 'service-defaults', Name: 'web', Protocol: 'http' };
    expect(await send(h2, 'PUT', '/v1/config', web)).toEqual(OK);
    const at = '/v1/config/service-defaults/web';
    expect((await deployment.api('GET', at)).status).toBe(200);
    await vi.waitFor(async () => expect(await getJSON(h2, at)).toMatchObject(web), LONG);
  });
});

describe('removing a datacenter', () => {
  it('takes its name twice, and a word more while hosts are in it; then everything is gone', async () => {
    const deployment = await deploy();
    const { api } = deployment;
    const h1 = await agentOf(deployment, 'h1', 'dc1');
    await api('PUT', '/v1/datacenters/dc2');
    const h2 = await agentOf(deployment, 'h2', 'dc2');
    await send(h2, 'PUT', '/v1/kv/a', 'x');
    const remove = (...args: string[]) => processes.run(['dc', 'delete', ...args], h1);
    expect((await remove('dc2')).stderr).toContain('-confirm=dc2');
    expect((await api('DELETE', '/v1/datacenters/dc2')).status).toBe(400);
    const refused = await remove('-confirm=dc2', 'dc2');
    expect([refused.code, refused.stderr]).toEqual([1, expect.stringContaining('has 1 node')]);
    expect((await remove('-confirm=dc1', 'dc1')).stderr).toContain('of the deployment itself');
    expect((await remove('-confirm=dc9', 'dc9')).stderr).toContain('There is no datacenter');
    expect((await api('GET', '/v1/kv/a?raw&dc=dc2')).text).toBe('x');
    const forced = await remove('-confirm=dc2', '-force', 'dc2');
    expect(forced.code, forced.stderr).toBe(0);
    expect((await api('GET', '/v1/kv/a?dc=dc2')).text).toContain('No path to datacenter');
    expect(await getJSON(h1, '/v1/catalog/datacenters')).toEqual(['dc1']);
    // Its agent goes on asking, and raises no ghost.
    await vi.waitFor(() => expect(h2.words).toContain('There is no datacenter "dc2"'), LONG);
    // Told to stop it takes leave of nobody, for a second.
    const stoppedAt = performance.now();
    h2.signal('SIGTERM');
    await h2.ended();
    expect(performance.now() - stoppedAt).toBeLessThan(STOP_LIMIT_MS);
    expect(await api('PUT', '/v1/datacenters/dc2')).toEqual(OK);
    expect((await api('GET', '/v1/kv/a?dc=dc2')).status).toBe(404);
  });
});

describe('the list', () => {
  it('outlives a restart, and the loss of the object that keeps it', async () => {
    const { api, worker, objects, directory } = await deploy();
    await api('PUT', '/v1/datacenters/dc2');
    await api('PUT', '/v1/kv/a?dc=dc2', 'x');
    await worker.stop();
    await worker.start();
    expect((await api('GET', '/v1/kv/a?raw&dc=dc2')).text).toBe('x');
    await worker.stop();
    const storage = path.join(directory, 'storage', 'lictor-federation');
    for (const name of objects('federation'))
      fs.writeFileSync(path.join(storage, name), 'this is no database');
    for (const name of fs.readdirSync(storage))
      if (/-(wal|shm)$/.test(name)) fs.rmSync(path.join(storage, name));
    await worker.start();
    expect((await api('GET', '/v1/kv/a?raw&dc=dc2')).text).toBe('x');
    expect(JSON.parse((await api('GET', '/v1/catalog/datacenters')).text)).toEqual(['dc1', 'dc2']);
    expect((await api('PUT', '/v1/kv/own', 'y')).text).toBe('true');
    expect((await api('PUT', '/v1/datacenters/dc3')).status).toBe(500);
  });
});

it('an agent that runs its own control plane says how others are made there', async () => {
  const agent = await processes.start('dev', []);
  const { code, stderr } = await processes.run(['dc', 'create', 'dc2'], agent);
  expect(code).toBe(1);
  expect(stderr).toContain('retry_join_wan');
});
