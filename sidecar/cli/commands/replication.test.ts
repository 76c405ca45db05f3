import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplicationState } from '../../../protocol/types/replication.ts';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;

beforeEach(async () => {
  agent = new FakeAgent();
  await agent.start();
});
afterEach(() => agent.stop());

const lictor = (...args: string[]) => runCommand(args, { agent: agent.address });
const state = (more: Partial<ReplicationState>): ReplicationState => ({
  Name: 'config',
  Family: 'config',
  Source: { Datacenter: 'dc1', UUID: 'u', Incarnation: 'i' },
  Position: '12',
  UpdatedAt: '2026-01-01T00:00:00.000Z',
  Applied: 3,
  Problem: '',
  Forced: false,
  ...more,
});

describe('replication list', () => {
  it('is a table', async () => {
    agent.on('GET /v1/replication', () => ({ body: [state({})] }));
    expect(await lictor('replication', 'list')).toEqual({
      code: 0,
      stdout:
        'Name    Source  Index  Applied  Updated                   State\n' +
        'config  dc1     12     3        2026-01-01T00:00:00.000Z  ok\n',
      stderr: '',
    });
  });

  it('names what does not go on, and fails then', async () => {
    const states = [state({}), state({ Name: 'kv/a/', Position: '', Problem: 'it is away' })];
    agent.on('GET /v1/replication', () => ({ body: states }));
    const { code, stdout } = await lictor('replication', 'list');
    expect(code).toBe(2);
    expect(stdout).toMatch(/^kv\/a\/ +dc1 +- +3 +- +stopped$/m);
    expect(stdout).toContain('kv/a/: it is away');
    const json = await lictor('replication', 'list', '-format=json');
    expect(JSON.parse(json.stdout)).toEqual(states);
  });

  it('of none says so', async () => {
    agent.on('GET /v1/replication', () => ({ body: [] }));
    const { code, stdout } = await lictor('replication', 'list');
    expect([code, stdout]).toEqual([0, 'Nothing is replicated to this datacenter.\n']);
  });
});

describe.each([
  ['force', 'PUT', 'is taken for right'],
  ['forget', 'DELETE', 'Forgot kv/a b/'],
])('replication %s', (verb, method, words) => {
  it('names the stream', async () => {
    agent.on(`${method} /v1/replication/kv/a%20b/`, () => ({ body: true }));
    const { code, stdout } = await lictor('replication', verb, 'kv/a b/');
    expect(code).toBe(0);
    expect(stdout).toContain(words);
  });

  it('without a name, or of a stream that is none, fails', async () => {
    expect((await lictor('replication', verb)).code).toBe(1);
    expect((await lictor('replication', verb, 'x')).code).toBe(1);
  });
});
