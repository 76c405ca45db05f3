/** What an agent serves and the Worker cannot: there is no host of which to tell. */
import { HTTPError } from '../http-error.ts';
import type { Handler, Route } from '../route.ts';

const refuse: Handler = () => {
  throw new HTTPError(
    501,
    'This endpoint tells of a host and its agent. Ask the agent of that host: a deployed datacenter has none of its own.',
  );
};

export const agentOnlyRoutes: Route[] = [
  { path: '/v1/agent/', methods: {}, any: refuse },
  { path: '/v1/operator/keyring', methods: {}, any: refuse },
];
