import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { FakeStore } from '../../client/testing/fake-store.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;
let store: FakeStore;
/** What the nodes do once they hear of the job. */
let answer: (write: (key: string, value?: string) => void) => void | Promise<void>;

beforeEach(async () => {
  agent = new FakeAgent();
  store = new FakeStore(agent);
  answer = () => {};
  agent.on('PUT /v1/event/fire/_rexec', ({ body }) => {
    const { Prefix, Session } = JSON.parse(body.toString()) as { Prefix: string; Session: string };
    void answer((key, value = '') => store.set(`${Prefix}/${Session}/${key}`, value));
    return { body: { ID: 'event-1' } };
  });
  await agent.start();
});

afterEach(() => agent.stop());

function exec(args: string[], options: { stdin?: string; signal?: AbortSignal } = {}) {
  const line = ['exec', '-wait=60ms', '-wait-repl=0s', ...args];
  return runCommand(line, { agent: agent.address, ...options });
}

const jobs = () =>
  agent.requests
    .filter(({ path }) => path.endsWith('/job'))
    .map(({ body }) => JSON.parse(body.toString()) as unknown);

describe('exec', () => {
  it('prints what the nodes say, line by line, and counts them', async () => {
    answer = (write) => {
      write('n1/ack');
      write('n1/exit', '0');
      write('n1/out/00000', 'one\ntwo\n');
      write('n2/ack');
      write('n2/out/00000', 'half');
      write('n2/out/00001');
      write('n2/exit', '0');
    };
    expect(await exec(['uptime', '-p'])).toEqual({
      code: 0,
      stdout: [
        '    n1: one\n    n1: two\n    n1:',
        '    n2: half',
        '==> n1: finished with exit code 0',
        '==> n2: finished with exit code 0',
        '2 / 2 node(s) completed / acknowledged\n',
      ].join('\n'),
      stderr: '',
    });
    expect(jobs()).toEqual([{ Command: 'uptime -p', Wait: 60e6 }]);
    expect([store.pairs.size, store.sessions.size]).toEqual([0, 0]);
  });

  it('tells each step with -verbose', async () => {
    answer = (write) => {
      write('n1/ack');
      write('n1/out/00000');
      write('n1/exit', '0');
    };
    const { stdout } = await exec(['-verbose', 'true']);
    expect(stdout.replace(/[\d.]+ seconds/, 'N seconds').split('\n')).toEqual([
      'Created remote execution session: session-1',
      'Uploaded remote execution spec',
      'Fired remote execution event: event-1',
      '==> n1: acknowledged',
      '==> n1: heartbeat received',
      '==> n1: finished with exit code 0',
      '1 / 1 node(s) completed / acknowledged',
      'Completed in N seconds',
      '',
    ]);
  });

  it.each([
    ['nobody answers', [], 0, '0 / 0'],
    ['a node fails', ['n1/ack=', 'n1/exit=7'], 2, '1 / 1'],
    ['a node never ends', ['n1/ack=', 'n2/ack=', 'n2/exit=0'], 2, '1 / 2'],
  ])('when %s', async (_case, written, code, count) => {
    answer = (write) => written.forEach((pair) => write(...(pair.split('=') as [string, string])));
    const result = await exec(['true']);
    expect(result.code).toBe(code);
    expect(result.stdout).toContain(`${count} node(s) completed / acknowledged\n`);
  });

  it.each<[string[], string | undefined, unknown]>([
    [['-shell=false', 'echo', 'a b'], undefined, { Args: ['echo', 'a b'] }],
    [['-'], 'echo hi\n', { Script: Buffer.from('echo hi\n').toString('base64') }],
  ])('%j makes the job', async (args, stdin, job) => {
    await exec(args, stdin === undefined ? {} : { stdin });
    expect(jobs()).toEqual([{ ...(job as object), Wait: 60e6 }]);
  });

  it('aims the event, and keeps the job where it is told', async () => {
    await exec(['-node=^n', '-service=web', '-tag=v.', '-prefix=jobs', 'true']);
    expect(agent.log).toContain('PUT /v1/event/fire/_rexec?node=%5En&service=web&tag=v.');
    expect(agent.log).toContain('PUT /v1/kv/jobs/session-1/job?acquire=session-1');
    const ends = agent.log.filter((line) => /destroy|DELETE/.test(line));
    expect(ends[0]).toBe('PUT /v1/session/destroy/session-1');
    expect(ends[1]).toMatch(/^DELETE \/v1\/kv\/jobs\/session-1\?recurse/);
  });

  it('takes a living node of the other datacenter for a session there', async () => {
    agent.on('GET /v1/health/service/consul', { body: [{ Node: { Node: 'far' } }] });
    await exec(['-datacenter=dc2', 'true']);
    const create = agent.requests.find(({ path }) => path === '/v1/session/create');
    expect(JSON.parse(create!.body.toString())).toMatchObject({
      Name: 'Remote Exec via n1@dc1',
      Node: 'far',
    });
  });

  it('cleans up when the user ends it', async () => {
    const controller = new AbortController();
    answer = (write) => write('n1/ack');
    const running = exec(['-wait=60s', 'sleep 60'], { signal: controller.signal });
    await vi.waitFor(() => expect(agent.log.at(-1)).toMatch(/^GET .*index=/), { interval: 5 });
    controller.abort('SIGINT');
    expect((await running).code).toBe(1);
    expect([store.pairs.size, store.sessions.size]).toEqual([0, 0]);
  });

  it.each([
    [[], 'Must specify a command to execute'],
    [['-tag=x', 'true'], 'Cannot provide tag filter without service filter.'],
    [['-node=(', 'true'], 'Failed to compile node filter regexp'],
  ])('refuses %j', async (args, message) => {
    const { code, stderr } = await exec(args);
    expect([code, stderr.slice(0, message.length)]).toEqual([1, message]);
    expect(agent.log).toEqual([]);
  });
});
