/**
 * workerd is killed in the middle of a save, at every stage of a restore and right behind it; uploads stall and break off.
 * After each the state is wholly the old or wholly the new one, nothing half-done is left, and the datacenter serves.
 */
import { createHash, randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import type { KVPair } from '../../protocol/types/kv.ts';
import { ControlPlanes, fetchWorker } from '../support/control-planes.ts';
import { GatedWorker } from '../support/gated-worker.ts';
import { HoldingProxy } from '../support/holding-proxy.ts';

const planes = new ControlPlanes();
afterEach(() => planes.stopAll());

/** Together some megabytes that no buffer on the way takes whole, as random bytes do not compress. */
const KEYS = 60;
const VALUE_BYTES = 48 * 1024;
/** Within it the object has staged what was sent. */
const STAGED_WITHIN_MS = 300;

async function put(worker: GatedWorker, key: string, body: Buffer | string): Promise<void> {
  const bytes = new Uint8Array(Buffer.from(body));
  const answer = await fetchWorker(worker.plane, `/v1/kv/${key}`, { method: 'PUT', body: bytes });
  expect(await answer.text()).toBe('true');
}

/** Every key gets a new random value. */
async function fill(worker: GatedWorker): Promise<void> {
  const keys = Array.from({ length: KEYS }, (_, at) => `random/${at}`);
  await Promise.all(keys.map((key) => put(worker, key, randomBytes(VALUE_BYTES))));
}

/** Of all keys and values: two states are equal when it is. */
async function digest(worker: GatedWorker): Promise<string> {
  const answer = await fetchWorker(worker.plane, '/v1/kv/?recurse');
  const pairs = (await answer.json()) as KVPair[];
  const hash = createHash('sha256');
  for (const { Key, Value } of pairs) hash.update(`${Key} ${Value}\n`);
  return `${pairs.length} keys ${hash.digest('hex')}`;
}

async function save(worker: GatedWorker): Promise<Buffer> {
  const answer = await fetchWorker(worker.plane, '/v1/snapshot');
  expect(answer.status).toBe(200);
  return Buffer.from(await answer.arrayBuffer());
}

function restore(
  worker: GatedWorker,
  body: Blob | ReadableStream<Uint8Array>,
  base = worker.plane.url,
): Promise<Response> {
  const headers = { 'x-consul-token': worker.plane.secret };
  // Required by fetch for a body that is a stream.
  const init = { method: 'PUT', headers, body, duplex: 'half' };
  return fetch(`${base}/v1/snapshot`, init as RequestInit);
}

const whole = (archive: Buffer): Blob => new Blob([new Uint8Array(archive)]);

/** The first half of an archive, and then nothing until it is broken off. */
function stalled(archive: Buffer): { body: ReadableStream<Uint8Array>; breakOff: () => void } {
  const { promise, reject } = Promise.withResolvers<void>();
  const first = new Uint8Array(archive.subarray(0, archive.length / 2));
  const body = new ReadableStream<Uint8Array>({
    start: (controller) => controller.enqueue(first),
    pull: () => promise,
  });
  return { body, breakOff: () => reject(new Error('the client breaks off')) };
}

/** A datacenter that has gone on since it was saved. */
async function savedDatacenter(): Promise<{
  worker: GatedWorker;
  archive: Buffer;
  saved: string;
  live: string;
}> {
  const worker = await GatedWorker.start(planes);
  await fill(worker);
  await put(worker, 'only/saved', 'x');
  const saved = await digest(worker);
  const archive = await save(worker);
  await fill(worker);
  await fetchWorker(worker.plane, '/v1/kv/only/saved', { method: 'DELETE' });
  await put(worker, 'only/live', 'x');
  return { worker, archive, saved, live: await digest(worker) };
}

/** It takes writes, saves, and restores what it saved; and nothing temporary is left. */
async function expectSound(worker: GatedWorker): Promise<void> {
  await put(worker, 'sound', randomBytes(8));
  const now = await digest(worker);
  const archive = await save(worker);
  await put(worker, 'sound', randomBytes(8));
  const answer = await restore(worker, whole(archive));
  expect([answer.status, await answer.text()]).toEqual([200, '']);
  expect(await digest(worker)).toBe(now);
  await worker.plane.stop();
  expect(worker.leftovers()).toEqual([]);
}

describe('kill -9 in the middle of a restore', () => {
  const places = ['staged 1', 'staged 4', 'swap nodes', 'swap kv', 'swap timers', 'committed'];

  it(`at ${places.join(', ')}: wholly the old state, as nobody was told otherwise`, async () => {
    const { worker, archive, saved, live } = await savedDatacenter();
    for (const place of places) {
      const { stopped } = await worker.stopAt(place);
      const answer = restore(worker, whole(archive)).catch((error: Error) => error);
      await stopped;
      await worker.kill();
      const { ok } = (await answer) as { ok?: boolean };
      // Its transaction ends with the turn: in the same turn nothing of it is durable, and nothing was acknowledged.
      expect([place, ok === true, await digest(worker)]).toEqual([place, false, live]);
    }
    const answer = await restore(worker, whole(archive));
    expect(answer.status).toBe(200);
    expect(await digest(worker)).toBe(saved);
    await expectSound(worker);
  });

  it('behind its end, with the answer lost: wholly the new state', async () => {
    const { worker, archive, saved, live } = await savedDatacenter();
    const proxy = await HoldingProxy.start(() => worker.plane.port);
    planes.defer(() => proxy.stop());
    proxy.hold();
    const answer = restore(worker, whole(archive), proxy.url).catch((error: Error) => error);
    await proxy.untilHeld();
    expect(saved).not.toBe(live);
    await worker.kill();
    proxy.cut();
    expect(await answer).toBeInstanceOf(Error);
    expect(await digest(worker)).toBe(saved);
    await expectSound(worker);
  });

  it('while writers go on: what they were told stands', async () => {
    const { worker, archive } = await savedDatacenter();
    const upload = stalled(archive);
    const answer = restore(worker, upload.body).catch((error: Error) => error);
    await sleep(STAGED_WITHIN_MS);
    await Promise.all(
      Array.from({ length: 50 }, (_, at) => put(worker, `meanwhile/${at}`, String(at))),
    );
    const before = await digest(worker);
    await worker.kill();
    upload.breakOff();
    expect(await answer).toBeInstanceOf(Error);
    expect(await digest(worker)).toBe(before);
    await expectSound(worker);
  });
});

describe('an upload', () => {
  it('that stalls delays nobody, and broken off it has changed nothing', async () => {
    const { worker, archive, live } = await savedDatacenter();
    const upload = stalled(archive);
    const answer = restore(worker, upload.body).catch((error: Error) => error);
    await sleep(STAGED_WITHIN_MS);
    const second = await restore(worker, whole(archive));
    expect([second.status, await second.text()]).toEqual([
      409,
      expect.stringContaining('a snapshot is being restored already'),
    ]);
    expect(await digest(worker)).toBe(live);
    upload.breakOff();
    expect(await answer).toBeInstanceOf(Error);
    await expect
      .poll(async () => (await restore(worker, whole(archive))).status, { timeout: 10_000 })
      .toBe(200);
    await expectSound(worker);
  });
});

describe('kill -9 in the middle of a save', () => {
  it('whoever takes it sees it break off, and has nothing that could be restored', async () => {
    const { worker, live } = await savedDatacenter();
    for (const piece of [1, 4]) {
      const { stopped } = await worker.stopAt(`copied ${piece}`);
      const answer = fetchWorker(worker.plane, '/v1/snapshot');
      const taken: Buffer[] = [];
      const taking = answer
        .then(async ({ body }) => {
          for await (const chunk of body!) taken.push(Buffer.from(chunk));
        })
        .catch((error: Error) => error);
      await stopped;
      await worker.kill();
      expect(await taking).toBeInstanceOf(Error);
      expect((await restore(worker, whole(Buffer.concat(taken)))).ok).toBe(false);
      expect(await digest(worker)).toBe(live);
    }
    await expectSound(worker);
  });
});

describe('timers after a restore', () => {
  it('fire without a request that arms them: sessions end, locks are free, keys expire', async () => {
    const worker = await GatedWorker.start(planes, { sessionTTLMinMs: 500 });
    const request = async (method: string, target: string, body?: object): Promise<string> => {
      const init = { method, ...(body && { body: JSON.stringify(body) }) };
      return (await fetchWorker(worker.plane, target, init)).text();
    };
    await request('PUT', '/v1/catalog/register', { Node: 'h1', Address: '192.0.2.1' });
    const session = { Node: 'h1', TTL: '1s', LockDelay: '0s', Checks: [] };
    const { ID } = JSON.parse(await request('PUT', '/v1/session/create', session)) as {
      ID: string;
    };
    expect(await request('PUT', `/v1/kv/lock?acquire=${ID}`)).toBe('true');
    expect(await request('PUT', '/v1/kv/brief?ttl=1s')).toBe('true');
    const archive = await save(worker);
    const brief = async () => (await fetchWorker(worker.plane, '/v1/kv/brief')).status;
    await expect.poll(brief, { timeout: 10_000 }).toBe(404);
    expect((await restore(worker, whole(archive))).status).toBe(200);
    // Two times to live, as after a renewal. Nothing is asked meanwhile: any request would arm the timers.
    await sleep(3_500);
    const held = JSON.parse(await request('GET', '/v1/kv/lock')) as KVPair[];
    const sessions = await request('GET', '/v1/session/list');
    expect([held[0]?.Session, sessions.trim()]).toEqual([undefined, '[]']);
    expect(await brief()).toBe(404);
  });
});
