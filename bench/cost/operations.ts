/** The things that cost something, each done through the agent's HTTP API as a client does it. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Agent } from '../agent.ts';
import { put } from '../workloads/seed.ts';

export interface Operation {
  readonly id: OperationId;
  readonly title: string;
  /** How many of it `run` does: counts are divided by this. */
  readonly times: number;
  run(agent: Agent): Promise<void>;
}

export type OperationId =
  | 'idle-minute'
  | 'kv-create'
  | 'kv-update'
  | 'kv-delete'
  | 'service-register'
  | 'check-change'
  | 'service-deregister'
  | 'session-create'
  | 'lock'
  | 'session-ttl'
  | 'read';

const KEYS = 20;
const SERVICES = 5;
const READS = 50;
const SESSION_TTL_S = 10;
const SESSION_TTLS = 3;
// Anti-entropy compares once in one to two minutes, at a random moment.
const IDLE_MINUTES = 4;
const VALUE_BYTES = 200;

const range = (count: number): number[] => Array.from({ length: count }, (_, i) => i);
const value = (label: string, i: number): string => `${label}-${i}-`.padEnd(VALUE_BYTES, 'v');
const service = (i: number): object => ({
  Name: `cost-${i}`,
  Port: 8000 + i,
  Check: { CheckID: `cost-${i}-alive`, Name: 'alive', TTL: '1h', Status: 'passing' },
});

async function get(agent: Agent, path: string): Promise<void> {
  const answer = await fetch(agent.base + path);
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`GET ${path}: ${answer.status}`);
}

async function each(count: number, work: (i: number) => Promise<void>): Promise<void> {
  for (const i of range(count)) await work(i);
}

/** In this order: later ones use what earlier ones made.. */
export function operations(): Operation[] {
  return [
    {
      id: 'kv-create',
      title: 'KV: create a key',
      times: KEYS,
      run: (agent) => each(KEYS, (i) => put(agent, `/v1/kv/cost/${i}`, value('new', i))),
    },
    {
      id: 'kv-update',
      title: 'KV: change a key',
      times: KEYS,
      run: (agent) => each(KEYS, (i) => put(agent, `/v1/kv/cost/${i}`, value('changed', i))),
    },
    {
      id: 'read',
      title: 'KV: read a key (default consistency)',
      times: READS,
      run: (agent) => each(READS, (i) => get(agent, `/v1/kv/cost/${i % KEYS}`)),
    },
    {
      id: 'kv-delete',
      title: 'KV: delete a key',
      times: KEYS,
      run: (agent) => each(KEYS, (i) => remove(agent, `/v1/kv/cost/${i}`)),
    },
    {
      id: 'service-register',
      title: 'register a service with one check',
      times: SERVICES,
      run: (agent) => each(SERVICES, (i) => put(agent, '/v1/agent/service/register', service(i))),
    },
    {
      id: 'idle-minute',
      title: 'a minute in which nothing changes',
      times: IDLE_MINUTES,
      run: () => sleep(IDLE_MINUTES * 60_000),
    },
    {
      id: 'check-change',
      title: 'a check changes its state',
      times: SERVICES,
      run: (agent) => each(SERVICES, (i) => put(agent, `/v1/agent/check/warn/cost-${i}-alive`, '')),
    },
    {
      id: 'service-deregister',
      title: 'deregister a service with one check',
      times: SERVICES,
      run: (agent) =>
        each(SERVICES, (i) => put(agent, `/v1/agent/service/deregister/cost-${i}`, '')),
    },
    ...sessionOperations(),
  ];
}

/** A session's life, and the lock that it holds. */
function sessionOperations(): Operation[] {
  let session = '';
  return [
    {
      id: 'session-create',
      title: 'create a session with a TTL',
      times: 1,
      run: async (agent) => {
        session = await createSession(agent);
      },
    },
    {
      id: 'lock',
      title: 'acquire a lock, and release it',
      times: 1,
      run: async (agent) => {
        await put(agent, `/v1/kv/cost/lock?acquire=${session}`, 'mine');
        await put(agent, `/v1/kv/cost/lock?release=${session}`, 'free');
      },
    },
    {
      id: 'session-ttl',
      title: 'a session lives on for one TTL (renewed twice)',
      times: SESSION_TTLS,
      run: (agent) =>
        each(SESSION_TTLS * 2, async () => {
          await sleep((SESSION_TTL_S * 1_000) / 2);
          await put(agent, `/v1/session/renew/${session}`, '');
        }),
    },
  ];
}

async function remove(agent: Agent, path: string): Promise<void> {
  const answer = await fetch(agent.base + path, { method: 'DELETE' });
  await answer.arrayBuffer();
  if (!answer.ok) throw new Error(`DELETE ${path}: ${answer.status}`);
}

async function createSession(agent: Agent): Promise<string> {
  const answer = await fetch(`${agent.base}/v1/session/create`, {
    method: 'PUT',
    body: JSON.stringify({ TTL: `${SESSION_TTL_S}s` }),
  });
  if (!answer.ok) throw new Error(`creating a session: ${answer.status} ${await answer.text()}`);
  return ((await answer.json()) as { ID: string }).ID;
}
