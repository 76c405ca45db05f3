import { afterEach, beforeEach, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;

beforeEach(async () => {
  agent = new FakeAgent();
  await agent.start();
});
afterEach(() => agent.stop());

it.each([[null], [[]]])('a pool with %j for members prints none, with the code 2', async (body) => {
  agent.on('GET /v1/agent/members', () => ({ body }));
  const { code, stdout } = await runCommand(['members', '-wan'], { agent: agent.address });
  expect([code, stdout.trim()]).toEqual([2, '']);
});
