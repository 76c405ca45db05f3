/** A host loses its power: packets cease, and no socket is closed. Who finds out, and when. */
import path from 'node:path';
import { afterEach, expect, it } from 'vitest';
import { DeployedWorker } from '../support/deployed-worker.ts';
import { freePorts } from '../support/free-ports.ts';
import { LICTOR, type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';
import { eventually } from './gossip/eventually.ts';
import { SeveredHost } from './severed-host.ts';

const SECRET = 'the-deployment-secret';
/** So that the test need not wait for a minute. */
const HEARTBEAT_MS = 5_000;
const processes = new LictorProcesses();
afterEach(() => processes.stopAll());

interface Scene {
  readonly host: SeveredHost;
  readonly worker: DeployedWorker;
}

async function setUp(): Promise<Scene> {
  const host = SeveredHost.create();
  processes.defer(() => host.remove());
  const worker = await DeployedWorker.start(processes.temporaryDirectory(), SECRET, {
    host: host.near,
    settings: { heartbeatMs: HEARTBEAT_MS },
  });
  processes.defer(() => worker.stop());
  return { host, worker };
}

const flags = ({ worker }: Scene, node: string, address: string, data: string): string[] => [
  `-edge-url=${worker.url}`,
  `-token=${SECRET}`,
  `-data-dir=${data}`,
  `-node=${node}`,
  `-bind=${address}`,
];

const startNear = (scene: Scene, node: string, ...more: string[]): Promise<LictorProcess> => {
  const data = processes.temporaryDirectory();
  return processes.start('agent', [...flags(scene, node, scene.host.near, data), ...more]);
};

/** On the host behind the cable. */
async function startFar(scene: Scene, node: string, ...more: string[]): Promise<LictorProcess> {
  const data = processes.temporaryDirectory();
  const [program, args] = scene.host.command(LICTOR);
  const [serf = 0] = await freePorts(1);
  return processes.spawnOther(program, [
    ...args,
    'agent',
    ...flags(scene, node, scene.host.far, path.join(data, 'data')),
    `-serf-lan-port=${serf}`,
    '-dns-port=-1',
    '-grpc-port=-1',
    '-grpc-tls-port=-1',
    ...more,
  ]);
}

async function statusOf({ worker }: Scene, node: string): Promise<string | undefined> {
  const answer = await worker.fetch(`/v1/health/node/${node}`);
  return ((await answer.json()) as { Status: string }[])[0]?.Status;
}

async function untilStatus(scene: Scene, node: string, status: string): Promise<number> {
  const startedAt = performance.now();
  await eventually(async () => expect(await statusOf(scene, node)).toBe(status));
  return performance.now() - startedAt;
}

it('gossip sees it, and a link that only looks alive does not hide it', async () => {
  const scene = await setUp();
  const first = await startNear(scene, 'n1');
  const join = `-retry-join=${scene.host.near}:${first.ports.serfLAN}`;
  await startNear(scene, 'n2', join);
  await startFar(scene, 'far', join);
  await untilStatus(scene, 'far', 'passing');
  await eventually(async () => {
    const members = await (await fetch(`${first.base}/v1/agent/members`)).json();
    expect(members).toHaveLength(3);
  });
  scene.host.cut();
  expect(await untilStatus(scene, 'far', 'critical')).toBeLessThan(25_000);
  expect(await statusOf(scene, 'n1')).toBe('passing');
});

it('of a host that nobody watches the keepalives cease', async () => {
  const scene = await setUp();
  const far = await startFar(scene, 'lone');
  await untilStatus(scene, 'lone', 'passing');
  // It has to have told that it is alone.
  await new Promise((resolve) => setTimeout(resolve, 12_000));
  expect(far.hasEnded).toBe(false);
  scene.host.cut();
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  expect(await statusOf(scene, 'lone')).toBe('passing');
  await untilStatus(scene, 'lone', 'critical');
});
