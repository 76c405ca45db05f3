/**
 * What an agent can be told to do: join, leave, make another leave, reload, go into maintenance.
 */
import { HTTPError, isDefect } from '../../http-api/http-error.ts';
import { parseToken } from '../../http-api/query-options.ts';
import type { Handler, Route } from '../../http-api/route.ts';
import { SETTLE_TIMEOUT_MS } from './deps.ts';
import { done, parseEnable, poolOf } from './responses.ts';
import { guard, right } from './rights.ts';
import type { AgentAPIDeps } from './deps.ts';

/**
 * All answer when the agent has done what it was told, or with the reason why it cannot (500, as
 * Consul). `leave` is the exception: the process ends after its answer was sent.
 */
export function clusterRoutes({ agent, maintenance, settle, rights }: AgentAPIDeps): Route[] {
  const writing = (handler: Handler): Handler => guard(rights, 'agent', 'write', handler);
  return [
    {
      path: '/v1/agent/join/',
      methods: {
        PUT: writing(async (request) => {
          await told(agent.join(request.rest, poolOf(request)));
          return done();
        }),
      },
    },
    {
      path: '/v1/agent/leave',
      methods: {
        PUT: writing(async () => {
          await told(agent.leave());
          return done();
        }),
      },
    },
    {
      path: '/v1/agent/force-leave/',
      methods: {
        PUT: guard(rights, 'operator', 'write', async (request) => {
          const prune = request.query.has('prune');
          await told(agent.forceLeave(request.rest, prune, poolOf(request)));
          return done();
        }),
      },
    },
    {
      path: '/v1/agent/reload',
      methods: {
        PUT: writing(async () => {
          await told(agent.reload());
          await settle(SETTLE_TIMEOUT_MS);
          return done();
        }),
      },
    },
    {
      path: '/v1/agent/maintenance',
      methods: {
        async PUT(request, { nodeName }) {
          const enable = parseEnable(request);
          await rights.require(parseToken(request), right('node', 'write', nodeName));
          await maintenance.setNode(enable, request.query.get('reason'), parseToken(request));
          await settle(SETTLE_TIMEOUT_MS);
          return done();
        },
      },
    },
  ];
}

/** The agent's reason is the answer. */
async function told(work: Promise<void>): Promise<void> {
  try {
    await work;
  } catch (error) {
    if (isDefect(error))
      throw new HTTPError(500, error instanceof Error ? error.message : String(error));
    throw error;
  }
}
