/** Of a long list only what changed travels, also to a datacenter that slept in between. Bytes are counted on the wire. */
import { afterEach, describe, expect, it } from 'vitest';
import type { DatacenterInfo } from '../../protocol/methods.ts';
import type { ServerLink } from '../../sidecar/server-link/server-link.ts';
import { ControlPlanes, DEFAULT_CALL, LONGER_THAN_IDLE_MS } from '../support/control-planes.ts';
import { HoldingProxy } from '../support/holding-proxy.ts';

const planes = new ControlPlanes();
afterEach(() => planes.stopAll());

const KEYS = 300;
const VALUE_BYTES = 20 * 1024;
const MAX_BYTES = 50_000;

const valueOf = (text: string): string => Buffer.alloc(VALUE_BYTES, text).toString('base64');

function put(link: ServerLink, key: string, value: string): Promise<unknown> {
  return link.rpc.call('kv.apply', { verb: 'set', key, value }, DEFAULT_CALL);
}

async function constructions(link: ServerLink): Promise<number> {
  const { body } = await link.rpc.call('status.datacenter', {}, DEFAULT_CALL);
  return (JSON.parse(body) as DatacenterInfo).Constructions;
}

/** Waits for a change of the tree past `index`, as a blocking query does. */
function next(link: ServerLink, index: number): ReturnType<ServerLink['rpc']['watch']> {
  return link.rpc.watch('kv.list', { prefix: 'tree/' }, DEFAULT_CALL, index, 30_000, undefined);
}

describe('a watcher of 300 keys of 20 KB', () => {
  it('receives less than 50 KB when one changes, also after the datacenter slept', async () => {
    const plane = await planes.start();
    const writer = await planes.link(plane, 'writer');
    await Promise.all(
      Array.from({ length: KEYS }, (_, at) => put(writer, `tree/${at}`, valueOf(`${at}`))),
    );
    const proxy = await HoldingProxy.start(() => plane.port);
    planes.defer(() => proxy.stop());
    const watcher = await planes.link(plane, 'watcher', () => proxy.url);
    let { index } = await next(watcher, 0);
    expect(proxy.received).toBeGreaterThan(KEYS * VALUE_BYTES);

    for (const sleeps of [false, true]) {
      const parked = next(watcher, index);
      const before = { bytes: proxy.received, constructions: await constructions(writer) };
      if (sleeps) await new Promise((resolve) => setTimeout(resolve, LONGER_THAN_IDLE_MS));
      const value = valueOf(`changed ${sleeps}`);
      await put(writer, 'tree/77', value);
      const answer = await parked;
      expect(answer.body).toContain(value);
      expect(proxy.received - before.bytes).toBeGreaterThan(VALUE_BYTES);
      expect(proxy.received - before.bytes).toBeLessThan(MAX_BYTES);
      expect((await constructions(writer)) > before.constructions).toBe(sleeps);
      const whole = await writer.rpc.call('kv.list', { prefix: 'tree/' }, DEFAULT_CALL);
      expect(answer.body === whole.body).toBe(true);
      index = answer.index;
    }
    expect(watcher.connects).toBe(1);
  });
});
