/** A host that comes up while the datacenter is away: what its clients asked for before is answered, and its age told. */
import fs from 'node:fs';
import path from 'node:path';
import { Resolver } from 'node:dns/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { DeployedWorker } from '../support/deployed-worker.ts';
import { type LictorProcess, LictorProcesses } from '../support/lictor-process.ts';

const SECRET = 'the-deployment-secret';
/** Longer than a change waits before it is written (replica-keeper.ts). */
const SAVED_MS = 6_000;

const processes = new LictorProcesses();
afterEach(() => processes.stopAll());

function agentOf(worker: DeployedWorker, dataDir: string): Promise<LictorProcess> {
  return processes.start('agent', [
    `-edge-url=${worker.url}`,
    `-token=${SECRET}`,
    `-data-dir=${dataDir}`,
    '-node=host-1',
    '-bind=127.0.0.1',
  ]);
}

function registered(address: string): RequestInit {
  const Service = { Service: 'web', Port: 80, Address: address };
  return { method: 'PUT', body: JSON.stringify({ Node: 'other', Address: address, Service }) };
}

function resolver(agent: LictorProcess): Resolver {
  const made = new Resolver({ timeout: 2_000, tries: 1 });
  made.setServers([`127.0.0.1:${agent.ports.dns}`]);
  return made;
}

interface Read {
  status: number;
  body: string;
  contactMs: number;
  ageSeconds: number;
  cache: string | null;
  leader: string | null;
}

async function read(agent: LictorProcess, target: string): Promise<Read> {
  const answer = await fetch(agent.base + target);
  const { headers } = answer;
  return {
    status: answer.status,
    body: await answer.text(),
    contactMs: Number(headers.get('x-consul-lastcontact')),
    ageSeconds: Number(headers.get('age')),
    cache: headers.get('x-cache'),
    leader: headers.get('x-consul-knownleader'),
  };
}

const KEY = '/v1/kv/settings';
const HEALTH = '/v1/health/service/web';

describe('an agent that starts while its datacenter is away', () => {
  it('answers DNS, ?stale and ?cached, tells how old that is, and catches up', async () => {
    const worker = await DeployedWorker.start(processes.temporaryDirectory(), SECRET);
    processes.defer(() => worker.stop());
    await worker.fetch('/v1/catalog/register', registered('10.1.2.3'));
    await worker.fetch(KEY, { method: 'PUT', body: 'one' });
    const dataDir = processes.temporaryDirectory();

    const first = await agentOf(worker, dataDir);
    expect(await resolver(first).resolve4('web.service.consul')).toEqual(['10.1.2.3']);
    const fresh = await read(first, `${KEY}?raw&stale`);
    expect(fresh).toMatchObject({ body: 'one', contactMs: 0, leader: 'true' });
    expect(await read(first, `${HEALTH}?cached`)).toMatchObject({ cache: 'HIT', contactMs: 0 });
    await sleep(SAVED_MS);
    expect(await read(first, `${HEALTH}?cached`)).toMatchObject({ cache: 'HIT', ageSeconds: 0 });
    // The host loses its power, and the datacenter goes away.
    first.signal('SIGKILL');
    await first.ended();
    await worker.stop();
    const goneAt = Date.now();

    const second = await agentOf(worker, dataDir);
    expect(await resolver(second).resolve4('web.service.consul')).toEqual(['10.1.2.3']);
    await expect(resolver(second).resolve4('nobody.service.consul')).rejects.toMatchObject({
      code: 'ENOTFOUND',
    });
    const stale = await read(second, `${KEY}?raw&stale`);
    expect(stale).toMatchObject({ status: 200, body: 'one', leader: 'false' });
    expect(stale.contactMs).toBeGreaterThanOrEqual(Date.now() - goneAt - 100);
    expect(stale.contactMs).toBeLessThan(60_000);
    const cached = await read(second, `${HEALTH}?cached`);
    expect(cached.body).toContain('10.1.2.3');
    expect(cached.cache).toBe('HIT');
    expect(cached.ageSeconds).toBe(Math.floor(cached.contactMs / 1000));
    // What is linearizable cannot be had, and says so.
    expect(await read(second, KEY)).toMatchObject({ status: 500, body: 'No cluster leader' });

    await worker.start();
    await worker.fetch(KEY, { method: 'PUT', body: 'two' });
    await expect
      .poll(() => read(second, `${KEY}?raw&stale`), { timeout: 20_000 })
      .toMatchObject({ body: 'two', contactMs: 0, leader: 'true' });
  });

  it('forgets what belonged to another datacenter', async () => {
    const worker = await DeployedWorker.start(processes.temporaryDirectory(), SECRET);
    processes.defer(() => worker.stop());
    await worker.fetch(KEY, { method: 'PUT', body: 'one' });
    const dataDir = processes.temporaryDirectory();
    const first = await agentOf(worker, dataDir);
    expect((await read(first, `${KEY}?raw&stale`)).body).toBe('one');
    await first.stop();

    const other = await DeployedWorker.start(processes.temporaryDirectory(), SECRET);
    processes.defer(() => other.stop());
    // Without this it would refuse: a host changes its datacenter on purpose only.
    fs.rmSync(path.join(dataDir, 'datacenter-uuid'));
    const second = await agentOf(other, dataDir);
    expect((await read(second, `${KEY}?raw&stale`)).status).toBe(404);
    await second.stop();
    await other.stop();
    const third = await agentOf(other, dataDir);
    expect((await read(third, `${KEY}?raw&stale`)).status).toBe(404);
    // It would take its time to tell a datacenter that is not there.
    third.signal('SIGKILL');
  });
});
