/** Agents that find one another by gossip: one control plane, however many servers; proof by the gossip key; failure, return and leave. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';

const processes = new LictorProcesses();
afterEach(() => processes.stopAll());

const KEY = Buffer.alloc(32, 7).toString('base64');
const OTHER_KEY = Buffer.alloc(32, 8).toString('base64');
/** Failure detection on two busy cores. */
const LONG = { timeout: 30_000, interval: 100 };

interface Start {
  readonly name: string;
  readonly config?: object;
  readonly join?: LictorProcess;
  readonly dataDir?: string;
}

async function configFile({ name, config = {}, join, dataDir }: Start): Promise<string> {
  const directory = processes.temporaryDirectory();
  const file = path.join(directory, 'agent.json');
  const retry_join = join === undefined ? [] : [`127.0.0.1:${join.ports.serfLAN}`];
  const base = {
    node_name: name,
    data_dir: dataDir ?? path.join(directory, 'data'),
    bind_addr: '127.0.0.1',
  };
  fs.writeFileSync(
    file,
    JSON.stringify({ ...base, retry_join, retry_interval: '200ms', ...config }),
  );
  return file;
}

async function start(options: Start): Promise<LictorProcess> {
  return processes.start('agent', [`-config-file=${await configFile(options)}`]);
}

const bootstrap = { server: true, bootstrap: true };

async function get<T>(agent: LictorProcess, at: string): Promise<T> {
  return (await (await fetch(agent.base + at)).json()) as T;
}

const nodes = async (agent: LictorProcess): Promise<string[]> =>
  (await get<{ Node: string }[]>(agent, '/v1/catalog/nodes')).map(({ Node }) => Node);

const health = async (agent: LictorProcess, node: string): Promise<string | undefined> => {
  const checks = await get<{ CheckID: string; Status: string }[]>(agent, `/v1/health/node/${node}`);
  return checks.find(({ CheckID }) => CheckID === 'serfHealth')?.Status;
};

describe('one control plane', () => {
  it('three servers in one datacenter: one runs it, two attach', async () => {
    const first = await start({ name: 's1', config: bootstrap });
    const second = await start({ name: 's2', config: { server: true }, join: first });
    const third = await start({ name: 's3', config: { server: true }, join: second });
    await vi.waitFor(async () => expect(await nodes(third)).toEqual(['s1', 's2', 's3']), LONG);
    for (const agent of [first, second, third]) {
      const { Stats } = await get<{ Stats: { lictor: Record<string, string> } }>(
        agent,
        '/v1/agent/self',
      );
      expect(Stats.lictor['link_connected']).toBe('true');
    }
    await fetch(`${second.base}/v1/kv/a`, { method: 'PUT', body: 'one' });
    expect(await (await fetch(`${third.base}/v1/kv/a?raw`)).text()).toBe('one');
  });

  it('bootstrap_expect of three is refused with the ways out', async () => {
    const file = await configFile({ name: 's1', config: { server: true, bootstrap_expect: 3 } });
    const run = await processes.run(['agent', `-config-file=${file}`]);
    expect(run.code).toBe(1);
    expect(run.stderr).toContain('bootstrap_expect = 3 is not supported');
    expect(run.stderr).toContain('retry_join');
  });

  it('an agent of another datacenter of the same name is refused', async () => {
    const dataDir = processes.temporaryDirectory();
    const mine = await start({ name: 's1', config: bootstrap });
    const client = await start({ name: 'c1', join: mine, dataDir });
    await vi.waitFor(async () => expect(await nodes(mine)).toContain('c1'), LONG);
    await client.stop();
    const foreign = await start({ name: 's9', config: bootstrap });
    const again = await processes.spawn('agent', [
      `-config-file=${await configFile({ name: 'c1', join: foreign, dataDir })}`,
    ]);
    await vi.waitFor(
      () => expect(again.words).toContain('this sidecar belongs to datacenter'),
      LONG,
    );
    expect(await nodes(foreign)).toEqual(['s9']);
  });
});

