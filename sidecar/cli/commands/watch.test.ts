import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { FakeStore } from '../../client/testing/fake-store.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;
let store: FakeStore;
let cwd: string;

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'cli-watch-'));
  agent = new FakeAgent();
  store = new FakeStore(agent);
  agent.on('GET /v1/status/leader', { body: '"127.0.0.1:8300"' });
  await agent.start();
});

afterEach(async () => {
  await agent.stop();
  rmSync(cwd, { recursive: true });
});

function watch(args: string[], signal?: AbortSignal) {
  const surroundings = { agent: agent.address, cwd, ...(signal ? { signal } : {}) };
  return runCommand(['watch', ...args], surroundings);
}

function lines(file: string): string[] {
  const path = join(cwd, file);
  return existsSync(path) ? readFileSync(path, 'utf8').trim().split('\n') : [];
}

describe('watch without a program', () => {
  it('prints a key as Consul does, with flags of 64 bits', async () => {
    store.set('k', 'v', '18446744073709551615');
    expect(await watch(['-type=key', '-key=k'])).toEqual({
      code: 0,
      stderr: '',
      stdout:
        '{\n    "Key": "k",\n    "CreateIndex": 11,\n    "ModifyIndex": 11,\n    "LockIndex": 0,\n    "Flags": 18446744073709551615,\n    "Value": "dg==",\n    "Session": ""\n}\n',
    });
  });

  it.each([
    [['-type=key', '-key=none'], 'null\n'],
    [['-type=keyprefix', '-prefix=none/'], 'null\n'],
  ])('%j prints %j', async (args, stdout) => {
    expect(await watch(args)).toEqual({ code: 0, stdout, stderr: '' });
  });

  it.each([
    [['-type=services'], '/v1/catalog/services'],
    [
      ['-type=nodes', '-filter=Node == "n1"', '-stale'],
      '/v1/catalog/nodes?stale=&filter=Node+%3D%3D+%22n1%22',
    ],
    [['-type=nodes', '-datacenter=dc2'], '/v1/catalog/nodes?dc=dc2'],
    [
      ['-type=service', '-service=a/b', '-tag=x', '-tag=y', '-passingonly=1'],
      '/v1/health/service/a%2Fb?tag=x&tag=y&passing=',
    ],
    [['-type=checks'], '/v1/health/state/any'],
    [['-type=checks', '-state=critical'], '/v1/health/state/critical'],
    [['-type=checks', '-service=web'], '/v1/health/checks/web'],
    [['-type=event', '-name=deploy'], '/v1/event/list?name=deploy'],
  ])('%j reads %s', async (args, url) => {
    agent.on('GET /v1/*', { headers: { 'X-Consul-Index': '5' }, body: [] });
    expect(await watch(args)).toEqual({ code: 0, stdout: '[]\n', stderr: '' });
    expect(agent.log.at(-1)).toBe(`GET ${url}`);
  });

  it.each([
    [['-type=nonsense'], 'Unsupported watch type: nonsense'],
    [['-type=constructor'], 'Unsupported watch type: constructor'],
    [['-type=key'], 'Must specify a single key to watch'],
    [['-type=keyprefix'], 'Must specify a single prefix to watch'],
    [['-type=service'], 'Must specify a single service to watch'],
    [['-type=nodes', '-key=x', '-state=y'], 'Invalid parameters: [key state]'],
    [['-type=checks', '-state=x', '-service=y'], 'Cannot specify service and state'],
    [
      ['-type=service', '-service=x', '-passingonly=perhaps'],
      'Failed to parse passingonly flag: strconv.ParseBool: parsing "perhaps": invalid syntax',
    ],
    [['-type=connect_roots'], 'Type connect_roots is not supported in the CLI tool'],
  ])('refuses %j', async (args, message) => {
    expect(await watch(args)).toEqual({ code: 1, stdout: '', stderr: `${message}\n` });
    expect(agent.log).toEqual([]);
  });

  it('tells at once that nothing listens', async () => {
    const result = await runCommand(['watch', '-type=nodes'], { agent: '127.0.0.1:1' });
    expect(result).toEqual({
      code: 1,
      stdout: '',
      stderr:
        'Error querying Consul agent: Get "http://127.0.0.1:1/v1/status/leader": dial tcp 127.0.0.1:1: connect: connection refused\n',
    });
  });
});

