import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;
let port: string;

beforeEach(async () => {
  agent = new FakeAgent();
  await agent.start();
  port = agent.address.split(':')[1]!;
});
afterEach(() => agent.stop());

const closed = (name: string, host = '127.0.0.1') =>
  `TCP: Port ${name} on ${host} is closed, unreachable, or the connection timed out.\n`;

describe('troubleshoot ports', () => {
  it('tells open ports from others, in the order asked for', async () => {
    const args = ['troubleshoot', 'ports', '-host=127.0.0.1', `-ports=1,${port},x,70000`];
    const { code, stdout } = await runCommand(args);
    const open = `TCP: Port ${port} on 127.0.0.1 is open.\n`;
    expect([code, stdout]).toEqual([0, closed('1') + open + closed('x') + closed('70000')]);
  });

  it('takes the host of the agent, and needs one', async () => {
    const args = ['troubleshoot', 'ports', '-ports=1'];
    const env = { CONSUL_HTTP_ADDR: 'http://127.0.0.1:8500' };
    expect((await runCommand(args, { env })).stdout).toBe(closed('1'));
    expect(await runCommand(args)).toEqual({
      code: 1,
      stdout: '',
      stderr: '-host is required. or set environment variable CONSUL_HTTP_ADDR\n',
    });
  });

  it('names all of a server without -ports', async () => {
    const { stdout } = await runCommand(['troubleshoot', 'ports', '-host=localhost']);
    expect(stdout.match(/^TCP: Port \d+ on localhost is /gm)).toHaveLength(8);
  });
});