describe('encrypted gossip', () => {
  it('a link is proved with the key, and an agent without it never joins', async () => {
    const server = await start({ name: 's1', config: { ...bootstrap, encrypt: KEY } });
    const member = await start({ name: 'c1', config: { encrypt: KEY }, join: server });
    await vi.waitFor(async () => expect(await nodes(server)).toEqual(['c1', 's1']), LONG);
    const stranger = await processes.spawn('agent', [
      `-config-file=${await configFile({ name: 'x1', config: { encrypt: OTHER_KEY }, join: server })}`,
    ]);
    await vi.waitFor(() => expect(stranger.words).toContain('Join failed'), LONG);
    expect(await nodes(member)).toEqual(['c1', 's1']);
  });

  it('the key is changed on all members, and the link outlives it', async () => {
    const server = await start({ name: 's1', config: { ...bootstrap, encrypt: KEY } });
    const member = await start({ name: 'c1', config: { encrypt: KEY }, join: server });
    await vi.waitFor(async () => expect(await nodes(server)).toHaveLength(2), LONG);
    for (const flag of [`-install=${OTHER_KEY}`, `-use=${OTHER_KEY}`, `-remove=${KEY}`]) {
      const run = await processes.run(['keyring', flag], server);
      expect(run.code, run.stderr).toBe(0);
    }
    const list = await processes.run(['keyring', '-list'], member);
    expect(list.code, list.stderr).toBe(0);
    expect(list.stdout).toContain(OTHER_KEY);
    expect(list.stdout).not.toContain(KEY);
    expect(await nodes(member)).toHaveLength(2);
  });
});

describe('the fate of a member', () => {
  it('killed, it turns critical on the others; back, it passes; leaving, it is gone', async () => {
    const dataDir = processes.temporaryDirectory();
    const server = await start({ name: 's1', config: bootstrap });
    const watcher = await start({ name: 'c1', join: server });
    const victim = await start({ name: 'c2', join: server, dataDir });
    await vi.waitFor(async () => expect(await health(watcher, 'c2')).toBe('passing'), LONG);
    victim.signal('SIGKILL');
    await vi.waitFor(async () => expect(await health(watcher, 'c2')).toBe('critical'), LONG);
    const back = await start({ name: 'c2', join: server, dataDir });
    await vi.waitFor(async () => expect(await health(watcher, 'c2')).toBe('passing'), LONG);
    const left = await processes.run(['leave'], back);
    expect(left.code, left.stderr).toBe(0);
    await vi.waitFor(async () => expect(await nodes(watcher)).toEqual(['c1', 's1']), LONG);
  });
});

it('two datacenters find each other over the WAN', async () => {
  const first = await processes.start('agent', [
    `-config-file=${await configFile({ name: 's1', config: bootstrap })}`,
  ]);
  const retry_join_wan = [`127.0.0.1:${first.ports.serfWAN}`];
  const config = { ...bootstrap, datacenter: 'dc2', retry_join_wan, retry_interval_wan: '200ms' };
  const second = await start({ name: 's2', config });
  await vi.waitFor(async () => {
    expect(await get(first, '/v1/catalog/datacenters')).toEqual(['dc1', 'dc2']);
    expect(await get(second, '/v1/catalog/datacenters')).toEqual(['dc2', 'dc1']);
  }, LONG);
  await fetch(`${first.base}/v1/kv/far?dc=dc2`, { method: 'PUT', body: 'sent' });
  expect(await (await fetch(`${second.base}/v1/kv/far?raw`)).text()).toBe('sent');
  second.signal('SIGKILL');
  await second.ended();
  const startedAt = performance.now();
  const gone = await fetch(`${first.base}/v1/kv/far?dc=dc2`);
  expect(gone.status).toBe(500);
  expect(performance.now() - startedAt).toBeLessThan(4000);
  expect((await fetch(`${first.base}/v1/kv/near`, { method: 'PUT', body: 'x' })).status).toBe(200);
});
