import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { runCommand } from '../testing/run-command.ts';

const servers: http.Server[] = [];
afterEach(() => servers.splice(0).forEach((server) => server.close()));

async function startAgent(answers: Record<string, unknown>): Promise<string> {
  const server = http.createServer((request, response) => {
    const answer = answers[`${request.method} ${request.url?.split('?')[0]}`];
    if (answer === undefined) response.writeHead(404).end();
    else response.end(JSON.stringify(answer));
  });
  servers.push(server);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}

const STATUS = 'GET /v1/operator/liveness';
const brake = (...Held: string[]) => ({
  Engaged: Held.length > 0,
  Share: 0.3,
  WindowMs: 60_000,
  Held,
});

it.each([
  [null, 0, 'In doubt: n9\nBrake:    off (liveness.mass_failure_share)\n'],
  [brake(), 0, 'In doubt: n9\nBrake:    ready, at 30 % of the nodes within 60 s\n'],
  [
    brake('n1', 'n2'),
    2,
    'In doubt: n9\nBrake:    ENGAGED: more than 30 % of the nodes within 60 s failed; held: n1, n2\n',
  ],
])('status with the brake %j: exit code %i', async (Brake, code, stdout) => {
  const agent = await startAgent({ [STATUS]: { Doubted: ['n9'], Brake } });
  const run = await runCommand(['operator', 'liveness', 'status'], { agent });
  expect(run).toMatchObject({ code, stdout });
});

it('status as JSON', async () => {
  const status = { Doubted: [], Brake: null };
  const agent = await startAgent({ [STATUS]: status });
  const run = await runCommand(['operator', 'liveness', 'status', '-format=json'], { agent });
  expect(JSON.parse(run.stdout)).toEqual(status);
});

it.each([
  [0, 'Nothing was held\n'],
  [3, '3 held nodes are marked as failed\n'],
])('release of %i', async (Released, stdout) => {
  const agent = await startAgent({ 'PUT /v1/operator/liveness/release': { Released } });
  const run = await runCommand(['operator', 'liveness', 'release'], { agent });
  expect(run).toMatchObject({ code: 0, stdout });
});
