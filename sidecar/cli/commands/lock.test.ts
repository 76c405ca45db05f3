import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { LOCK_FLAGS } from '../../client/lock.ts';
import { SEMAPHORE_FLAGS } from '../../client/semaphore.ts';
import { FakeAgent } from '../../client/testing/fake-agent.ts';
import { FakeStore } from '../../client/testing/fake-store.ts';
import { runCommand } from '../testing/run-command.ts';

let agent: FakeAgent;
let store: FakeStore;
let cwd: string;

beforeEach(async () => {
  cwd = mkdtempSync(join(tmpdir(), 'cli-lock-'));
  agent = new FakeAgent();
  store = new FakeStore(agent);
  await agent.start();
});

afterEach(async () => {
  await agent.stop();
  rmSync(cwd, { recursive: true });
});

function lock(args: string[], signal?: AbortSignal) {
  const surroundings = { agent: agent.address, cwd, ...(signal ? { signal } : {}) };
  return runCommand(['lock', ...args], surroundings);
}

function read(file: string): string {
  return existsSync(join(cwd, file)) ? readFileSync(join(cwd, file), 'utf8') : '';
}

/** Resolves once the program under the lock has made the file. */
async function made(file: string): Promise<void> {
  await vi.waitFor(() => expect(existsSync(join(cwd, file))).toBe(true), {
    interval: 5,
    timeout: 5000,
  });
}

describe('lock', () => {
  it('runs the program while the key is held, then removes key and session', async () => {
    const running = lock(['-name=mine', 'p/one', 'echo held=$CONSUL_LOCK_HELD > out']);
    await made('out');
    expect(await running).toEqual({ code: 0, stdout: '', stderr: '' });
    expect(read('out')).toBe('held=true\n');
    expect(store.pairs.size).toBe(0);
    expect(store.sessions.size).toBe(0);
    const acquired = agent.log.find((line) => line.includes('acquire='));
    expect(acquired).toBe(`PUT /v1/kv/p/one/.lock?flags=${LOCK_FLAGS}&acquire=session-1`);
  });

  it('says what it does with -verbose', async () => {
    const { stdout } = await lock(['-verbose', '/p', 'true']);
    expect(stdout).toBe(
      'Setting up lock at path: p/.lock\nAttempting lock acquisition\nStarting handler\nChild terminated, releasing lock\nCleanup succeeded\n',
    );
  });

  it.each([
    [['x', 'exit 5'], 0, 'Error running handler: exit status 5\n'],
    [['-child-exit-code', 'x', 'exit 5'], 2, 'Error running handler: exit status 5\n'],
    [['-child-exit-code', 'x', 'exit 0'], 0, ''],
    [['-child-exit-code', 'x', 'kill -9 $$'], 2, 'Error running handler: signal: killed\n'],
    [
      ['-child-exit-code', '-shell=false', 'x', 'no-such-program'],
      2,
      'Error starting handler: exec: "no-such-program": executable file not found in $PATH\n',
    ],
  ])('%j exits with %i', async (args, code, stderr) => {
    expect(await lock(args)).toEqual({ code, stdout: '', stderr });
  });

  it('waits for the holder, and gives up after -timeout leaving nothing behind', async () => {
    store.sessions.set('other', { Name: 'o', TTL: '15s' });
    await fetch(`http://${agent.address}/v1/kv/w/.lock?acquire=other&flags=${LOCK_FLAGS}`, {
      method: 'PUT',
    });
    const late = await lock(['-timeout=40ms', 'w', 'echo never > never']);
    expect(late).toEqual({
      code: 1,
      stdout: '',
      stderr: 'Shutdown triggered or timeout during lock acquisition\n',
    });
    expect([...store.sessions.keys()]).toEqual(['other']);
    const waiting = lock(['w', 'echo mine > mine']);
    await vi.waitFor(() => expect(agent.log.at(-1)).toMatch(/^GET .*index=/), { interval: 5 });
    store.endSession('other');
    expect((await waiting).code).toBe(0);
    expect([read('never'), read('mine')]).toEqual(['', 'mine\n']);
  });

  it('ends the program when the lock is lost', async () => {
    const running = lock([
      'l',
      "trap 'echo terminated > end; exit 1' TERM; touch started; while :; do sleep 0.02; done",
    ]);
    await made('started');
    store.endSession('session-1');
    expect(await running).toEqual({
      code: 0,
      stdout: '',
      stderr: 'Error running handler: exit status 1\n',
    });
    expect(read('end')).toBe('terminated\n');
  });

  it('ends the program when the user ends the command', async () => {
    const controller = new AbortController();
    const running = lock(
      ['l', "trap 'touch end; exit 0' TERM INT; touch started; while :; do sleep 0.02; done"],
      controller.signal,
    );
    await made('started');
    controller.abort('SIGINT');
    expect((await running).code).toBe(0);
    expect(existsSync(join(cwd, 'end'))).toBe(true);
    expect(store.sessions.size).toBe(0);
  });

  it('ends an attempt when the user ends the command', async () => {
    store.sessions.set('other', { Name: 'o', TTL: '15s' });
    await fetch(`http://${agent.address}/v1/kv/w/.lock?acquire=other&flags=${LOCK_FLAGS}`, {
      method: 'PUT',
    });
    const controller = new AbortController();
    const running = lock(['w', 'true'], controller.signal);
    await vi.waitFor(() => expect(agent.log.at(-1)).toMatch(/^GET .*index=/), { interval: 5 });
    controller.abort('SIGTERM');
    expect((await running).stderr).toBe('Shutdown triggered or timeout during lock acquisition\n');
    expect([...store.sessions.keys()]).toEqual(['other']);
  });

  it('does not take over a key that is no lock', async () => {
    store.set('k/.lock', 'data');
    const result = await lock(['k', 'true']);
    expect(result.stderr).toBe('Lock acquisition failed: Existing key does not match lock use\n');
    expect(store.pairs.has('k/.lock')).toBe(true);
  });

  it.each([
    [[], 'Key prefix and child command must be specified'],
    [['m/x'], 'Key prefix and child command must be specified'],
    [['-n=0', 'm/x', 'true'], 'Lock holder limit must be positive'],
    [['-timeout=-1s', 'm/x', 'true'], 'Timeout must be positive'],
    [['-monitor-retry=-1', 'm/x', 'true'], "Number for 'monitor-retry' must be >= 0"],
  ])('refuses %j', async (args, message) => {
    expect(await lock(args)).toEqual({ code: 1, stdout: '', stderr: `${message}\n` });
  });
});

