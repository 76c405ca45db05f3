/** The agent that runs the control plane reaches it by a unix socket, and by TCP where that cannot be. */
import fs from 'node:fs';
import path from 'node:path';
import { afterEach, expect, it, vi } from 'vitest';
import { ControlPlanes, DEFAULT_CALL } from '../support/control-planes.ts';
import { LictorProcesses } from '../support/lictor-process.ts';

const RESTART_MS = 10_000;
const planes = new ControlPlanes();
const processes = new LictorProcesses();
afterEach(async () => {
  await processes.stopAll();
  await planes.stopAll();
});

it('links pass through the socket, also after the control plane was killed', async () => {
  const plane = await planes.start();
  const { localSocket, pid = 0 } = plane;
  expect(localSocket).toBeDefined();
  // Its directory is closed to other users.
  expect(fs.statSync(path.dirname(localSocket!)).mode & 0o077).toBe(0);
  // A URL that leads nowhere: only the socket can be what works.
  const link = await planes.link(plane, 'n1', () => 'http://127.0.0.1:1', localSocket);
  const index = async (): Promise<number> =>
    (await link.rpc.call('status.datacenter', {}, DEFAULT_CALL)).index;
  await index();
  process.kill(-pid, 'SIGKILL');
  await vi.waitFor(() => expect(plane.restarts).toBe(1), RESTART_MS);
  await vi.waitFor(index, RESTART_MS);
  expect(link.connects).toBe(2);
});

it('an agent whose data_dir is too deep for a socket works all the same', async () => {
  const deep = path.join(processes.temporaryDirectory(), 'd'.repeat(100));
  fs.mkdirSync(deep);
  const agent = await processes.start('agent', [
    '-server',
    '-bootstrap',
    '-bind=127.0.0.1',
    `-data-dir=${deep}`,
  ]);
  const put = await fetch(`${agent.base}/v1/kv/k`, { method: 'PUT', body: 'v' });
  expect(await put.text()).toBe('true');
  expect(fs.existsSync(path.join(deep, 'control-plane/link.sock'))).toBe(false);
});
