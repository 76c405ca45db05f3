import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeAgent } from '../client/testing/fake-agent.ts';
import { FakeStore } from '../client/testing/fake-store.ts';
import { runCommand } from './testing/run-command.ts';

const terminal = { columns: 80, rows: 24 };

let agent: FakeAgent;
let members: { Name: string; Status: number }[];

beforeEach(async () => {
  agent = new FakeAgent();
  members = [
    { Name: 'n1', Status: 1 },
    { Name: 'n2', Status: 4 },
  ];
  agent.on('GET /v1/agent/members', () => ({
    body: members.map((member) => ({ ...member, Addr: '10.0.0.1', Port: 8301, Tags: {} })),
  }));
  await agent.start();
});

afterEach(() => agent.stop());

const list = (options: object = {}, ...args: string[]) =>
  runCommand(['members', ...args], { agent: agent.address, ...options });

describe('colours', () => {
  it.each<[string, object, boolean]>([
    ['a terminal', { terminal }, true],
    ['a pipe', {}, false],
    ['a terminal with NO_COLOR', { terminal, env: { NO_COLOR: '1' } }, false],
    ['a terminal with an empty NO_COLOR', { terminal, env: { NO_COLOR: '' } }, true],
    ['a dumb terminal', { terminal, env: { TERM: 'dumb' } }, false],
  ])('on %s', async (_case, options, hasColours) => {
    const plain = await list();
    const { stdout } = await list(options);
    if (!hasColours) expect(stdout).toBe(plain.stdout);
    else {
      expect(stdout).toContain('\u001b[32malive\u001b[0m');
      expect(stdout).toContain('\u001b[31mfailed\u001b[0m');
      // What is seen is the same, columns included.
      expect(
        stdout
          .split('\u001b')
          .join('')
          .replaceAll(/\[\d+m/g, ''),
      ).toBe(plain.stdout);
    }
  });
});

describe('members -watch', () => {
  async function watch(options: object) {
    const controller = new AbortController();
    let seen = '';
    const onOutput = (text: string) => void (seen += text);
    const running = list({ signal: controller.signal, onOutput, ...options }, '-watch');
    await vi.waitFor(() => expect(seen).toContain('n2'), { interval: 5 });
    members = [{ Name: 'n3', Status: 1 }];
    await vi.waitFor(() => expect(seen).toContain('n3'), { interval: 20, timeout: 5000 });
    controller.abort('SIGINT');
    return running;
  }

  it('writes each change over the one before on a terminal', async () => {
    const { code, stdout } = await watch({ terminal, env: { NO_COLOR: '1' } });
    expect(code).toBe(0);
    const [first, second] = stdout.split('\u001b[3A\r\u001b[J');
    expect(first).toMatch(/^Node .*\nn1 .*\nn2 .*\n$/);
    expect(second).toMatch(/^Node .*\nn3 .*\n$/);
  });

  it('writes it below elsewhere, without control characters', async () => {
    const { stdout } = await watch({});
    expect(stdout).toMatch(/^Node .*\nn1 .*\nn2 .*\n\nNode .*\nn3 .*\n$/);
  });

  it('cuts what does not fit on the screen', async () => {
    members = Array.from({ length: 50 }, (_, at) => ({ Name: `n${at}`, Status: 1 }));
    const controller = new AbortController();
    const onOutput = () => controller.abort('SIGINT');
    const { stdout } = await list(
      { terminal: { columns: 200, rows: 12 }, signal: controller.signal, onOutput },
      '-watch',
    );
    expect(stdout.trimEnd().split('\n')).toHaveLength(10);
    expect(stdout).toMatch(/\n\.\.\. 42 more\n$/);
  });

  it('ends with the reason when there is nothing to show at first', async () => {
    agent.on('GET /v1/agent/members', { status: 500, body: 'broken' });
    const { code, stderr } = await list({}, '-watch');
    expect([code, stderr]).toEqual([
      1,
      'Error retrieving members: Unexpected response code: 500 (broken)\n',
    ]);
  });
});

describe('progress', () => {
  const data = JSON.stringify([{ key: 'a', flags: 0, value: 'eA==' }]);

  it.each<[string, object, string]>([
    ['a terminal', { terminal }, '\r\u001b[KImporting 1 of 1 (100%)\r\u001b[K'],
    ['a dumb terminal', { terminal, env: { TERM: 'dumb' } }, ''],
    ['a pipe', {}, ''],
  ])('of an import on %s', async (_case, options, expected) => {
    const store = new FakeStore(agent);
    const result = await runCommand(['kv', 'import', data], { agent: agent.address, ...options });
    expect(result.stdout).toBe('Imported: a\n');
    expect(result.stderr).toBe(expected);
    expect([...store.pairs.keys()]).toEqual(['a']);
  });

  it('of an export does not touch what is exported', async () => {
    new FakeStore(agent).set('a', 'x');
    const onTerminal = await runCommand(['kv', 'export'], { agent: agent.address, terminal });
    const inPipe = await runCommand(['kv', 'export'], { agent: agent.address });
    expect(onTerminal.stdout).toBe(inPipe.stdout);
    expect(onTerminal.stderr.replace(/\d+B/, 'NB')).toBe('\r\u001b[KExporting NB\r\u001b[K');
    expect(inPipe.stderr).toBe('');
  });
});
