/**
 * Mesh endpoints of the agent: in the table, so that clients learn that they are known and not
 * there yet.
 */
import { HTTPError } from '../../http-api/http-error.ts';
import { agentRoots } from '../../http-api/routes/connect-roots.ts';
import type { AgentAPIDeps } from './deps.ts';
import { authorizeRoute } from './authorize.ts';
import type { Handler, Route } from '../../http-api/route.ts';

/**
 * 501 and a sentence, never an empty success: a proxy that starts without certificates must say
 * so in its log.
 */
const notBuilt: Handler = () => {
  throw new HTTPError(
    501,
    'Leaf certificates of the service mesh are not built yet in this version of Lictor.',
  );
};

export function connectRoutes(deps: AgentAPIDeps): readonly Route[] {
  return [
    { path: '/v1/agent/connect/ca/roots', methods: { GET: agentRoots } },
    { path: '/v1/agent/connect/ca/leaf/', methods: { GET: notBuilt } },
    { path: '/v1/agent/connect/authorize', methods: { POST: authorizeRoute(deps) } },
  ];
}
