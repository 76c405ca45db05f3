/** The table of /v1/agent. */
import type { Route } from '../../http-api/route.ts';
import { checkRoutes } from './check-routes.ts';
import { clusterRoutes } from './cluster-routes.ts';
import { connectRoutes } from './connect-routes.ts';
import { healthRoutes } from './health-routes.ts';
import { keyringRoutes } from './keyring-routes.ts';
import { selfRoutes } from './self-routes.ts';
import { serviceRoutes } from './service-routes.ts';
import { telemetryRoutes } from './telemetry-routes.ts';
import { tokenRoutes } from './token-routes.ts';
import type { AgentAPIDeps } from './deps.ts';

/** A path that ends in `/` stands behind those that it would swallow. */
export function agentRoutes(deps: AgentAPIDeps): Route[] {
  return [
    ...selfRoutes(deps),
    ...telemetryRoutes(deps),
    ...clusterRoutes(deps),
    ...tokenRoutes(deps),
    ...connectRoutes(deps),
    ...keyringRoutes(deps),
    ...healthRoutes(deps),
    ...checkRoutes(deps),
    ...serviceRoutes(deps),
  ];
}
