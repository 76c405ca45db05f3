/** Who lives, by real agents: the link and gossip fail one without the other, then together; a restart under 1,000 links. */
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, describe, expect, it, vi } from 'vitest';
import WebSocket from 'ws';
import { LINK_PATH, LINK_PROTOCOL } from '../../protocol/frames.ts';
import { LINK_GRACE_MS } from '../../protocol/limits.ts';
import { DeployedWorker } from '../support/deployed-worker.ts';
import { HoldingProxy } from '../support/holding-proxy.ts';
import { type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';

const SECRET = 'the-deployment-secret';
const processes = new LictorProcesses();
/** One after the other, and each leaves its pool first. */
afterAll(() => processes.stopAll(), 90_000);

async function deploy(): Promise<DeployedWorker> {
  const worker = await DeployedWorker.start(processes.temporaryDirectory(), SECRET);
  processes.defer(() => worker.stop());
  return worker;
}

interface Start {
  readonly url: string;
  readonly node: string;
  readonly join?: LictorProcess;
  readonly config?: object;
}

function startAgent({ url, node, join, config = {} }: Start): Promise<LictorProcess> {
  return startWith({
    node_name: node,
    edge_url: url,
    edge_token: SECRET,
    retry_join: join === undefined ? [] : [`127.0.0.1:${join.ports.serfLAN}`],
    retry_interval: '200ms',
    ...config,
  });
}

/** An agent that runs the datacenter itself. */
async function startServer(node: string, liveness: object): Promise<LictorProcess> {
  return startWith({ node_name: node, server: true, bootstrap: true, liveness });
}

function startMember(node: string, server: LictorProcess): Promise<LictorProcess> {
  const retry_join = [`127.0.0.1:${server.ports.serfLAN}`];
  return startWith({ node_name: node, retry_join, retry_interval: '200ms' });
}

async function startWith(config: object): Promise<LictorProcess> {
  const directory = processes.temporaryDirectory();
  const file = path.join(directory, 'agent.json');
  const base = { data_dir: path.join(directory, 'data'), bind_addr: '127.0.0.1' };
  fs.writeFileSync(file, JSON.stringify({ ...base, ...config }));
  return processes.start('agent', [`-config-file=${file}`]);
}

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

async function critical(worker: DeployedWorker): Promise<string[]> {
  const checks = (await (await worker.fetch('/v1/health/state/critical')).json()) as {
    Node: string;
  }[];
  return checks.map(({ Node }) => Node).toSorted();
}

async function members(agent: LictorProcess): Promise<Record<string, number>> {
  const list = (await (await fetch(`${agent.base}/v1/agent/members`)).json()) as {
    Name: string;
    Status: number;
  }[];
  return Object.fromEntries(list.map(({ Name, Status }) => [Name, Status]));
}

const ALIVE = 1;
const FAILED = 4;

/** They wait most of their time. */
describe.concurrent('agents', () => {
  it('one of three loses its link alone and stays; then it dies', async () => {
    const worker = await deploy();
    const proxy = await HoldingProxy.start(() => worker.port);
    processes.defer(() => proxy.stop());
    const first = await startAgent({ url: worker.url, node: 'n1' });
    await startAgent({ url: worker.url, node: 'n2', join: first });
    const victim = await startAgent({ url: proxy.url, node: 'n3', join: first });
    await vi.waitFor(async () =>
      expect(await members(first)).toEqual({ n1: ALIVE, n2: ALIVE, n3: ALIVE }),
    );

    proxy.refuse();
    await pause(LINK_GRACE_MS + 2_000);
    expect(await critical(worker)).toEqual([]);
    expect(await members(first)).toMatchObject({ n3: ALIVE });

    // No link, and from now on no answer to a ping either.
    const startedAt = performance.now();
    victim.signal('SIGKILL');
    await vi.waitFor(async () => expect(await critical(worker)).toEqual(['n3']), {
      timeout: 20_000,
      interval: 50,
    });
    expect(performance.now() - startedAt).toBeLessThan(15_000);
  });

  it('one of three is killed: link and pings say so before gossip is sure', async () => {
    const worker = await deploy();
    const first = await startAgent({ url: worker.url, node: 'n1' });
    await startAgent({ url: worker.url, node: 'n2', join: first });
    const victim = await startAgent({ url: worker.url, node: 'n3', join: first });
    await vi.waitFor(async () => expect(await members(first)).toMatchObject({ n2: 1, n3: 1 }));
    victim.signal('SIGKILL');
    await vi.waitFor(async () => expect(await critical(worker)).toEqual(['n3']), {
      timeout: 8_000,
      interval: 20,
    });
  });

  it('too many fail at once: the brake holds the rest, says so everywhere, and is ended by a command', async () => {
    const server = await startServer('b1', { mass_failure_share: 0.3, mass_failure_window: '1m' });
    const [first, second] = await Promise.all(
      ['b2', 'b3', 'b4'].map((node) => startMember(node, server)),
    );
    const statusOf = async (node: string): Promise<string | undefined> => {
      const answer = await fetch(`${server.base}/v1/health/node/${node}`);
      return ((await answer.json()) as { Status: string }[])[0]?.Status;
    };
    await vi.waitFor(async () => expect(await statusOf('b4')).toBe('passing'), { timeout: 10_000 });
    first!.signal('SIGKILL');
    second!.signal('SIGKILL');
    const run = (...args: string[]) => processes.run(args, server);
    const engaged = await vi.waitFor(
      async () => {
        const status = await run('operator', 'liveness', 'status');
        expect(status.code, status.stdout).toBe(2);
        return status.stdout;
      },
      { timeout: 20_000, interval: 200 },
    );
    expect(engaged).toMatch(
      /ENGAGED: more than 30 % of the nodes within 60 s failed; held: b[23]\n/,
    );
    const statuses = [await statusOf('b2'), await statusOf('b3')];
    expect(statuses.toSorted()).toEqual(['critical', 'passing']);
    await vi.waitFor(() => expect(server.words).toContain('brake on mass failures engaged'));
    const doctor = await run('doctor');
    expect(doctor.code).toBe(1);
    expect(doctor.stdout).toContain('the brake on mass failures holds 1 nodes that failed');
    const release = await run('operator', 'liveness', 'release');
    expect(release.stdout).toBe('1 held nodes are marked as failed\n');
    expect([await statusOf('b2'), await statusOf('b3')]).toEqual(['critical', 'critical']);
    expect((await run('operator', 'liveness', 'status')).code).toBe(0);
    await vi.waitFor(() => expect(server.words).toContain('brake on mass failures released'));
  });

  it('a host that gossip cannot reach stays while its link lives, and fails with it', async () => {
    const worker = await deploy();
    const proxy = await HoldingProxy.start(() => worker.port);
    processes.defer(() => proxy.stop());
    const first = await startAgent({ url: worker.url, node: 'n1' });
    // As behind NAT: it joins, but the address that it tells the others leads nowhere.
    await startAgent({
      url: proxy.url,
      node: 'nat',
      join: first,
      config: { advertise_addr: '127.0.0.77' },
    });
    await vi.waitFor(async () => expect(await members(first)).toMatchObject({ nat: FAILED }), {
      timeout: 30_000,
    });
    await pause(1_000);
    expect(await critical(worker)).toEqual([]);
    proxy.refuse();
    await vi.waitFor(async () => expect(await critical(worker)).toEqual(['nat']), {
      timeout: LINK_GRACE_MS + 10_000,
      interval: 200,
    });
  }, 120_000);
});

describe('a restart of the object', () => {
  const COUNT = 1_000;
  const names = Array.from({ length: COUNT }, (_, at) => `host-${at}`);

  /** As a sidecar's, without the sidecar. */
  function openLink(worker: DeployedWorker, node: string): Promise<WebSocket> {
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(worker.url.replace('http', 'ws') + LINK_PATH, {
        headers: { authorization: `Bearer ${SECRET}` },
      });
      const hello = {
        protocolMin: LINK_PROTOCOL,
        protocolMax: LINK_PROTOCOL,
        features: [],
        nodeId: `id-${node}`,
        nodeName: node,
        epoch: 'e',
        datacenterUUID: '',
        incarnation: '',
      };
      const subscribe = ['link.subscribe', { id: 1, method: 'liveness.status', args: {} }];
      socket.once('open', () => socket.send(JSON.stringify({ hello })));
      socket.once('error', reject);
      socket.once('message', () => {
        socket.off('error', reject);
        socket.on('error', () => {});
        socket.send(JSON.stringify({ seq: 1, ops: [subscribe] }));
        resolve(socket);
      });
    });
  }

  /** A few at a time: the accept queue is no longer than that of any server. */
  async function openLinks(worker: DeployedWorker, nodes: readonly string[]): Promise<WebSocket[]> {
    const queue = [...nodes];
    const sockets: WebSocket[] = [];
    const open = async (): Promise<void> => {
      for (let node = queue.shift(); node !== undefined; node = queue.shift())
        sockets.push(await openLink(worker, node));
    };
    await Promise.all(Array.from({ length: 50 }, open));
    return sockets;
  }

  async function register(worker: DeployedWorker): Promise<void> {
    for (let at = 0; at < COUNT; at += 60) {
      const ops = names.slice(at, at + 60).flatMap((Node) => [
        { Node: { Verb: 'set', Node: { ID: '', Node, Address: '10.0.0.1' } } },
        {
          Check: {
            Verb: 'set',
            Check: { Node, CheckID: 'serfHealth', Name: 'Serf Health Status', Status: 'passing' },
          },
        },
      ]);
      const answer = await worker.fetch('/v1/txn', { method: 'PUT', body: JSON.stringify(ops) });
      expect(answer.status, await answer.clone().text()).toBe(200);
    }
  }

  it(`with ${COUNT} links that come back fails nobody`, async () => {
    const worker = await deploy();
    await register(worker);
    const sockets = await openLinks(worker, names);
    processes.defer(() => sockets.forEach((socket) => socket.terminate()));
    // What each link watches is written within a second.
    await pause(1_500);
    const closed = Promise.all(
      sockets.map((socket) => new Promise((resolve) => socket.once('close', resolve))),
    );
    process.kill(worker.pid!, 'SIGKILL');
    await closed;
    await vi.waitFor(() => expect(worker.restarts).toBe(1), { timeout: 5_000 });
    await vi.waitFor(async () =>
      expect((await worker.fetch('/v1/status/leader')).status).toBe(200),
    );
    sockets.push(...(await openLinks(worker, names)));
    await pause(3_000);
    expect(await critical(worker)).toEqual([]);
    const nodes = (await (await worker.fetch('/v1/catalog/nodes')).json()) as unknown[];
    expect(nodes).toHaveLength(COUNT);
  }, 60_000);
});
