/**
 * Nobody is woken by a write that is none of his: watchers of every kind of thing, through a sidecar and through the Worker,
 * each of which wakes for its own write in the end, and only then.
 */
import { afterEach, describe, expect, it } from 'vitest';
import type { Hono } from 'hono';
import { createAPI } from '../../http-api/fetch-adapter.ts';
import { coreRoutes } from '../../http-api/routes.ts';
import type { ControlPlane } from '../../sidecar/embedded/control-plane.ts';
import type { ServerLink } from '../../sidecar/server-link/server-link.ts';
import { ControlPlanes, fetchWorker } from '../support/control-planes.ts';

const planes = new ControlPlanes();
afterEach(() => planes.stopAll());

/** A request of the plain HTTP API; its answer's text. */
type Ask = (
  method: 'GET' | 'PUT' | 'POST' | 'DELETE',
  target: string,
  body?: unknown,
) => Promise<Got>;
interface Got {
  readonly index: string | null;
  readonly text: string;
}

/** Watches take longer than this to be woken by nothing; a write is pushed within a few milliseconds. */
const LINGER_MS = 250;

const register = (Node: string, rest: object = {}): [string, object] => [
  '/v1/catalog/register',
  { Node, Address: '192.0.2.1', SkipNodeUpdate: true, ...rest },
];
const service = (name: string, Port: number) => ({ Service: { Service: name, Port } });
const defaults = (Name: string, Protocol: string): [string, object] => [
  '/v1/config',
  { Kind: 'service-defaults', Name, Protocol },
];

/** What is watched, and the write that it waits for: to all the others that is an unrelated one. */
const SUBJECTS: readonly (readonly [
  name: string,
  target: string,
  wake: (ask: Ask) => Promise<Got>,
])[] = [
  ['a key', '/v1/kv/one', (ask) => ask('PUT', '/v1/kv/one', 'changed')],
  ['a prefix', '/v1/kv/tree/?recurse', (ask) => ask('PUT', '/v1/kv/tree/new', 'x')],
  ['the keys of a prefix', '/v1/kv/names/?keys', (ask) => ask('DELETE', '/v1/kv/names/a')],
  ['an absent key', '/v1/kv/absent', (ask) => ask('PUT', '/v1/kv/absent', 'x')],
  ['an absent prefix', '/v1/kv/nothing/?recurse', (ask) => ask('PUT', '/v1/kv/nothing/a', 'x')],
  [
    'an absent service',
    '/v1/health/service/ghost',
    (ask) => ask('PUT', ...register('h1', service('ghost', 1))),
  ],
  [
    'an absent service in the catalog',
    '/v1/catalog/service/phantom',
    (ask) => ask('PUT', ...register('h1', service('phantom', 1))),
  ],
  [
    'a service',
    '/v1/health/service/web',
    (ask) => ask('PUT', ...register('h1', service('web', 81))),
  ],
  ['a node', '/v1/catalog/node/alone', (ask) => ask('PUT', ...register('alone', service('db', 1)))],
  ['an absent node', '/v1/catalog/node/nowhere', (ask) => ask('PUT', ...register('nowhere'))],
  [
    'the checks of a node',
    '/v1/health/node/checked',
    (ask) => ask('PUT', ...register('checked', { Check: { Name: 'disk', Status: 'critical' } })),
  ],
  [
    'the sessions of a node',
    '/v1/session/node/sessions',
    (ask) => ask('PUT', '/v1/session/create', { Node: 'sessions', Checks: [] }),
  ],
  [
    'a configuration entry',
    '/v1/config/service-defaults/web',
    (ask) => ask('PUT', ...defaults('web', 'grpc')),
  ],
  [
    'an absent configuration entry',
    '/v1/config/service-defaults/other',
    (ask) => ask('PUT', ...defaults('other', 'http')),
  ],
  ['the prepared queries', '/v1/query', (ask) => ask('POST', '/v1/query', query('second'))],
];

const query = (Name: string): object => ({ Name, Service: { Service: 'unheard-of' } });

/** What there is before anybody watches. */
async function prepare(ask: Ask): Promise<string> {
  for (const key of ['one', 'tree/a', 'names/a']) await ask('PUT', `/v1/kv/${key}`, 'before');
  for (const node of ['h1', 'alone', 'checked', 'sessions', 'elsewhere'])
    await ask('PUT', ...register(node));
  await ask('PUT', ...register('h1', service('web', 80)));
  await ask('PUT', ...defaults('web', 'http'));
  await ask('POST', '/v1/query', query('first'));
  const session = await ask('PUT', '/v1/session/create', { Node: 'sessions', Checks: [] });
  return (JSON.parse(session.text) as { ID: string }).ID;
}