describe('watch with a program', () => {
  it('runs it at the start and after each change, until interrupted', async () => {
    store.set('h', 'a');
    const controller = new AbortController();
    const running = watch(
      ['-type=key', '-key=h', 'cat >> out; echo $CONSUL_INDEX >> index'],
      controller.signal,
    );
    await vi.waitFor(() => expect(lines('index')).toHaveLength(1), { interval: 5 });
    // Wakes the blocked reading, but nothing that is watched changed.
    store.set('other', 'noise');
    store.set('h', 'b');
    await vi.waitFor(() => expect(lines('index')).toHaveLength(2), { interval: 5 });
    store.pairs.delete('h');
    store.set('other', 'more');
    await vi.waitFor(() => expect(lines('index')).toHaveLength(3), { interval: 5 });
    controller.abort('SIGINT');
    expect(await running).toEqual({ code: 0, stdout: '', stderr: '' });
    const values = lines('out').map(
      (line) => (JSON.parse(line) as { Value: string } | null)?.Value ?? null,
    );
    expect(values).toEqual(['YQ==', 'Yg==', null]);
  });

  it.each([
    [['exit 3'], 'Error executing handler: exit status 3'],
    [['kill -9 $$'], 'Error executing handler: signal: killed'],
  ])('%j ends it', async (program, message) => {
    const result = await watch(['-type=key', '-key=k', ...program]);
    expect(result).toEqual({ code: 1, stdout: '', stderr: `${message}\n` });
  });

  it('starts the program itself with -shell=false', async () => {
    const program = ['sh', '-c', 'cat > direct; exit 1'];
    await watch(['-shell=false', '-type=key', '-key=k', ...program]);
    expect(lines('direct')).toEqual(['null']);
    const result = await watch(['-shell=false', '-type=key', '-key=k', 'no-such-program']);
    expect(result.stderr).toBe(
      'Error starting handler: exec: "no-such-program": executable file not found in $PATH\n',
    );
  });

  it('bears a program that does not read its input', async () => {
    store.set('big', 'x'.repeat(300_000));
    const result = await watch(['-type=key', '-key=big', 'exec <&-; exit 4']);
    expect(result.stderr).toBe('Error executing handler: exit status 4\n');
  });
});

describe('between two changes', () => {
  it.each([
    ['-type=key', '-key=k'],
    ['-type=keyprefix', '-prefix=k'],
  ])('waits in one blocking query: %s %s', async (...args) => {
    store.set('k', 'a');
    const controller = new AbortController();
    const running = watch([...args, 'true'], controller.signal);
    await vi.waitFor(() => expect(agent.log.at(-1)).toContain('index=11'), { interval: 5 });
    await new Promise((resolve) => setTimeout(resolve, 100));
    const reads = agent.log.filter((line) => line.startsWith('GET /v1/kv/'));
    expect(reads).toHaveLength(2);
    expect(reads[1]).toContain('wait=10m');
    controller.abort('SIGINT');
    expect((await running).code).toBe(0);
  });
});

describe('watch -http-handler', () => {
  const hooks = () => agent.requests.filter(({ path }) => path === '/hook');

  it('sends each change with its index, from the first or from the next one on', async () => {
    agent.on('PUT /hook', {});
    store.set('k', 'a');
    const controller = new AbortController();
    const flags = ['-http-method=PUT', '-http-header=X-Mine=yes', '-type=key', '-key=k'];
    const url = `-http-handler=http://${agent.address}/hook`;
    const all = watch([url, ...flags], controller.signal);
    await vi.waitFor(() => expect(hooks()).toHaveLength(1), { interval: 5 });
    const later = watch([url, '-skip-initial', ...flags], controller.signal);
    const isParked = () => agent.log.filter((line) => /GET \/v1\/kv\/k\?.*index=/.test(line));
    await vi.waitFor(() => expect(isParked().length).toBeGreaterThanOrEqual(2), { interval: 5 });
    store.set('k', 'b');
    await vi.waitFor(() => expect(hooks()).toHaveLength(3), { interval: 5 });
    controller.abort('SIGINT');
    expect([(await all).code, (await later).code]).toEqual([0, 0]);
    const values = hooks().map(
      ({ body }) => (JSON.parse(body.toString()) as { Value: string }).Value,
    );
    expect(values).toEqual(['YQ==', 'Yg==', 'Yg==']);
    expect(hooks()[0]!.headers).toMatchObject({ 'x-mine': 'yes', 'x-consul-index': '11' });
  });

  it('ends when the handler refuses, cannot be reached, or is one of two', async () => {
    agent.on('POST /hook', { status: 503, body: 'busy' });
    const refused = await watch([
      `-http-handler=http://${agent.address}/hook`,
      '-type=key',
      '-key=k',
    ]);
    expect([refused.code, refused.stderr]).toEqual([
      1,
      'Error executing handler: status 503 (busy)\n',
    ]);
    const away = await watch(['-http-handler=http://127.0.0.1:1/', '-type=key', '-key=k']);
    expect([away.code, away.stderr]).toEqual([1, expect.stringMatching(/^Error invoking handler/)]);
    const both = await watch(['-http-handler=http://x/', '-type=key', '-key=k', 'true']);
    expect(both.stderr).toBe('Only one of a command and -http-handler may be provided\n');
  });
});
