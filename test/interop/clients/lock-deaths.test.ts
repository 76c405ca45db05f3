/**
 * `lock` on every way to die, beside Consul's own: whatever ends it, its program does not go on alone and the next one gets
 * the lock.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { PROGRAMS, requireProgram } from '../../../scripts/programs.ts';
import { AgentProcess } from '../agent-process.ts';
import { lictor } from '../run-to-end.ts';

const POLL_MS = 20;
const LIMIT_MS = 20_000;
/** The session's TTL is kept for up to twice as long, then the key's lock-delay of 15 s follows. */
const EXPIRY_LIMIT = '90s';

let agent: AgentProcess;
let folder: string;

beforeAll(async () => {
  agent = await AgentProcess.start({ program: lictor });
  folder = mkdtempSync(path.join(tmpdir(), 'lock-deaths-'));
});

afterAll(async () => {
  await agent?.stop();
  rmSync(folder, { recursive: true, force: true });
});

interface Held {
  readonly command: ChildProcess;
  /** Of the program that runs under the lock. */
  readonly pid: number;
  readonly ended: Promise<{ code: number | null; stderr: string }>;
}

/** Resolves once the program under the lock runs. */
async function hold(cli: string, name: string, flags: string[] = []): Promise<Held> {
  const file = path.join(folder, `${path.basename(cli)}-${name}`);
  const script = `echo $$ > ${file}.part; mv ${file}.part ${file}; exec sleep 300`;
  const key = `deaths/${path.basename(cli)}/${name}`;
  const command = spawn(cli, ['lock', ...flags, key, script], {
    stdio: ['ignore', 'ignore', 'pipe'],
    env: { ...process.env, CONSUL_HTTP_ADDR: agent.base },
  });
  let stderr = '';
  command.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const ended = new Promise<{ code: number | null; stderr: string }>((resolve) => {
    // Not 'close': a program that outlives the command holds the pipe.
    command.once('exit', (code) => setImmediate(() => resolve({ code, stderr })));
  });
  await until(() => existsSync(file));
  return { command, pid: Number(readFileSync(file, 'utf8')), ended };
}

async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = Date.now() + LIMIT_MS;
  while (!(await holds())) {
    if (Date.now() > deadline) throw new Error('it did not come to that');
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

function isRunning(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}

const status = async (at: string): Promise<number> => (await fetch(agent.base + at)).status;
const sessions = async (): Promise<unknown[]> =>
  (await (await fetch(`${agent.base}/v1/session/list`)).json()) as unknown[];

describe.each([
  ['consul', () => requireProgram(PROGRAMS.consul)],
  ['lictor', () => lictor],
])('%s', (name, locate) => {
  it.each<[NodeJS.Signals, string[]]>([
    ['SIGINT', []],
    ['SIGTERM', []],
    ['SIGTERM', ['-n=2']],
  ])('%s %j: the program ends, key and session go', async (signal, flags) => {
    const held = await hold(locate(), `${signal}${flags.join('')}`, flags);
    held.command.kill(signal);
    expect((await held.ended).code).toBe(0);
    await until(() => !isRunning(held.pid));
    const key = `deaths/${name}/${signal}${flags.join('')}/.lock`;
    expect([await status(`/v1/kv/${key}`), await sessions()]).toEqual([404, []]);
  });

  it('the lock is taken away: the program ends', async () => {
    const held = await hold(locate(), 'stolen');
    const [session] = (await sessions()) as { ID: string }[];
    await agent.put(`/v1/session/destroy/${session!.ID}`, '');
    const { code } = await held.ended;
    expect(code).toBe(0);
    await until(() => !isRunning(held.pid));
  });
});

it('SIGHUP: the terminal has gone, the lock goes too', async () => {
  const held = await hold(lictor, 'SIGHUP');
  held.command.kill('SIGHUP');
  expect((await held.ended).code).toBe(0);
  await until(() => !isRunning(held.pid));
  expect(await sessions()).toEqual([]);
});

it('SIGKILL: the next one gets the lock when the session has expired', async () => {
  const held = await hold(lictor, 'SIGKILL');
  held.command.kill('SIGKILL');
  await held.ended;
  // Nobody can end the program then, by us as by Consul's command.
  process.kill(held.pid, 'SIGKILL');
  const key = 'deaths/lictor/SIGKILL';
  const next = spawn(lictor, ['lock', `-timeout=${EXPIRY_LIMIT}`, key, 'true'], {
    stdio: 'ignore',
    env: { ...process.env, CONSUL_HTTP_ADDR: agent.base },
  });
  const code = await new Promise((resolve) => next.once('exit', resolve));
  expect(code).toBe(0);
  expect(await status(`/v1/kv/${key}/.lock`)).toBe(404);
});
