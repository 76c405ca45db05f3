import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { HealthWhy, InstanceVerdict } from '../../../protocol/types/health-why.ts';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;

beforeEach(async () => {
  agent = new FakeAgent();
  await agent.start();
});

afterEach(() => agent.stop());

const run = (...args: string[]) => runCommand(['health', 'why', ...args], { agent: agent.address });
const answer = (Service: string, body: Partial<HealthWhy>): void => {
  agent.on(`GET /v1/health/why/${Service}`, {
    body: { Service, Instances: [], LastRemoved: [], ...body },
  });
};
const GOOD: InstanceVerdict = {
  Node: 'n1',
  ServiceID: 'web-1',
  Address: '10.0.0.1',
  Port: 80,
  Passing: true,
  InDNS: true,
  Weight: 1,
  Reasons: [],
};
const BAD: InstanceVerdict = {
  ...GOOD,
  ServiceID: 'web-2',
  Passing: false,
  InDNS: false,
  Weight: 0,
  Reasons: [
    {
      Code: 'check-critical',
      Text: 'check "http" of the instance is critical',
      Output: 'HTTP 500\nbody\n',
      At: '2026-11-28T10:00:00.000Z',
    },
    { Code: 'agent-lost', Text: 'the agent of node n1 is lost' },
  ],
};

describe('health why', () => {
  it('says of each instance whether it is in, and why not', async () => {
    answer('web', { Instances: [GOOD, BAD] });
    const { code, stdout } = await run('web');
    expect(code).toBe(0);
    expect(stdout).toBe(`web: 2 instances, 1 passing, 1 in DNS

web-1 on n1 (10.0.0.1:80): in, weight 1

web-2 on n1 (10.0.0.1:80): out
  - check "http" of the instance is critical (2026-11-28T10:00:00.000Z)
      HTTP 500
      body
  - the agent of node n1 is lost
`);
  });

  it.each([
    [[BAD], 2],
    [[BAD, { ...BAD, InDNS: true }], 0],
    [[], 2],
  ])('tells a script by the exit code whether any is left (%#)', async (Instances, expected) => {
    answer('web', { Instances });
    expect((await run('web')).code).toBe(expected);
  });

  it('says who removed the last instances', async () => {
    const removed = { Node: 'n1', ServiceID: 'web-1', At: '2026-11-28T10:00:00.000Z', By: 'n2' };
    answer('web', { LastRemoved: [removed] });
    expect((await run('web')).stdout).toBe(
      'web: no instances\n  web-1 on n1 was removed at 2026-11-28T10:00:00.000Z by n2\n',
    );
  });

  it('prints the answer as JSON', async () => {
    answer('web', { Instances: [GOOD] });
    expect(JSON.parse((await run('-format=json', 'web')).stdout)).toMatchObject({
      Instances: [GOOD],
    });
  });

  it.each([
    [[], 'the command takes the name of one service'],
    [['web', 'db'], 'the command takes the name of one service'],
    [['-format=xml', 'web'], 'Invalid format'],
  ])('%j is refused', async (args, message) => {
    const { code, stderr } = await run(...args);
    expect([code, stderr]).toEqual([1, expect.stringContaining(message)]);
  });
});
