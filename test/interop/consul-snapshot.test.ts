/** A cluster moves: what a real Consul's own `snapshot save` wrote is imported, and both answer the same. */
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../scripts/programs.ts';
import { AgentProcess } from './agent-process.ts';
import { lictor, runToEnd } from './run-to-end.ts';

const LIMIT_MS = 20_000;
const BYTES = Buffer.from([0, 255, 10, 13, 0x80, 0x7f]);

let real: AgentProcess;
let ours: AgentProcess;
let directory: string;
/** What the import said. */
let words: string;

beforeAll(async () => {
  directory = mkdtempSync(path.join(os.tmpdir(), 'lictor-move-'));
  const consul = requireProgram(PROGRAMS.consul);
  [real, ours] = await Promise.all([
    AgentProcess.start({ program: consul }),
    AgentProcess.start({ program: lictor }),
  ]);
  await fill(real);
  const file = path.join(directory, 'consul.snap');
  const command = (program: string, agent: AgentProcess, ...args: string[]) =>
    runToEnd(program, args, {
      limitMs: LIMIT_MS,
      env: { ...process.env, CONSUL_HTTP_ADDR: agent.base },
    });
  const saved = await command(consul, real, 'snapshot', 'save', file);
  expect(saved.code, saved.stderr).toBe(0);
  const imported = await command(lictor, ours, 'import', file);
  words = imported.stdout + imported.stderr;
  expect(imported.code, words).toBe(0);
});
afterAll(async () => {
  await Promise.all([real?.stop(), ours?.stop()]);
  rmSync(directory, { recursive: true, force: true });
});

async function fill(agent: AgentProcess): Promise<void> {
  await fetch(`${agent.base}/v1/kv/move/bytes?flags=18446744073709551615`, {
    method: 'PUT',
    body: BYTES,
  });
  await agent.put('/v1/kv/move/a%20key%2Fdeep', 'text');
  await agent.put('/v1/kv/move/empty', '');
  await agent.put('/v1/config', {
    Kind: 'service-defaults',
    Name: 'web',
    Protocol: 'http',
    Meta: { owner: 'team' },
  });
  await agent.put('/v1/config', {
    Kind: 'service-resolver',
    Name: 'web',
    Subsets: { v2: { Filter: 'Service.Meta.version == v2' } },
  });
  await agent.put('/v1/config', {
    Kind: 'service-intentions',
    Name: 'web',
    Sources: [{ Name: 'api', Action: 'allow' }],
  });
  await agent.put('/v1/catalog/register', {
    Node: 'outside',
    Address: '192.0.2.7',
    NodeMeta: { 'external-node': 'true' },
    TaggedAddresses: { wan: '198.51.100.7' },
    Service: {
      ID: 'db-1',
      Service: 'db',
      Port: 5432,
      Tags: ['primary', 'v1'],
      Meta: { engine: 'postgres' },
      Weights: { Passing: 3, Warning: 1 },
    },
    Checks: [
      { CheckID: 'up', Name: 'is up', Status: 'warning', ServiceID: 'db-1', Output: 'slow' },
    ],
  });
  await agent.post('/v1/query', {
    Name: 'near-db',
    Service: { Service: 'db', OnlyPassing: false },
  });
  await agent.put('/v1/session/create', { Name: 'stays', TTL: '60s' });
}

const VOLATILE = new Set([
  'CreateIndex',
  'ModifyIndex',
  'ID',
  'LegacyID',
  'Hash',
  'CreatedAt',
  'UpdatedAt',
]);

async function read(agent: AgentProcess, at: string): Promise<unknown> {
  const answer = await fetch(agent.base + at);
  expect(answer.status, at).toBe(200);
  // Each datacenter has a trust domain of its own.
  const text = (await answer.text()).replaceAll(/internal\.[0-9a-f-]{36}\.consul/g, 'TRUST-DOMAIN');
  return JSON.parse(text, (key, value: unknown) => (VOLATILE.has(key) ? undefined : value));
}

it.each([
  '/v1/kv/move/?recurse',
  '/v1/config/service-defaults/web',
  '/v1/config/service-resolver/web',
  '/v1/connect/intentions',
  '/v1/catalog/node-services/outside',
  '/v1/catalog/service/db',
  '/v1/health/service/db',
  '/v1/health/node/outside',
  '/v1/query/near-db/execute',
  '/v1/discovery-chain/web',
])('both answer the same to %s', async (at) => {
  const [theirs, own] = await Promise.all([read(real, at), read(ours, at)]);
  expect(own).toEqual(theirs);
});

it('every byte of a value and of its flags came over', async () => {
  const raw = await fetch(`${ours.base}/v1/kv/move/bytes?raw`);
  expect(Buffer.from(await raw.arrayBuffer())).toEqual(BYTES);
  const pair = await (await fetch(`${ours.base}/v1/kv/move/bytes`)).text();
  expect(pair).toContain('"Flags":18446744073709551615');
});

it('what stays behind is named with its reason', () => {
  expect(words).toMatch(/Not imported: \d+ of Session \(.+\)/);
  expect(words).toMatch(/Not imported: \d+ of Node \(.+\)/);
});
