/**
 * The object has 128 MB on the platform, of which a local workerd knows nothing: here V8 enforces it, for the whole isolate,
 * the Worker's part included. Whoever needs more ends the process.
 */
import { randomBytes } from 'node:crypto';
import { afterEach, describe, expect, it } from 'vitest';
import type { KVPair } from '../../protocol/types/kv.ts';
import type { TxnOp } from '../../protocol/types/txn.ts';
import { ControlPlanes, DEFAULT_CALL } from '../support/control-planes.ts';
import { DeployedWorker } from '../support/deployed-worker.ts';

const planes = new ControlPlanes();
afterEach(() => planes.stopAll());

const HEAP_MB = 128;
const SECRET = 'the-deployment-secret';
const KEYS = 100_000;
const VALUE_BYTES = 100;
/** Frames in one go: what the sidecar queues is bounded. */
const AT_ONCE = 10_000;

const NODES = 100_000;
/** In one transaction, of which Consul allows 64 operations. */
const HOSTS_A_TXN = 21;

function hostOps(at: number): TxnOp[] {
  const Node = `host-${at}`;
  const Service = { ID: 'web', Service: 'web', Port: 80 };
  const Check = { Node, CheckID: 'web', Name: 'web', Status: 'passing' as const, ServiceID: 'web' };
  return [
    { Node: { Verb: 'set', Node: { Node, Address: '192.0.2.1' } } },
    { Service: { Verb: 'set', Node, Service } },
    { Check: { Verb: 'set', Check } },
  ];
}

/** What fits is answered, what does not is refused. */
const READS: readonly [path: string, status: number][] = [
  ['/v1/catalog/nodes', 200],
  ['/v1/catalog/services', 200],
  ['/v1/catalog/service/web', 413],
  ['/v1/health/service/web', 413],
  ['/v1/health/checks/web', 200],
  ['/v1/health/state/any', 200],
];

async function start(heapMB: number): Promise<DeployedWorker> {
  const worker = await DeployedWorker.start(planes.temporaryDirectory(), SECRET, { heapMB });
  planes.defer(() => worker.stop());
  return worker;
}

describe(`a heap of ${HEAP_MB} MB`, () => {
  it(
    `is enough for ${KEYS} keys of ${VALUE_BYTES} bytes: read over the link, at the Worker, and saved`,
    { timeout: 180_000 },
    async () => {
      const worker = await start(HEAP_MB);
      const link = await planes.link({ url: worker.url, secret: SECRET }, 'n1');
      for (let from = 0; from < KEYS; from += AT_ONCE) {
        const writes = Array.from({ length: AT_ONCE }, (_, at) => {
          const value = randomBytes(VALUE_BYTES).toString('base64');
          return link.rpc.call(
            'kv.apply',
            { verb: 'set', key: `k/${from + at}`, value },
            DEFAULT_CALL,
          );
        });
        await Promise.all(writes);
      }
      const { pid } = worker;
      for (let times = 0; times < 3; times++) {
        const { body } = await link.rpc.call('kv.list', { prefix: 'k/' }, DEFAULT_CALL);
        expect((JSON.parse(body) as KVPair[]).length).toBe(KEYS);
      }
      const answer = await worker.fetch('/v1/kv/k/?recurse');
      expect(((await answer.json()) as KVPair[]).length).toBe(KEYS);
      const snapshot = await worker.fetch('/v1/snapshot');
      expect((await snapshot.arrayBuffer()).byteLength).toBeGreaterThan(KEYS * VALUE_BYTES);
      expect([worker.restarts, worker.pid]).toEqual([0, pid]);
      expect(link.connects).toBe(1);
    },
  );

  it(
    `is enough for ${NODES} nodes with an instance and a check each, whatever is read of them`,
    { timeout: 400_000 },
    async () => {
      const worker = await start(HEAP_MB);
      const link = await planes.link({ url: worker.url, secret: SECRET }, 'n1');
      for (let from = 0; from < NODES; from += AT_ONCE) {
        const hosts = Array.from({ length: AT_ONCE }, (_, at) => hostOps(from + at));
        const batches = Array.from({ length: Math.ceil(AT_ONCE / HOSTS_A_TXN) }, (_, at) =>
          hosts.slice(at * HOSTS_A_TXN, (at + 1) * HOSTS_A_TXN).flat(),
        );
        await Promise.all(batches.map((ops) => link.rpc.call('txn.apply', { ops }, DEFAULT_CALL)));
      }
      const { pid } = worker;
      for (const [path, status] of READS) {
        const answer = await worker.fetch(path);
        const text = await answer.text();
        expect([path, answer.status, text.slice(0, 200)]).toEqual([
          path,
          status,
          status === 200 ? expect.any(String) : expect.stringContaining('28 MB'),
        ]);
      }
      expect([worker.restarts, worker.pid]).toEqual([0, pid]);
      expect(link.connects).toBe(1);
    },
  );

  it('is a limit: with a sixteenth of it the same worker does not live', async () => {
    const outcome = start(HEAP_MB / 16).then(
      async (worker) => {
        const link = await planes.link({ url: worker.url, secret: SECRET }, 'n1');
        const value = 'x'.repeat(500_000);
        const writes = Array.from({ length: 100 }, (_, at) =>
          link.rpc.call('kv.apply', { verb: 'set', key: `k/${at}`, value }, DEFAULT_CALL),
        );
        await Promise.allSettled(writes);
        await link.rpc.call('kv.list', { prefix: 'k/' }, DEFAULT_CALL).catch(() => {});
        return worker.restarts;
      },
      () => 1,
    );
    expect(await outcome).toBeGreaterThan(0);
  });
});
