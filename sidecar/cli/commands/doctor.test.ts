import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.ts';

const servers: http.Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

const HEALTHY = {
  Config: { NodeName: 'n1', Datacenter: 'dc1' },
  DebugConfig: { ClientAddrs: ['127.0.0.1'], DNSPort: -1, DNSDomain: 'consul.' },
  Stats: { lictor: { control_plane: '', link_connected: 'true' } },
};

/** An agent that answers by path; what is not named is an empty list. */
async function startAgent(answers: Record<string, unknown>): Promise<string> {
  const server = http.createServer((request, response) => {
    const answer = answers[request.url?.split('?')[0] ?? ''] ?? [];
    if (typeof answer === 'number') response.writeHead(answer).end('Permission denied');
    else response.end(JSON.stringify(answer));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const health = (Status: string): unknown => [{ CheckID: 'serfHealth', Status, Output: 'as told' }];

async function examine(
  answers: Record<string, unknown>,
): Promise<{ code: number; stdout: string }> {
  return runCommand(['doctor'], { agent: await startAgent(answers) });
}

describe('doctor', () => {
  it('finds nothing wrong with a healthy agent', async () => {
    const { code, stdout } = await examine({
      '/v1/agent/self': HEALTHY,
      '/v1/health/node/n1': health('passing'),
    });
    expect(code).toBe(0);
    expect(stdout).toContain('ok    agent  n1 in dc1 answers');
    expect(stdout).toContain('ok    node   n1 is registered, its check passes');
    expect(stdout).toContain('warn  dns    the DNS interface is off\n      next: ');
  });

  it.each([
    [[], 0, 'ok    nodes  the brake on mass failures holds nobody'],
    [['n7', 'n8'], 1, 'FAIL  nodes  the brake on mass failures holds 2 nodes that failed: n7, n8'],
  ])('tells of the brake on mass failures that holds %j', async (Held, code, line) => {
    const Brake = { Engaged: Held.length > 0, Share: 0.3, WindowMs: 60_000, Held };
    const run = await examine({
      '/v1/agent/self': HEALTHY,
      '/v1/health/node/n1': health('passing'),
      '/v1/operator/liveness': { Doubted: [], Brake },
    });
    expect(run.code).toBe(code);
    expect(run.stdout).toContain(line);
  });

  it.each([
    [
      'no link',
      { Stats: { lictor: { control_plane: 'http://cp', link_connected: 'false' } } },
      'FAIL  link   the agent has no link',
    ],
    [
      'an unknown node',
      { Config: { NodeName: 'n2', Datacenter: 'dc1' } },
      'FAIL  node   n2 does not stand in the catalog',
    ],
    [
      'DNS that does not answer',
      { DebugConfig: { DNSPort: 1 } },
      'FAIL  dns    127.0.0.1:1 does not answer for consul',
    ],
  ])('%s', async (_name, part, words) => {
    const { code, stdout } = await examine({
      '/v1/agent/self': { ...HEALTHY, ...part },
      '/v1/health/node/n1': health('passing'),
    });
    expect(code).toBe(1);
    expect(stdout).toContain(words);
  });

  it('a check that does not pass is a warning', async () => {
    const { code, stdout } = await examine({
      '/v1/agent/self': HEALTHY,
      '/v1/health/node/n1': health('critical'),
    });
    expect(code).toBe(0);
    expect(stdout).toContain('warn  node   check serfHealth is critical: as told');
  });

  it('a refused token', async () => {
    const { code, stdout } = await examine({ '/v1/agent/self': 403 });
    expect(code).toBe(1);
    expect(stdout).toContain(
      'FAIL  token  it was refused: Permission denied\n      next: give a token',
    );
  });

  it('an agent that is not there', async () => {
    const { code, stdout } = await runCommand(['doctor'], { agent: '127.0.0.1:1' });
    expect(code).toBe(1);
    expect(stdout).toContain('FAIL  agent  it does not answer');
  });

  it('prints JSON for scripts', async () => {
    const agent = await startAgent({ '/v1/agent/self': 403 });
    const { stdout } = await runCommand(['doctor', '-format=json'], { agent });
    expect(JSON.parse(stdout)).toMatchObject([{ verdict: 'fail', subject: 'token' }]);
  });
});
