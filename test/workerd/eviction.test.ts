/**
 * An idle datacenter sleeps: the object is evicted while links are open, heartbeats do not wake it, and whoever waits
 * is answered all the same.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { DatacenterInfo } from '../../protocol/methods.ts';
import type { ServerLink } from '../../sidecar/server-link/server-link.ts';
import {
  ControlPlanes,
  DEFAULT_CALL,
  LONGER_THAN_IDLE_MS,
  fetchWorker,
} from '../support/control-planes.ts';
import { Heartbeats } from '../support/heartbeats.ts';

const planes = new ControlPlanes();
let heartbeats: Heartbeats | undefined;
afterEach(async () => {
  heartbeats?.stop();
  await planes.stopAll();
});

async function info(link: ServerLink): Promise<DatacenterInfo> {
  return JSON.parse(
    (await link.rpc.call('status.datacenter', {}, DEFAULT_CALL)).body,
  ) as DatacenterInfo;
}

const put = (link: ServerLink, key: string, value: string): Promise<unknown> =>
  link.rpc.call(
    'kv.apply',
    { verb: 'set', key, value: Buffer.from(value).toString('base64') },
    DEFAULT_CALL,
  );

describe('eviction', () => {
  it('the object is constructed anew, links stay, and blocked readers on both sides are answered', async () => {
    const plane = await planes.start();
    const link = await planes.link(plane, 'n1');
    const writer = await planes.link(plane, 'n2');
    heartbeats = await Heartbeats.start(plane, 'n3');
    await put(writer, 'watched', 'one');
    const before = await info(writer);
    const { index } = await link.rpc.call('kv.get', { key: 'watched' }, DEFAULT_CALL);
    const parked = link.rpc.watch(
      'kv.get',
      { key: 'watched' },
      DEFAULT_CALL,
      index,
      60_000,
      undefined,
    );
    const polled = fetchWorker(plane, `/v1/kv/watched?index=${index}&wait=60s`).then((r) =>
      r.text(),
    );
    let woken = false;
    void parked.then(() => (woken = true));

    await new Promise((resolve) => setTimeout(resolve, LONGER_THAN_IDLE_MS));
    await heartbeats.pause();
    expect(heartbeats.sent).toBeGreaterThan(LONGER_THAN_IDLE_MS / 2_000);
    expect(heartbeats.answered).toBe(heartbeats.sent);
    expect(link.connects).toBe(1);
    expect(woken).toBe(false);

    await put(writer, 'elsewhere', 'noise');
    await put(writer, 'watched', 'two');
    const after = await info(writer);
    // All heartbeats were answered, and none of them constructed it: it slept until the write.
    expect(after.Constructions).toBe(before.Constructions + 1);
    expect(after.ConstructedAt).toBeGreaterThan(heartbeats.lastSentAt);
    expect(after.UUID).toBe(before.UUID);
    expect((await parked).body).toContain(Buffer.from('two').toString('base64'));
    expect(await polled).toContain(Buffer.from('two').toString('base64'));
    expect(link.connects).toBe(1);
  });
});
