/** The keys and services that reads ask for. Each is made through the ordinary HTTP API of the agent under measurement. */
import type { Agent } from '../agent.ts';

/** Keys that GET measures read, by number. */
export const KEY_COUNT = 1_000;
export const KEY_PATH = '/v1/kv/bench/%d';

/** A family of equal services with the same number of instances, `NAME-0` to `NAME-(count-1)`. */
export interface ServiceFamily {
  readonly name: string;
  readonly count: number;
  readonly instances: number;
}

export const SMALL_SERVICES: ServiceFamily = { name: 'three', count: 20, instances: 3 };
/** A catalog of a middling company, for DNS. */
export const MANY_SERVICES: ServiceFamily = { name: 'four', count: 500, instances: 4 };
/** 10,000 instances, for what a replica of them costs. */
export const CROWD: ServiceFamily = { name: 'crowd', count: 100, instances: 100 };
export const LARGE_SERVICES: ServiceFamily = { name: 'hundred', count: 4, instances: 100 };

// Consul takes at most 64 operations in one transaction.
const TXN_OPERATIONS = 64;
const REGISTRATIONS_IN_FLIGHT = 8;
const VALUE = Buffer.from('v'.repeat(64)).toString('base64');

/** A registration at the agent; `%d` is one of so many services, `%u` what makes each registration another one. */
export const REGISTERED_COUNT = 500;
export const REGISTRATION_BODY = JSON.stringify({
  ID: 'reg-%d',
  Name: 'reg-%d',
  Port: 8080,
  Tags: ['v1'],
  Meta: { run: '%u' },
});

// Several measures of one turn share what is seeded; a new agent starts empty.
const seeded = new WeakMap<Agent, Set<string>>();

/** Writes KEY_COUNT keys, once for each agent. */
export async function seedKeys(agent: Agent): Promise<void> {
  if (!isFirst(agent, 'keys')) return;
  for (let from = 0; from < KEY_COUNT; from += TXN_OPERATIONS) {
    const length = Math.min(TXN_OPERATIONS, KEY_COUNT - from);
    const operations = Array.from({ length }, (_, i) => ({
      KV: {
        Verb: 'set',
        Key: KEY_PATH.replace('/v1/kv/', '').replace('%d', String(from + i)),
        Value: VALUE,
      },
    }));
    await put(agent, '/v1/txn', operations);
  }
}

/** Registers every instance of `family` on a node of its own with one passing check, once for each agent. */
export async function seedServices(agent: Agent, family: ServiceFamily): Promise<void> {
  if (!isFirst(agent, family.name)) return;
  const registrations: object[] = [];
  for (let service = 0; service < family.count; service++) {
    for (let i = 0; i < family.instances; i++)
      registrations.push(registration(`${family.name}-${service}`, i));
  }
  const workers = Array.from({ length: REGISTRATIONS_IN_FLIGHT }, async () => {
    for (let next = registrations.pop(); next !== undefined; next = registrations.pop()) {
      await put(agent, '/v1/catalog/register', next);
    }
  });
  await Promise.all(workers);
}

/** @returns the body of a catalog registration: node, service and check. */
export function registration(name: string, instance: number): object {
  const node = `host-${instance}`;
  const id = `${name}-${instance}`;
  return {
    Node: node,
    Address: `10.0.${instance >> 8}.${instance & 255}`,
    Service: { ID: id, Service: name, Port: 8000 + instance, Tags: ['v1'] },
    Check: {
      Node: node,
      CheckID: `service:${id}`,
      Name: 'alive',
      Status: 'passing',
      ServiceID: id,
    },
  };
}

/** @throws on any status but 200: work on half a seed would measure something else. */
export async function put(agent: Agent, path: string, body: object | string): Promise<void> {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  const answer = await fetch(agent.base + path, { method: 'PUT', body: text });
  const reply = await answer.text();
  if (!answer.ok) throw new Error(`PUT ${path}: ${answer.status} ${reply}`);
}

function isFirst(agent: Agent, what: string): boolean {
  const done = seeded.get(agent) ?? new Set<string>();
  seeded.set(agent, done);
  const first = !done.has(what);
  done.add(what);
  return first;
}
