/** What an agent serves and the Worker cannot: there is no host of which to tell. */
import { HTTPError } from '../http-error.ts';
import type { Handler, Route } from '../route.ts';

const refuse: Handler = () => {
  throw new HTTPError(
    501,
    'This endpoint tells of a host and its agent. Ask the agent of that host: a deployed datacenter has none of its own.',
  );
};

/** Each by itself: what is no endpoint of an agent either is not found here as it is not there. */
const AGENT_PATHS = [
  '/v1/agent/check/deregister/',
  '/v1/agent/check/fail/',
  '/v1/agent/check/pass/',
  '/v1/agent/check/register',
  '/v1/agent/check/update/',
  '/v1/agent/check/warn/',
  '/v1/agent/checks',
  '/v1/agent/connect/authorize',
  '/v1/agent/connect/ca/leaf/',
  '/v1/agent/connect/ca/roots',
  '/v1/agent/force-leave/',
  '/v1/agent/health/service/id/',
  '/v1/agent/health/service/name/',
  '/v1/agent/host',
  '/v1/agent/join/',
  '/v1/agent/leave',
  '/v1/agent/maintenance',
  '/v1/agent/members',
  '/v1/agent/metrics',
  '/v1/agent/metrics/stream',
  '/v1/agent/monitor',
  '/v1/agent/reload',
  '/v1/agent/self',
  '/v1/agent/service/',
  '/v1/agent/service/deregister/',
  '/v1/agent/service/maintenance/',
  '/v1/agent/service/register',
  '/v1/agent/services',
  '/v1/agent/token/',
  '/v1/agent/version',
  '/v1/operator/keyring',
];

export const agentOnlyRoutes: Route[] = AGENT_PATHS.map((path) => ({
  path,
  methods: {},
  any: refuse,
}));
