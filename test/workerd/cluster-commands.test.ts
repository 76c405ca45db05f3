/** What operators type, over three real agents: members, join, event, watch, rtt, keyring, leave, force-leave. */
import { spawn } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { LICTOR, type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';

const processes = new LictorProcesses();
/** One after the other, and each leaves its pool first. */
afterAll(() => processes.stopAll(), 90_000);

const KEY = Buffer.alloc(32, 7).toString('base64');
const OTHER_KEY = Buffer.alloc(32, 8).toString('base64');
/** Gossip on two busy cores. */
const LONG = { timeout: 20_000, interval: 100 };

async function start(name: string, config: object): Promise<LictorProcess> {
  const directory = processes.temporaryDirectory();
  const file = path.join(directory, 'agent.json');
  const base = {
    node_name: name,
    data_dir: path.join(directory, 'data'),
    bind_addr: '127.0.0.1',
    encrypt: KEY,
    // A member that was left alone is forgotten at once when it is pruned, whatever this says.
    reconnect_timeout: '8h',
  };
  fs.writeFileSync(file, JSON.stringify({ ...base, ...config }));
  return processes.start('agent', [`-config-file=${file}`]);
}

let server: LictorProcess;
let first: LictorProcess;
let second: LictorProcess;

beforeAll(async () => {
  server = await start('s1', { server: true, bootstrap: true });
  const retry_join = [`127.0.0.1:${server.ports.serfLAN}`];
  first = await start('c1', { retry_join });
  // It knows nobody: `join` brings it in.
  second = await start('c2', {});
}, 60_000);

async function run(agent: LictorProcess, ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await processes.run(args, agent);
  expect(code, `${args.join(' ')}: ${stderr}`).toBe(0);
  return stdout;
}

/** Name and status, in the order of the table. */
async function members(agent: LictorProcess, ...flags: string[]): Promise<string[]> {
  const lines = (await run(agent, 'members', ...flags)).trim().split('\n').slice(1);
  return lines.map((line) => line.split(/\s{2,}/)).map((cells) => `${cells[0]} ${cells[2]}`);
}

it('join: the agent comes in, and is known to all', async () => {
  const stdout = await run(second, 'join', `127.0.0.1:${first.ports.serfLAN}`);
  expect(stdout).toBe('Successfully joined cluster by contacting 1 nodes.\n');
  await vi.waitFor(async () => {
    for (const agent of [server, first, second])
      expect((await members(agent)).toSorted()).toEqual(['c1 alive', 'c2 alive', 's1 alive']);
  }, LONG);
  // It tried in vain for a while, and does not wait until it would try again.
  await vi.waitFor(
    async () => {
      const self = (await (await fetch(`${second.base}/v1/agent/self`)).json()) as {
        Stats: { lictor: { link_connected: string } };
      };
      expect(self.Stats.lictor.link_connected).toBe('true');
    },
    { timeout: 3_000, interval: 50 },
  );
  const refused = await processes.run(['join', '127.0.0.1:1'], second);
  expect(refused.code).toBe(1);
  expect(refused.stderr).toContain('Error joining address');
});

it('members -wan lists servers, and a client has none', async () => {
  expect(await members(server, '-wan')).toEqual(['s1.dc1 alive']);
  expect((await processes.run(['members', '-wan'], first)).stdout).not.toContain('alive');
  expect(await members(first, '-status=^left$').catch(() => 'exit 2')).toBe('exit 2');
});

it('event: fired on one agent it is listed on all, once, and only where it is aimed', async () => {
  const fired = await run(first, 'event', '-name=deploy', '-node=^c', 'v42');
  expect(fired).toMatch(/^Event ID: [0-9a-f-]{36}\n$/);
  const lists = async (): Promise<number[]> =>
    Promise.all(
      [server, first, second].map(async ({ base }) => {
        const list = await (await fetch(`${base}/v1/event/list?name=deploy`)).json();
        return (list as unknown[]).length;
      }),
    );
  await vi.waitFor(async () => expect(await lists()).toEqual([0, 1, 1]), LONG);
  await new Promise((resolve) => setTimeout(resolve, 1_000));
  expect(await lists()).toEqual([0, 1, 1]);
});

it('watch -type=event: its handler runs for each event, on another agent', async () => {
  const directory = processes.temporaryDirectory();
  const seen = path.join(directory, 'seen');
  const args = ['watch', '-type=event', '-name=build', `cat >> ${seen}; echo >> ${seen}`];
  const env = { ...process.env, CONSUL_HTTP_ADDR: `127.0.0.1:${second.ports.http}` };
  const watch = spawn(LICTOR, args, { env, cwd: directory, stdio: 'ignore' });
  processes.defer(() => void watch.kill('SIGKILL'));
  const payloads = (): string[] => {
    const text = fs.existsSync(seen) ? fs.readFileSync(seen, 'utf8') : '';
    return text
      .split('\n')
      .filter((line) => line !== '')
      .flatMap((line) => JSON.parse(line) as { Payload: string | null }[])
      .map(({ Payload }) => Buffer.from(Payload ?? '', 'base64').toString());
  };
  // It runs once at first, with nothing.
  await vi.waitFor(() => expect(fs.existsSync(seen)).toBe(true), LONG);
  await run(first, 'event', '-name=other', 'no');
  await run(first, 'event', '-name=build', 'one');
  await vi.waitFor(() => expect(payloads()).toContain('one'), LONG);
  await run(server, 'event', '-name=build', 'two');
  await vi.waitFor(() => expect(payloads()).toContain('two'), LONG);
  expect(payloads()).not.toContain('no');
});

it('rtt: between two nodes of the catalog, from a third', async () => {
  await vi.waitFor(async () => {
    const { code, stdout } = await processes.run(['rtt', 's1', 'c1'], second);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^Estimated s1 <-> c1 rtt: \d+\.\d{3} ms \(using LAN coordinates\)\n$/);
  }, LONG);
}, 40_000);

