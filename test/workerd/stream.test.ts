/**
 * /v1/stream on both sides that mount it: no change lost or told twice, whoever is killed; nothing polls while nothing
 * happens, and the object is evicted under open streams.
 */
import type { Hono } from 'hono';
import { afterEach, describe, expect, it } from 'vitest';
import { createAPI } from '../../http-api/fetch-adapter.ts';
import { coreRoutes } from '../../http-api/routes.ts';
import type { DatacenterInfo } from '../../protocol/methods.ts';
import type { ControlPlane } from '../../sidecar/embedded/control-plane.ts';
import type { ServerLink } from '../../sidecar/server-link/server-link.ts';
import { ControlPlanes, DEFAULT_CALL, fetchWorker } from '../support/control-planes.ts';
import { EventReader } from '../support/event-reader.ts';

const planes = new ControlPlanes();
const readers: EventReader[] = [];
afterEach(async () => {
  await Promise.all(readers.splice(0).map((reader) => reader.close()));
  await planes.stopAll();
});

const TOPICS = '/v1/stream?topics=kv/app/';
/** workerd evicts an object that has been idle for ten seconds. */
const LONGER_THAN_IDLE_MS = 13_000;

/** /v1 as a sidecar serves it, without its socket. */
function sidecarAPI(link: ServerLink): Hono {
  const limits = {
    kvMaxValueBytes: 1024,
    txnMaxBytes: 1024,
    defaultQueryTimeMs: 60_000,
    maxQueryTimeMs: 60_000,
  };
  const { rpc, snapshots } = link;
  const context = { rpc, snapshots, limits, datacenter: 'dc1', nodeName: 'n1' };
  return createAPI(coreRoutes, { context });
}

function open(reader: EventReader): EventReader {
  readers.push(reader);
  return reader;
}

const throughSidecar = (api: Hono, path: string): EventReader =>
  open(new EventReader((headers) => api.request(`http://agent${path}`, { headers })));
const throughWorker = (plane: ControlPlane, path: string): EventReader =>
  open(new EventReader((headers) => fetchWorker(plane, path, { headers })));

async function nextKeys(reader: EventReader, count: number): Promise<string[]> {
  const keys: string[] = [];
  while (keys.length < count) {
    const { type, data } = await reader.next();
    if (type === 'message') keys.push((JSON.parse(data) as { Key: string }).Key);
    else if (type !== 'end') throw new Error(`${type}: ${data}`);
  }
  return keys;
}

const put = (link: ServerLink, key: string): Promise<{ body: string }> =>
  link.rpc.call('kv.apply', { verb: 'set', key, value: 'eA==' }, DEFAULT_CALL);

describe('a stream', () => {
  it('tells every change once, through both sides, while workerd is killed again and again', async () => {
    const plane = await planes.start();
    const link = await planes.link(plane, 'n1');
    await put(link, 'app/first');
    const sides = [
      throughSidecar(sidecarAPI(link), `${TOPICS}&from=1`),
      throughWorker(plane, `${TOPICS}&from=1`),
    ];
    const seen = sides.map((side) => nextKeys(side, 1));
    const written = ['app/first'];
    for (let round = 0; round < 5; round++) {
      const restarts = plane.restarts;
      const kill = setTimeout(() => process.kill(-plane.pid!, 'SIGKILL'), 30 + round * 11);
      const until = Date.now() + 150;
      while (Date.now() < until || plane.restarts === restarts) {
        const key = `app/${written.length}`;
        expect((await put(link, key)).body).toBe('true');
        await put(link, `other/${written.length}`);
        written.push(key);
      }
      clearTimeout(kill);
    }
    for (const [at, side] of sides.entries()) {
      const first = await seen[at]!;
      expect([...first, ...(await nextKeys(side, written.length - 1))]).toEqual(written);
    }
    await put(link, 'app/last');
    for (const side of sides) expect(await nextKeys(side, 1)).toEqual(['app/last']);
  });

  it('lets the datacenter sleep, and wakes for what was asked alone', async () => {
    const plane = await planes.start();
    const link = await planes.link(plane, 'n1');
    const writer = await planes.link(plane, 'n2');
    const info = async (): Promise<DatacenterInfo> => {
      const { body } = await writer.rpc.call('status.datacenter', {}, DEFAULT_CALL);
      return JSON.parse(body) as DatacenterInfo;
    };
    const api = sidecarAPI(link);
    await put(writer, 'app/first');
    const sides = [
      throughSidecar(api, `${TOPICS}&from=1`),
      throughSidecar(api, `${TOPICS}&from=1`),
      throughWorker(plane, `${TOPICS}&from=1`),
    ];
    for (const side of sides) expect(await nextKeys(side, 1)).toEqual(['app/first']);
    const before = await info();
    const sent = [...link.batcher.sentByMethod.values()].reduce((sum, count) => sum + count);
    const next = sides.map((side) => nextKeys(side, 1));
    await put(writer, 'elsewhere');
    await new Promise((resolve) => setTimeout(resolve, LONGER_THAN_IDLE_MS));
    expect([...link.batcher.sentByMethod.values()].reduce((sum, count) => sum + count)).toBe(sent);
    await put(writer, 'app/second');
    expect(await Promise.all(next)).toEqual([['app/second'], ['app/second'], ['app/second']]);
    expect((await info()).Constructions).toBeGreaterThan(before.Constructions);
    expect(sides.map(({ opens }) => opens)).toEqual([1, 1, 1]);
  });
});
