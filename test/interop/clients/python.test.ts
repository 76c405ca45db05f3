/** python-consul2, the usual client of Python programs. */
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { AgentProcess } from '../agent-process.ts';
import { lictor, runToEnd } from '../run-to-end.ts';
import { installPythonPackage } from './install-packages.ts';

const SCRIPT = path.join(import.meta.dirname, 'python-client.py');
const LIMIT_MS = 60_000;
let agent: AgentProcess;

beforeAll(async () => {
  agent = await AgentProcess.start({ program: lictor });
});
afterAll(() => agent?.stop());

it('does its ordinary work', async () => {
  const packages = await installPythonPackage('python-consul2==0.1.5');
  const run = await runToEnd(requireProgram(PROGRAMS.python), [SCRIPT, String(agent.http)], {
    limitMs: LIMIT_MS,
    env: { ...process.env, PYTHONPATH: packages },
  });
  expect(run.stderr).toBe('');
  expect(JSON.parse(run.stdout)).toEqual({
    value: ['one', 7],
    'cas refused': false,
    keys: ['py/a'],
    blocked: 'three',
    acquired: true,
    'second refused': false,
    released: null,
    instance: ['10.1.2.3', 8080],
    services: ['a', 'b'],
    catalog: 1,
    local: false,
    self: 'interop',
    leader: true,
    txn: 'py/a',
    deleted: true,
    gone: null,
  });
});
