/** Clients of Java programs: that of Spring Cloud Consul, and the successor of Orbitz' consul-client. */
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { AgentProcess } from '../agent-process.ts';
import { lictor, runToEnd } from '../run-to-end.ts';
import { installJavaPackages } from './install-packages.ts';

const FOLDER = path.join(import.meta.dirname, 'java');
/** Java compiles the program first. */
const LIMIT_MS = 90_000;
let agent: AgentProcess;

beforeEach(async () => {
  agent = await AgentProcess.start({ program: lictor });
});
afterEach(() => agent?.stop());

async function play(program: string): Promise<unknown> {
  const packages = await installJavaPackages(FOLDER);
  const file = path.join(FOLDER, program);
  const args = ['-cp', path.join(packages, '*'), file, String(agent.http)];
  const run = await runToEnd(requireProgram(PROGRAMS.java), args, { limitMs: LIMIT_MS });
  expect(run.code, run.stderr).toBe(0);
  return JSON.parse(run.stdout);
}

it('com.ecwid.consul: configuration, registration, discovery and a lock', async () => {
  expect(await play('ecwid-client.java')).toEqual({
    tree: ['config/application/bytes', 'config/application/greeting'],
    value: 'hello',
    bytes: 2,
    'index moved': true,
    changed: 'changed',
    absent: null,
    deleted: null,
    'before the heartbeat': 0,
    instance: ['orders-1', '10.0.0.7', 8080, 'eu', 'interop'],
    services: ['consul', 'orders'],
    local: 8080,
    'in maintenance': 0,
    deregistered: 0,
    acquired: true,
    held: true,
    renewed: true,
    released: null,
    leader: true,
    node: 'interop',
  });
});

it('org.kiwiproject: caches that follow the datacenter, and a lock', async () => {
  expect(await play('kiwi-client.java')).toEqual({
    put: true,
    flags: 7,
    'cache heard': true,
    keys: ['kiwi/a', 'kiwi/b'],
    absent: false,
    deleted: false,
    'health heard': true,
    instance: ['billing-1', 8080, 'eu', 2],
    registered: true,
    deregistered: false,
    acquired: true,
    held: true,
    released: true,
    gone: false,
    leader: true,
    datacenters: ['dc1'],
  });
});
