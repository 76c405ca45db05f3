/** The agent itself: who it is, where it runs, whom it knows. */
import { compileFilter } from '../../http-api/filter/compile-filter.ts';
import { AGENT_MEMBER_FIELDS } from '../../http-api/filter/fields/agent-fields.ts';
import { HTTPError } from '../../http-api/http-error.ts';
import { renderValue } from '../../http-api/render.ts';
import type { Route } from '../../http-api/route.ts';
import { describeHost } from './host.ts';
import { poolOf } from './responses.ts';
import type { AgentAPIDeps } from './deps.ts';
import { guard, right, visible } from './rights.ts';

/** Consul's name for "all segments"; without segments that is what there is. */
const ALL_SEGMENTS = '_all';

/**
 * None of them asks the datacenter: `self` and `members` are the first thing that tools ask an
 * agent in trouble.
 */
export function selfRoutes({ agent, rights }: AgentAPIDeps): Route[] {
  return [
    {
      path: '/v1/agent/self',
      methods: {
        GET: guard(rights, 'agent', 'read', async (request) =>
          renderValue(request, await agent.self()),
        ),
      },
    },
    {
      path: '/v1/agent/version',
      methods: { GET: (request) => renderValue(request, agent.version()) },
    },
    {
      path: '/v1/agent/host',
      methods: {
        GET: guard(rights, 'operator', 'read', async (request) =>
          renderValue(request, await describeHost()),
        ),
      },
    },
    {
      path: '/v1/agent/members',
      methods: {
        async GET(request) {
          const { query } = request;
          const segment = query.get('segment');
          if (segment !== '' && segment !== ALL_SEGMENTS) {
            throw new HTTPError(
              500,
              'Network segments are not supported in this version of Consul',
            );
          }
          const matches = compileFilter(query.get('filter'), AGENT_MEMBER_FIELDS);
          const members = agent.members(poolOf(request));
          if (members === null) return renderValue(request, null);
          const seen = await visible(rights, request, members, ({ Name }) =>
            right('node', 'read', Name),
          );
          return renderValue(request, seen.items.filter(matches), seen.headers);
        },
      },
    },
  ];
}
