import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { RemoteExecJob } from '../../protocol/remote-exec.ts';
import { LogHub, Logger } from '../lib/log.ts';
import { JobError, parseJob, parsePlace } from './job.ts';
import { type JobStore, MAX_RUNNING_JOBS, RemoteExec } from './remote-exec.ts';

/** Keys of one session, in the order in which they were written. */
class MemoryStore implements JobStore {
  readonly keys = new Map<string, Buffer>();
  hasEnded = false;

  async read(key: string): Promise<Buffer | null> {
    return this.keys.get(key) ?? null;
  }

  async write(key: string, value: Buffer, session: string): Promise<boolean> {
    if (this.hasEnded || session !== 's1') return false;
    this.keys.set(key, value);
    return true;
  }

  text(key: string): string | undefined {
    return this.keys.get(`_rexec/s1/n1/${key}`)?.toString();
  }

  get output(): string {
    return [...this.keys]
      .flatMap(([key, value]) => (key.includes('/out/') ? [value] : []))
      .join('');
  }
}

let store: MemoryStore;
let exec: RemoteExec;
let folder: string;
const said: string[] = [];

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'remote-exec-test-'));
  store = new MemoryStore();
  const hub = new LogHub();
  said.length = 0;
  hub.listen('debug', ({ level, text }) => said.push(`${level} ${text}`));
  exec = new RemoteExec({ node: 'n1', store, log: new Logger(hub, 'exec') });
});

afterEach(async () => {
  await exec.stop();
  rmSync(folder, { recursive: true });
});

function fire(session = 's1', prefix = '_rexec'): void {
  const payload = JSON.stringify({ Prefix: prefix, Session: session });
  exec.handle({ ID: 'event', Payload: Buffer.from(payload).toString('base64') });
}

function put(job: Partial<RemoteExecJob>): void {
  store.keys.set('_rexec/s1/job', Buffer.from(JSON.stringify({ Wait: 2e9, ...job })));
}

async function exitCode(): Promise<string> {
  return vi.waitFor(
    () => {
      const code = store.text('exit');
      if (code === undefined) throw new Error('it still runs');
      return code;
    },
    { interval: 5, timeout: 5000 },
  );
}

describe('RemoteExec', () => {
  it.each<[Partial<RemoteExecJob>, string, RegExp]>([
    [{ Command: 'echo out; echo err >&2; exit 3' }, '3', /^out\nerr\n$/],
    [{ Args: ['printf', '%s|', 'a b', '$HOME'] }, '0', /^a b\|\$HOME\|$/],
    [{ Script: Buffer.from('echo $((6 * 7))').toString('base64') }, '0', /^42\n$/],
    [{ Script: Buffer.from('#!/bin/sh\nexit 9').toString('base64') }, '9', /^$/],
    [{ Args: ['no-such-program-anywhere'] }, '255', /^$/],
    [{ Args: [''] }, '255', /^$/],
    [{ Args: ['echo', 'a\0b'] }, '255', /^$/],
    [{ Command: 'kill -9 $$' }, '-1', /^$/],
    [{ Command: 'head -c 10000 /dev/zero | tr "\\0" x' }, '0', /^x{10000}$/],
  ])('%j ends with %s', async (job, code, output) => {
    put(job);
    fire();
    expect(await exitCode()).toBe(code);
    expect(store.output).toMatch(output);
    const written = [...store.keys.keys()].slice(1);
    expect([written[0], written.at(-1)]).toEqual(['_rexec/s1/n1/ack', '_rexec/s1/n1/exit']);
  });

  it('gives a program no input', async () => {
    put({ Command: 'cat' });
    fire();
    expect(await exitCode()).toBe('0');
  });

  it('kills the whole group when the caller is gone', async () => {
    const file = path.join(folder, 'pid');
    put({ Command: `sh -c 'echo $$ > ${file}; while :; do echo tick; sleep 0.02; done' & wait` });
    fire();
    await vi.waitFor(() => expect(readFileSync(file, 'utf8')).toMatch(/\n/), {
      interval: 5,
      timeout: 5000,
    });
    store.hasEnded = true;
    const pid = Number(readFileSync(file, 'utf8'));
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { interval: 10, timeout: 5000 });
  });

  it('leaves nothing of a program behind that ends before its children', async () => {
    const file = path.join(folder, 'pid');
    put({
      Command: `sh -c 'echo $$ > ${file}; exec sleep 60' & while ! test -s ${file}; do sleep 0.01; done`,
    });
    fire();
    expect(await exitCode()).toBe('0');
    const pid = Number(readFileSync(file, 'utf8'));
    await vi.waitFor(() => expect(isRunning(pid)).toBe(false), { interval: 10, timeout: 5000 });
  });

  it('kills what runs when the agent stops, and takes nothing afterwards', async () => {
    const file = path.join(folder, 'started');
    put({ Command: `touch ${file}; sleep 60` });
    fire();
    await vi.waitFor(() => expect(existsSync(file)).toBe(true), { interval: 5, timeout: 5000 });
    await exec.stop();
    expect(store.text('exit')).toBe('-1');
    store.keys.delete('_rexec/s1/n1/ack');
    fire();
    await exec.stop();
    expect(store.text('ack')).toBeUndefined();
  });

  it('refuses more jobs than it may run at once', async () => {
    put({ Command: `echo x >> ${folder}/runs; while test -e ${folder}; do sleep 0.05; done` });
    for (let job = 0; job < MAX_RUNNING_JOBS; job++) fire();
    const runs = () => readFileSync(`${folder}/runs`, 'utf8').length / 2;
    await vi.waitFor(() => expect(runs()).toBe(MAX_RUNNING_JOBS), { interval: 10, timeout: 5000 });
    fire();
    expect(await exitCode()).toBe('255');
    expect(said.at(-1)).toContain('16 jobs run already');
  });

  it.each([
    ['a session that has ended', () => fire('other'), 'there is no job'],
    ['no payload', () => exec.handle({ ID: 'e', Payload: null }), 'it is no JSON'],
    ['a job of nothing', () => (put({}), fire()), 'the job says nothing to run'],
  ])('runs nothing for %s', async (_case, act, reason) => {
    act();
    await vi.waitFor(() => expect(said.at(-1)).toContain(reason), { interval: 5 });
    expect(store.text('ack')).toBeUndefined();
  });

  it('reads any text without another error than its own', () => {
    const holds = (read: () => unknown): boolean => {
      try {
        read();
        return true;
      } catch (error) {
        return error instanceof JobError;
      }
    };
    const field = fc.oneof(fc.string(), fc.constant(null), fc.double(), fc.array(fc.string()));
    const keys = { Command: field, Args: field, Script: field, Wait: field, Prefix: field };
    const text = fc.oneof(
      fc.string(),
      fc.json(),
      fc.record(keys).map((job) => JSON.stringify(job)),
    );
    fc.assert(fc.property(text, (job) => holds(() => parseJob(job))));
    fc.assert(fc.property(text, (payload) => holds(() => parsePlace(payload))));
  });
});

function isRunning(pid: number): boolean {
  try {
    // A zombie that nobody waits for has ended.
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
