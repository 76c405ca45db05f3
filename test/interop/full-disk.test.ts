/** A full disk: writes are refused with a sentence, reads go on, nothing acknowledged is lost, and it recovers by itself. */
import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';
import { SmallDisk } from './small-disk.ts';

const DISK_MEGABYTES = 12;
const VALUE_BYTES = 200_000;
/** More than the disk takes. */
const MAX_VALUES = 100;

const processes = new LictorProcesses();
const acknowledged = new Map<string, string>();
let disk: SmallDisk;
let agent: LictorProcess;

const digest = (value: Uint8Array): string => createHash('sha256').update(value).digest('hex');

function start(): Promise<LictorProcess> {
  return processes.start('agent', [
    '-server',
    '-bootstrap',
    `-data-dir=${disk.directory}`,
    '-bind=127.0.0.1',
    '-node=n1',
  ]);
}

interface Answer {
  status: number;
  text: string;
}

async function put(target: string, body: RequestInit['body']): Promise<Answer> {
  const answer = await fetch(agent.base + target, { method: 'PUT', body });
  return { status: answer.status, text: await answer.text() };
}

/** @returns undefined once it is acknowledged, else the refusal */
async function write(key: string, bytes = VALUE_BYTES): Promise<Answer | undefined> {
  const value = randomBytes(bytes);
  const answer = await put(`/v1/kv/${key}`, value);
  if (answer.status !== 200) return answer;
  expect(answer.text).toBe('true');
  acknowledged.set(key, digest(value));
  return undefined;
}

async function expectAllThere(): Promise<void> {
  for (const [key, wanted] of acknowledged) {
    const answer = await fetch(`${agent.base}/v1/kv/${key}?raw`);
    expect([key, answer.status]).toEqual([key, 200]);
    expect([key, digest(new Uint8Array(await answer.arrayBuffer()))]).toEqual([key, wanted]);
  }
  const keys = (await (await fetch(`${agent.base}/v1/kv/?keys`)).json()) as string[];
  expect(keys.toSorted()).toEqual([...acknowledged.keys()].toSorted());
}

/** Writes until the disk takes no more. */
async function fill(prefix: string): Promise<Answer> {
  for (let n = 0; n < MAX_VALUES; n++) {
    const refusal = await write(`${prefix}${n}`);
    if (refusal !== undefined) return refusal;
  }
  throw new Error(`the disk took ${MAX_VALUES} values of ${VALUE_BYTES} bytes`);
}

beforeAll(async () => {
  disk = SmallDisk.create(DISK_MEGABYTES);
  agent = await start();
});
afterAll(async () => {
  await processes.stopAll();
  disk?.remove();
});

describe('an agent whose disk is full', () => {
  it('refuses the write with a sentence that names the disk, and loses nothing', async () => {
    expect(await write('first', 10)).toBeUndefined();
    const refusal = await fill('a');
    expect(refusal.status).toBe(500);
    expect(refusal.text).toContain('disk');
    expect(acknowledged.size).toBeGreaterThan(5);
    await expectAllThere();
  });

  it('goes on with reads, blocking ones among them', async () => {
    const { headers } = await fetch(`${agent.base}/v1/kv/first`);
    const index = headers.get('x-consul-index');
    const answer = await fetch(`${agent.base}/v1/kv/first?index=${index}&wait=1s`);
    expect([answer.status, answer.headers.get('x-consul-index')]).toEqual([200, index]);
    expect((await fetch(`${agent.base}/v1/health/service/consul`)).status).toBe(200);
  });

  it('takes no registration that it could not keep', async () => {
    const filler = disk.fill();
    const body = JSON.stringify({ Name: 'unkept', Port: 1 });
    const answer = await put('/v1/agent/service/register', body);
    expect(answer.status).toBe(500);
    expect(answer.text).toMatch(/ENOSPC|no space left/);
    const services = (await (await fetch(`${agent.base}/v1/agent/services`)).json()) as object;
    expect(services).not.toHaveProperty('unkept');
    fs.rmSync(filler);
  });

  it('takes writes again once there is space, without a restart', async () => {
    disk.resize(DISK_MEGABYTES * 2);
    await expect.poll(() => write('after', 10), { timeout: 10_000 }).toBeUndefined();
    await expectAllThere();
  });

  it('killed in the middle of that, comes up again with all that it acknowledged', async () => {
    expect((await fill('b')).status).toBe(500);
    agent.signal('SIGKILL');
    await agent.ended();
    disk.resize(DISK_MEGABYTES * 3);
    agent = await start();
    await expectAllThere();
    expect(await write('last', 10)).toBeUndefined();
  });

  it('that cannot even start says why', async () => {
    await agent.stop();
    const filler = disk.fill();
    const failed = await processes.spawn('agent', [
      '-server',
      '-bootstrap',
      `-data-dir=${disk.directory}`,
      '-bind=127.0.0.1',
    ]);
    const { code, stderr } = await failed.ended();
    expect([code, stderr]).toEqual([1, expect.stringMatching(/ENOSPC|no space left/)]);
    fs.rmSync(filler);
    agent = await start();
    await expectAllThere();
  });
});
