/**
 * A frame whose reply was lost is sent again, answers the same and applies nothing. (In a stream of writes, with everything
 * killed that can be: kill-rounds.test.ts.)
 *
 * One client owns a key and raises it by check-and-set. A write that was applied but whose reply was lost, and that
 * was then applied again, would be refused: so every answer has to be `true`.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { KVPair } from '../../protocol/types/kv.ts';
import type { ServerLink } from '../../sidecar/server-link/server-link.ts';
import { ControlPlanes, DEFAULT_CALL, fetchWorker } from '../support/control-planes.ts';
import { HoldingProxy } from '../support/holding-proxy.ts';

const planes = new ControlPlanes();
afterEach(() => planes.stopAll());

const encode = (value: number): string => Buffer.from(String(value)).toString('base64');

async function read(link: ServerLink, key: string): Promise<KVPair | undefined> {
  const { body } = await link.rpc.call('kv.get', { key }, DEFAULT_CALL);
  return body === '' ? undefined : (JSON.parse(body) as KVPair[])[0];
}

/** Raises the key from its present state; gives the answer and the index of the write. */
async function raise(
  link: ServerLink,
  key: string,
  value: number,
  index: number,
): Promise<{ answer: string; index: number }> {
  const write = { verb: 'cas', key, value: encode(value), index } as const;
  const answer = await link.rpc.call('kv.apply', write, DEFAULT_CALL);
  return { answer: answer.body, index: answer.index };
}

describe('kill -9 of workerd', () => {
  it('between commit and reply: the frame that is sent again answers the same and applies nothing', async () => {
    const plane = await planes.start();
    const proxy = await HoldingProxy.start(() => plane.port);
    try {
      const link = await planes.link(plane, 'n1', () => proxy.url);
      let index = 0;
      for (let value = 1; value <= 5; value++) {
        proxy.hold();
        const raised = raise(link, 'k', value, index);
        // Committed once the Worker itself shows it; the sidecar has had no reply.
        await expect
          .poll(async () => (await fetchWorker(plane, '/v1/kv/k?raw')).text(), { timeout: 5_000 })
          .toBe(String(value));
        const restarts = plane.restarts;
        process.kill(-plane.pid!, 'SIGKILL');
        await expect.poll(() => plane.restarts, { timeout: 5_000 }).toBe(restarts + 1);
        proxy.cut();
        const { answer, index: at } = await raised;
        expect(answer).toBe('true');
        const entry = await read(link, 'k');
        expect(entry!.ModifyIndex).toBe(at);
        index = at;
      }
    } finally {
      await proxy.stop();
    }
  });
});
