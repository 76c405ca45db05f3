/** What a failure costs in rows read while the brake on mass failures is on: its own node's, not the datacenter's. */
import { afterAll, expect, it } from 'vitest';
import type { MethodArgs, WriteMethod } from '../../protocol/methods.ts';
import { SERF_HEALTH_CHECK_ID } from '../../protocol/types/catalog.ts';
import { ControlPlanes } from '../support/control-planes.ts';
import { CountedPlane } from '../support/counted-plane.ts';

const NODES = 1_000;
/** Far less than a row for each node: what one node has, its timers, the log's end. */
const MOST_ROWS_OF_A_FAILURE = 60;

const planes = new ControlPlanes();
afterAll(() => planes.stopAll());

it('a failure reads the rows of its own node, however many others there are', async () => {
  const settings = { massFailureShare: 0.5, massFailureWindowMs: 60_000, heartbeatMs: 0 };
  const counted = await CountedPlane.start(planes, settings);
  const link = await planes.link(counted.plane, 'reporter');
  const write = async <M extends WriteMethod>(method: M, args: MethodArgs<M>): Promise<void> => {
    const { code, body } = await link.batcher.send(method, args, '', false);
    if (code !== undefined) throw new Error(`${method}: ${body}`);
  };
  const nodes = Array.from({ length: NODES }, (_, at) => `n${at}`);
  await Promise.all(
    nodes.map((Node) => {
      const alive = { CheckID: SERF_HEALTH_CHECK_ID, Name: 'alive', Status: 'passing' as const };
      const Service = { ID: 'web', Service: `web-${Node}`, Port: 1 };
      const own = { CheckID: 'own', Name: 'own', Status: 'passing' as const, ServiceID: 'web' };
      return write('catalog.register', {
        Node,
        Address: '192.0.2.1',
        Service,
        Checks: [alive, own],
      });
    }),
  );
  const fail = (node: string) => () => write('node.report', { node, status: 'failed' });
  // The first failure of all counts the nodes.
  const first = await counted.countsOf(fail('n0'));
  expect(first.rowsRead).toBeGreaterThan(NODES);
  for (const node of nodes.slice(1, 300)) await fail(node)();
  const late = await counted.countsOf(fail('n500'));
  expect(late.rowsWritten).toBeGreaterThan(0);
  expect(late.rowsRead).toBeLessThan(MOST_ROWS_OF_A_FAILURE);
});