describe('lock -n', () => {
  it('lets as many in as the limit says, then cleans up', async () => {
    const first = lock(['-n=2', 's', 'touch a; while ! test -e stop; do sleep 0.02; done']);
    await made('a');
    const second = lock(['-n=2', 's', 'touch b; while ! test -e stop; do sleep 0.02; done']);
    await made('b');
    const list = store.pairs.get('s/.lock')!;
    expect(BigInt(list.Flags)).toBe(SEMAPHORE_FLAGS);
    expect(JSON.parse(Buffer.from(list.Value!, 'base64').toString())).toEqual({
      Limit: 2,
      Holders: { 'session-1': true, 'session-2': true },
    });
    expect((await lock(['-n=2', '-timeout=40ms', 's', 'true'])).code).toBe(1);
    expect((await lock(['-n=3', '-timeout=40ms', 's', 'true'])).stderr).toBe(
      'Lock acquisition failed: semaphore limit conflict (lock: 2, local: 3)\n',
    );
    expect((await lock(['s', 'true'])).stderr).toBe(
      'Lock acquisition failed: Existing key does not match lock use\n',
    );
    await lock(['done', 'touch stop']);
    expect([(await first).code, (await second).code]).toEqual([0, 0]);
    expect([store.pairs.size, store.sessions.size]).toEqual([0, 0]);
  });

  it('takes the place of a holder that died', async () => {
    const list = JSON.stringify({ Limit: 2, Holders: { dead: true, gone: true } });
    store.set('s/.lock', list, String(SEMAPHORE_FLAGS));
    expect(await lock(['-n=2', '-timeout=1s', 's', 'touch in'])).toMatchObject({ code: 0 });
    expect(existsSync(join(cwd, 'in'))).toBe(true);
  });

  it.each(['null', '{}', '[1', '"x"'])('refuses a list that is %s', async (text) => {
    store.set('s/.lock', text, String(SEMAPHORE_FLAGS));
    expect((await lock(['-n=2', 's', 'true'])).stderr).toBe(
      'Lock acquisition failed: failed to decode semaphore lock\n',
    );
  });
});
