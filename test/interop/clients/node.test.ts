/** The npm package `consul`, the usual client of Node programs. */
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { AgentProcess } from '../agent-process.ts';
import { lictor, runToEnd } from '../run-to-end.ts';
import { installNodePackage } from './install-packages.ts';

const SCRIPT = path.join(import.meta.dirname, 'node-client.mjs');
const LIMIT_MS = 60_000;
let agent: AgentProcess;

beforeAll(async () => {
  agent = await AgentProcess.start({ program: lictor });
});
afterAll(() => agent?.stop());

it('does its ordinary work', async () => {
  const modules = await installNodePackage('consul@2.0.1');
  const run = await runToEnd(process.execPath, [SCRIPT, String(agent.http), modules], {
    limitMs: LIMIT_MS,
  });
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toEqual({
    value: 'one',
    keys: ['js/a'],
    watched: ['one', 'two'],
    acquired: true,
    holder: true,
    instance: ['10.1.2.4', 8081],
    services: ['a'],
    datacenters: ['dc1'],
    members: ['interop'],
    local: false,
    txn: 'js/t',
    leader: true,
    gone: null,
  });
});
