/** Every path and method of Consul's API has a row in both tables: the agent's, and the Worker's. */
import { describe, expect, it } from 'vitest';
import { createAPI } from '../http-api/fetch-adapter.ts';
import type { Route } from '../http-api/route.ts';
import { coreRoutes } from '../http-api/routes.ts';
import { agentOnlyRoutes } from '../http-api/routes/agent-only.ts';
import { datacenterEvents } from '../http-api/routes/datacenter-events.ts';
import { eventListRoute } from '../http-api/routes/event.ts';
import { CONSUL_ENDPOINTS } from '../http-api/testing/consul-endpoints.ts';
import { leafRoute } from '../sidecar/agent-api/leaf-route.ts';
import { agentRoutes } from '../sidecar/agent-api/routes.ts';

/** Only methods are looked at: no handler that needs something behind it is called. */
const nothing = new Proxy(
  {},
  { get: (_, name) => (name === 'acl' ? undefined : nothing) },
) as never;
const apiOf = (routes: readonly Route[]) => createAPI(routes, { context: nothing });
const events = eventListRoute(datacenterEvents);
const agent = apiOf([
  ...agentRoutes(nothing),
  leafRoute(nothing, (given) => given),
  ...coreRoutes,
  events,
]);
const worker = apiOf([...coreRoutes, ...agentOnlyRoutes, events]);

const ask = async (api: typeof agent, method: string, path: string) => {
  const response = await api.request(`http://localhost${path}`, { method });
  return {
    status: response.status,
    allow: response.headers.get('allow'),
    text: await response.text(),
  };
};

/** The one endpoint that answers OPTIONS by itself: its Allow header leaves OPTIONS out, and a body stands below. */
const SPECIAL = '/v1/query/';

describe.each(CONSUL_ENDPOINTS)('%s %s', (path, methods) => {
  const below = path.endsWith('/') ? `${path}x` : path;
  const allow = `OPTIONS,${methods}`;

  it('the agent answers OPTIONS and other methods as Consul', async () => {
    expect(await ask(agent, 'OPTIONS', below)).toMatchObject({ status: 200, allow });
    const refused = { status: 405, allow: path === SPECIAL ? methods : allow };
    expect(await ask(agent, 'PATCH', below)).toEqual({
      ...refused,
      text: 'method PATCH not allowed',
    });
    for (const method of ['PUT', 'POST', 'DELETE'])
      if (!methods.split(',').includes(method))
        expect(await ask(agent, method, below)).toMatchObject(refused);
  });

  it('the Worker has the same, or says that it is an agent whom to ask', async () => {
    const { status, allow: allowed, text } = await ask(worker, 'OPTIONS', below);
    if (status === 501) expect(text).toContain('Ask the agent');
    else expect([status, allowed]).toEqual([200, allow]);
  });
});

it('a path without its slash is sent to the one with it', async () => {
  const response = await agent.request('http://localhost/v1/kv?raw', { redirect: 'manual' });
  expect([response.status, response.headers.get('location')]).toEqual([307, '/v1/kv/?raw']);
});

it('what is no endpoint of an agent is not found on the Worker', async () => {
  expect((await ask(worker, 'GET', '/v1/agent/nothing')).status).toBe(404);
});
