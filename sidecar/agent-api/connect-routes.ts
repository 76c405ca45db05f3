/** Mesh endpoints of the agent; leaf certificates have a route of their own. */
import { agentRoots } from '../../http-api/routes/connect-roots.ts';
import type { Route } from '../../http-api/route.ts';
import type { AgentAPIDeps } from './deps.ts';
import { authorizeRoute } from './authorize.ts';

export function connectRoutes(deps: AgentAPIDeps): readonly Route[] {
  return [
    { path: '/v1/agent/connect/ca/roots', methods: { GET: agentRoots } },
    { path: '/v1/agent/connect/authorize', methods: { POST: authorizeRoute(deps) } },
  ];
}
