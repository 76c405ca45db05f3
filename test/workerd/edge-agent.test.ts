/** Agents of a Worker that runs elsewhere: `lictor agent -edge-url=... -token=...`, and who is let in. */
import { Resolver } from 'node:dns/promises';
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import WebSocket from 'ws';
import { LINK_PATH } from '../../protocol/frames.ts';
import { DeployedWorker } from '../support/deployed-worker.ts';
import { type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';

const SECRET = 'the-deployment-secret';
const processes = new LictorProcesses();
afterEach(() => processes.stopAll());

async function deploy(secret: string | undefined): Promise<DeployedWorker> {
  const worker = await DeployedWorker.start(processes.temporaryDirectory(), secret);
  processes.defer(() => worker.stop());
  return worker;
}

/** An agent of the Worker, its data in a directory of its own. */
function spawnAgent(
  worker: DeployedWorker,
  node: string,
  args: readonly string[] = [],
): Promise<LictorProcess> {
  const dataDir = processes.temporaryDirectory();
  return processes.spawn('agent', [
    `-edge-url=${worker.url}`,
    `-data-dir=${dataDir}`,
    `-node=${node}`,
    '-bind=127.0.0.1',
    ...args,
  ]);
}

async function json<T>(answer: Promise<Response>): Promise<T> {
  return (await (await answer).json()) as T;
}

const put = (agent: LictorProcess, key: string, body: string): Promise<Response> =>
  fetch(`${agent.base}/v1/kv/${key}`, { method: 'PUT', body });

describe('two agents of one Worker', () => {
  it('share its datacenter, find each other’s services, and wake each other’s readers', async () => {
    const worker = await deploy(SECRET);
    const configDir = processes.temporaryDirectory();
    const service = { service: { name: 'web', port: 8080, address: '10.1.2.3' } };
    fs.writeFileSync(path.join(configDir, 'web.json'), JSON.stringify(service));
    const [first, second] = await Promise.all([
      spawnAgent(worker, 'host-1', [`-token=${SECRET}`, `-config-dir=${configDir}`]),
      spawnAgent(worker, 'host-2', [`-token=${SECRET}`]),
    ]);
    await Promise.all([first.ready(), second.ready()]);

    const nodes = await json<{ Node: string }[]>(worker.fetch('/v1/catalog/nodes'));
    expect(nodes.map(({ Node }) => Node)).toEqual(['host-1', 'host-2']);
    await expect
      .poll(() => json<unknown[]>(fetch(`${second.base}/v1/health/service/web?passing`)))
      .toHaveLength(1);
    const resolver = new Resolver();
    resolver.setServers([`127.0.0.1:${second.ports.dns}`]);
    expect(await resolver.resolve4('web.service.consul')).toEqual(['10.1.2.3']);

    await put(first, 'shared', 'one');
    const before = await fetch(`${second.base}/v1/kv/shared`);
    const index = before.headers.get('x-consul-index');
    const blocked = fetch(`${second.base}/v1/kv/shared?raw&wait=30s&index=${index}`);
    await worker.fetch('/v1/kv/shared', { method: 'PUT', body: 'from anywhere' });
    expect(await (await blocked).text()).toBe('from anywhere');
  });

  it('start no control plane of their own', async () => {
    const worker = await deploy(SECRET);
    const agent = await spawnAgent(worker, 'host-1', [`-token=${SECRET}`]);
    await agent.ready();
    expect(agent.words).toContain(`control plane at ${worker.url}`);
    const children = fs.readFileSync(`/proc/${agent.pid}/task/${agent.pid}/children`, 'utf8');
    expect(children.trim()).toBe('');
  });
});

describe('an agent with a wrong token', () => {
  it.each([
    ['another one', ['-token=wrong'], 'the token is not the deployment secret'],
    ['none', [], 'send the deployment secret'],
  ])('%s: is refused, says why, and comes in once it has the right one', async (_w, args, why) => {
    const worker = await deploy(SECRET);
    const tokenFile = path.join(processes.temporaryDirectory(), 'token');
    fs.writeFileSync(tokenFile, SECRET);
    const agent = await spawnAgent(worker, 'intruder', args);
    await expect.poll(() => agent.words, { timeout: 10_000 }).toContain(`403 Permission denied`);
    expect(agent.words).toContain(why);
    expect(await json(worker.fetch('/v1/catalog/nodes'))).toEqual([]);
    await agent.stop();
    const right = await spawnAgent(worker, 'host-1', [`-token-file=${tokenFile}`]);
    await right.ready();
    expect(await json(worker.fetch('/v1/catalog/nodes'))).toHaveLength(1);
  });
});

describe('a deployed Worker', () => {
  const TARGETS = ['/', '/ui/', '/v1/status/leader', '/v1/kv/x', '/v1/agent/self', LINK_PATH];

  it.each([
    ['no', undefined],
    ['an empty', ''],
  ])('with %s secret refuses everything', async (_which, secret) => {
    const worker = await deploy(secret);
    for (const target of TARGETS) {
      for (const token of ['', 'guess', 'undefined', 'null']) {
        const answer = await worker.fetch(target, {}, token);
        expect(answer.status).toBe(503);
        expect(await answer.text()).toContain('wrangler secret put LICTOR_SECRET');
      }
    }
  });

  it('with a secret opens for nothing else, however it is shown', async () => {
    const worker = await deploy(SECRET);
    const wrong = ['', 'x', SECRET.slice(1), `${SECRET}x`, SECRET.toUpperCase()];
    for (const target of TARGETS) {
      for (const token of wrong) {
        const answers = [
          worker.fetch(target, {}, token),
          worker.fetch(target, { headers: { authorization: `Bearer ${token}` } }, ''),
          worker.fetch(`${target}?token=${token}`, {}, ''),
        ];
        for (const answer of await Promise.all(answers)) expect(answer.status).toBe(403);
      }
    }
    const write = { method: 'PUT', body: 'v' };
    expect((await worker.fetch('/v1/kv/x', write, 'wrong')).status).toBe(403);
    expect((await worker.fetch('/v1/kv/x')).status).toBe(404);
  });

  it('with a secret opens for it in each of Consul’s places', async () => {
    const worker = await deploy(SECRET);
    const target = '/v1/catalog/datacenters';
    const shown = [
      worker.fetch(target),
      worker.fetch(target, { headers: { authorization: `bearer ${SECRET}` } }, ''),
      worker.fetch(`${target}?token=${SECRET}`, {}, ''),
    ];
    for (const answer of await Promise.all(shown)) expect(answer.status).toBe(200);
    // The first place counts, also when it is wrong.
    expect((await worker.fetch(`${target}?token=wrong`)).status).toBe(403);
  });

  it('opens no link without the secret', async () => {
    const worker = await deploy(SECRET);
    const statusOf = (token: string): Promise<number> =>
      new Promise((resolve, reject) => {
        const url = worker.url.replace('http', 'ws') + LINK_PATH;
        const socket = new WebSocket(url, { headers: { authorization: `Bearer ${token}` } });
        socket.on('unexpected-response', (_request, { statusCode = 0 }) => {
          resolve(statusCode);
          socket.terminate();
        });
        socket.on('open', () => {
          resolve(101);
          socket.terminate();
        });
        socket.on('error', reject);
      });
    expect(await statusOf('wrong')).toBe(403);
    expect(await statusOf('')).toBe(403);
    expect(await statusOf(SECRET)).toBe(101);
  });
});

describe('an embedded control plane', () => {
  it('has a secret of its own at each start and answers on loopback alone', async () => {
    const dataDir = processes.temporaryDirectory();
    const args = ['-server', '-bootstrap', `-data-dir=${dataDir}`, '-bind=127.0.0.1'];
    const agent = await processes.start('agent', [...args, '-client=0.0.0.0']);
    const { server } = agent.ports;
    for (const headers of [{}, { 'x-consul-token': 'guess' }] as Record<string, string>[]) {
      const answer = await fetch(`http://127.0.0.1:${server}/v1/kv/x`, { headers });
      expect(answer.status).toBe(403);
    }
    // The whole of 127/8 is this machine: who listened on every address would answer here too.
    await expect(fetch(`http://127.0.0.2:${server}/v1/kv/x`)).rejects.toThrow('fetch failed');
    expect((await fetch(`http://127.0.0.2:${agent.ports.http}/v1/status/leader`)).status).toBe(200);
  });
});