/** One write of each kind that is nobody's. */
async function makeNoise(ask: Ask): Promise<void> {
  for (const key of ['ones', 'on', 'tre', 'treehouse', 'name', 'absently', 'nothin'])
    await ask('PUT', `/v1/kv/${key}`, crypto.randomUUID());
  await ask('DELETE', '/v1/kv/treehouse');
  const { text } = await ask('PUT', '/v1/session/create', { Node: 'elsewhere', Checks: [] });
  const { ID } = JSON.parse(text) as { ID: string };
  await ask('PUT', `/v1/kv/locked?acquire=${ID}`, 'x');
  await ask('PUT', `/v1/session/destroy/${ID}`);
  await ask('PUT', ...register('elsewhere', service('noise', 1)));
  const check = { Check: { Name: 'noise', Status: 'warning', ServiceID: 'noise' } };
  await ask('PUT', ...register('elsewhere', check));
  await ask('PUT', '/v1/catalog/deregister', { Node: 'elsewhere', ServiceID: 'noise' });
  await ask('PUT', ...defaults('noise', 'http'));
  await ask('DELETE', '/v1/config/service-defaults/noise');
  await ask('PUT', '/v1/event/fire/noise');
}

class Watch {
  readonly name: string;
  isAnswered = false;
  readonly answer: Promise<Got>;

  constructor(name: string, answer: Promise<Got>) {
    this.name = name;
    this.answer = answer;
    answer.then(
      () => (this.isAnswered = true),
      // Whoever waits for the answer gets the reason.
      () => {},
    );
  }
}

async function startWatch(ask: Ask, name: string, target: string): Promise<Watch> {
  const { index } = await ask('GET', target);
  const sign = target.includes('?') ? '&' : '?';
  return new Watch(name, ask('GET', `${target}${sign}index=${index}&wait=120s`));
}

function asker(send: (target: string, init: RequestInit) => Response | Promise<Response>): Ask {
  return async (method, target, body) => {
    const text = typeof body === 'object' ? JSON.stringify(body) : (body as string | undefined);
    const answer = await send(target, text === undefined ? { method } : { method, body: text });
    if (answer.status >= 400 && answer.status !== 404)
      throw new Error(`${method} ${target}: ${answer.status} ${await answer.text()}`);
    return { index: answer.headers.get('x-consul-index'), text: await answer.text() };
  };
}

/** /v1 as a sidecar serves it, without its socket. */
function sidecarAPI({ rpc, snapshots }: ServerLink): Hono {
  const limits = {
    kvMaxValueBytes: 1024,
    txnMaxBytes: 1024,
    defaultQueryTimeMs: 60_000,
    maxQueryTimeMs: 120_000,
  };
  const context = { rpc, snapshots, limits, datacenter: 'dc1', nodeName: 'n1' };
  return createAPI(coreRoutes, { context });
}

async function sides(plane: ControlPlane): Promise<[string, Ask][]> {
  const api = sidecarAPI(await planes.link(plane, 'n1'));
  return [
    ['sidecar', asker((target, init) => api.request(`http://agent${target}`, init))],
    ['Worker', asker((target, init) => fetchWorker(plane, target, init))],
  ];
}

const linger = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, LINGER_MS));

describe('watchers of every kind of thing', () => {
  it('sleep through what is none of theirs, and wake for their own', async () => {
    const plane = await planes.start();
    const [[, throughSidecar], [, throughWorker]] = (await sides(plane)) as [
      [string, Ask],
      [string, Ask],
    ];
    const id = await prepare(throughWorker);
    const subjects = [
      ...SUBJECTS,
      [
        'a session',
        `/v1/session/info/${id}`,
        (ask: Ask) => ask('PUT', `/v1/session/destroy/${id}`),
      ] as const,
    ];
    const watches = new Map<string, Watch[]>();
    for (const [name, target] of subjects) {
      watches.set(name, [
        await startWatch(throughSidecar, `${name} (sidecar)`, target),
        await startWatch(throughWorker, `${name} (Worker)`, target),
      ]);
    }
    const answered = (): string[] =>
      [...watches.values()]
        .flat()
        .filter(({ isAnswered }) => isAnswered)
        .map(({ name }) => name);
    await linger();
    expect(answered()).toEqual([]);
    for (const ask of [throughWorker, throughSidecar]) await makeNoise(ask);
    await linger();
    expect(answered()).toEqual([]);

    // Sessions of one node are two subjects: the one that ends there comes last, when the other is answered.
    for (const [name, , wake] of subjects) {
      const own = watches.get(name)!;
      await wake(throughSidecar);
      await Promise.all(own.map(({ answer }) => answer));
      watches.delete(name);
      await linger();
      expect([name, answered()]).toEqual([name, []]);
    }
  });
});
