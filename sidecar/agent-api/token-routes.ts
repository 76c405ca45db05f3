/** Tokens of the agent that can be set while it runs (agent/agent_endpoint.go AgentToken). */
import { decodeBody } from '../../http-api/decode.ts';
import { HTTPError } from '../../http-api/http-error.ts';
import { parseToken } from '../../http-api/query-options.ts';
import type { Route } from '../../http-api/route.ts';
import { done } from './responses.ts';
import type { AgentTokenKind } from './agent.ts';
import type { AgentAPIDeps } from './deps.ts';
import { right } from './rights.ts';

/** Names in the path, with the older ones that Consul still takes. */
const KINDS: Readonly<Record<string, AgentTokenKind>> = {
  default: 'default',
  acl_token: 'default',
  agent: 'agent',
  acl_agent_token: 'agent',
  agent_recovery: 'agent_recovery',
  agent_master: 'agent_recovery',
  acl_agent_master_token: 'agent_recovery',
  replication: 'replication',
  acl_replication_token: 'replication',
  config_file_service_registration: 'config_file_service_registration',
  dns: 'dns',
};

/** An empty token is allowed: it takes the former one away. */
const BODY = { struct: 'api.AgentToken', fields: { Token: 'string' } } as const;

/** Refused before the body is read while ACLs are off, as in Consul: a token would mean nothing. */
export function tokenRoutes({ agent, rights }: AgentAPIDeps): Route[] {
  return [
    {
      path: '/v1/agent/token/',
      methods: {
        async PUT(request, { nodeName }) {
          if (agent.setToken === null) throw new HTTPError(401, 'ACL support disabled');
          await rights.require(parseToken(request), right('agent', 'write', nodeName));
          const { Token = '' } =
            decodeBody<{ Token?: string } | undefined>(await request.body(), BODY) ?? {};
          const kind = KINDS[request.rest];
          if (kind === undefined)
            throw new HTTPError(404, `Token ${JSON.stringify(request.rest)} is unknown`);
          await agent.setToken(kind, Token);
          return done();
        },
      },
    },
  ];
}