it('keyring: what one agent installs, uses and removes, all have', async () => {
  await run(first, 'keyring', `-install=${OTHER_KEY}`);
  const counts = await run(second, 'keyring', '-list');
  expect(counts).toContain(`${OTHER_KEY} [3/3]`);
  // The WAN pool's keys are changed along with them where the command is told to a server.
  await run(server, 'keyring', `-install=${OTHER_KEY}`);
  await run(server, 'keyring', `-use=${OTHER_KEY}`);
  await run(server, 'keyring', `-remove=${KEY}`);
  const list = await run(server, 'keyring', '-list');
  expect(list).toContain(`${OTHER_KEY} [3/3]`);
  expect(list).not.toContain(KEY);
  const refused = await processes.run(['keyring', `-remove=${OTHER_KEY}`], first);
  expect(refused.code).toBe(1);
});

it('leave: gone from the catalog, left in the pool', async () => {
  expect(await run(second, 'leave')).toBe('Graceful leave complete\n');
  await second.ended();
  await vi.waitFor(async () => {
    expect(await members(server)).toContain('c2 left');
    const nodes = (await (await fetch(`${server.base}/v1/catalog/nodes`)).json()) as {
      Node: string;
    }[];
    expect(nodes.map(({ Node }) => Node)).toEqual(['c1', 's1']);
  }, LONG);
});

it('force-leave: who lives refutes it and stays', async () => {
  await run(server, 'force-leave', '-prune', 's1');
  expect(await members(server)).toContain('s1 alive');
  const node = await (await fetch(`${server.base}/v1/catalog/node/s1`)).json();
  expect(node).not.toBeNull();
});

it('force-leave -prune: a failed member is erased, everywhere', async () => {
  first.signal('SIGKILL');
  await vi.waitFor(async () => expect(await members(server)).toContain('c1 failed'), LONG);
  await run(server, 'force-leave', '-prune', 'c1');
  await vi.waitFor(async () => {
    expect((await members(server)).join()).not.toContain('c1');
    const node = await (await fetch(`${server.base}/v1/catalog/node/c1`)).json();
    expect(node).toBeNull();
  }, LONG);
});
