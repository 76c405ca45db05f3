/** /v1/acl/token, bootstrapping, authorizing (Consul: agent/acl_endpoint.go). */
import type { TokenListArgs } from '../../protocol/acl-methods.ts';
import type { ACLToken } from '../../protocol/types/acl.ts';
import { BOOTSTRAP, TOKEN, type TokenInput } from '../acl/acl-input.ts';
import { decodeBody } from '../decode.ts';
import { HTTPError } from '../http-error.ts';
import { parsePrimaryOptions, parseQueryOptions, parseWriteOptions } from '../query-options.ts';
import { answerHeaders, renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { callJSON } from '../call.ts';
import type { CallOptions } from '../server-rpc.ts';
import { answerOf, decode, parameter, readList, requireRest, whereEnabled } from './acl-support.ts';

export const aclTokenRoutes: Route[] = whereEnabled([
  { path: '/v1/acl/bootstrap', methods: { PUT: bootstrap } },
  { path: '/v1/acl/tokens', methods: { GET: listTokens } },
  { path: '/v1/acl/token', methods: { PUT: createToken } },
  {
    path: '/v1/acl/token/self',
    methods: { GET: readOwnToken },
  },
  {
    path: '/v1/acl/token/',
    methods: { GET: readToken, PUT: updateToken, DELETE: deleteToken },
  },
  { path: '/v1/acl/replication', methods: { GET: readReplication } },
  { path: '/v1/internal/acl/authorize', methods: { POST: authorize } },
]);

async function bootstrap(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const bytes = await request.body();
  const { BootstrapSecret = '' } =
    bytes.length === 0
      ? {}
      : (decodeBody<{ BootstrapSecret?: string } | undefined>(bytes, BOOTSTRAP, {
          prefix: 'Request decoding failed: ',
        }) ?? {});
  const reset = await context.takeACLReset?.();
  const args = { secret: BootstrapSecret, ...(reset === undefined ? {} : { reset }) };
  // Nobody has a token yet: one that came along, from an environment say, is not looked at.
  const options = { ...parsePrimaryOptions(request, context), token: '' };
  return callJSON(request, context.rpc, 'acl.bootstrap', args, options);
}

/** Whoever shows a secret that no token has asks for a token that does not exist. */
async function readOwnToken(request: APIRequest, context: APIContext): Promise<APIResponse> {
  try {
    return await readList(request, context, 'acl.token-self', {});
  } catch (error) {
    if (error instanceof HTTPError && error.message === NOT_FOUND) {
      throw new HTTPError(error.status, `token does not exist: ${NOT_FOUND}`, error.headers);
    }
    throw error;
  }
}

const NOT_FOUND = 'ACL not found';

/** Local ones are written where they hold, the others in the primary. */
function ofLocality(request: APIRequest, context: APIContext, isLocal: boolean): CallOptions {
  return isLocal ? parseWriteOptions(request) : parsePrimaryOptions(request, context);
}

async function createToken(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const value = await decode<TokenInput>(request, TOKEN, 'Token');
  const options = ofLocality(request, context, value.Local === true);
  return callJSON(request, context.rpc, 'acl.token-set', { value }, options);
}

const CLONE = '/clone';

async function updateToken(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const { rest } = request;
  // A path that names none makes one, as in Consul.
  if (rest === '') return createToken(request, context);
  if (rest.endsWith(CLONE)) return cloneToken(request, context, rest.slice(0, -CLONE.length));
  const value = await decode<TokenInput>(request, TOKEN, 'Token');
  if (value.AccessorID && value.AccessorID !== rest) {
    throw new HTTPError(400, 'Token Accessor ID in URL and payload do not match');
  }
  const options = ofLocality(request, context, value.Local === true);
  return callJSON(request, context.rpc, 'acl.token-set', { value, id: rest }, options);
}

async function cloneToken(
  request: APIRequest,
  context: APIContext,
  accessor: string,
): Promise<APIResponse> {
  const value = await decode<TokenInput>(request, TOKEN, 'Token');
  const options = await whereItStands(request, context, accessor);
  return callJSON(request, context.rpc, 'acl.token-clone', { value, accessor }, options);
}

async function deleteToken(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const accessor = requireRest(request, 'token AccessorID');
  const options = await whereItStands(request, context, accessor);
  return callJSON(request, context.rpc, 'acl.token-delete', { accessor }, options);
}

/** A secondary looks whether a token is its own: only the primary writes the others. */
async function whereItStands(
  request: APIRequest,
  context: APIContext,
  accessor: string,
): Promise<CallOptions> {
  const own = parseWriteOptions(request);
  const primary = parsePrimaryOptions(request, context);
  if (primary.datacenter === own.datacenter) return own;
  try {
    const { body } = await context.rpc.call('acl.token-read', { accessor }, own);
    return (JSON.parse(body) as ACLToken).Local ? own : primary;
  } catch {
    // Unknown, or not to be seen: the primary says so in its own words.
    return primary;
  }
}

async function readToken(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const accessor = requireRest(request, 'token AccessorID');
  const expanded = request.query.has('expanded') && request.query.get('expanded') !== 'false';
  const args = { accessor, ...(expanded ? { expanded } : {}) };
  const answer = await answerOf(request, context, 'acl.token-read', args);
  return renderJSON(
    request,
    expanded ? withAgent(answer.body, context) : answer.body,
    answerHeaders(answer),
  );
}

/** How the agent that was asked decides. */
function withAgent(body: string, { acl, nodeName }: APIContext): string {
  const more = {
    AgentACLDefaultPolicy: acl?.defaultPolicy ?? '',
    AgentACLDownPolicy: acl?.downPolicy ?? '',
    ResolvedByAgent: nodeName,
  };
  return `${body.slice(0, -1)},${JSON.stringify(more).slice(1)}`;
}

function listTokens(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const args: TokenListArgs = {};
  const policy = parameter(request, 'policy');
  const role = parameter(request, 'role');
  const serviceName = parameter(request, 'servicename');
  const authMethod = parameter(request, 'authmethod');
  if (policy !== undefined) args.policy = policy;
  if (role !== undefined) args.role = role;
  if (serviceName !== undefined) args.serviceName = serviceName;
  if (authMethod !== undefined) args.authMethod = authMethod;
  return readList(request, context, 'acl.token-list', args);
}

/** Without an index: it says how it stands, and nobody waits for it. */
async function readReplication(request: APIRequest, { rpc }: APIContext): Promise<APIResponse> {
  return callJSON(
    request,
    rpc,
    'acl.replication',
    {},
    {
      ...parseWriteOptions(request),
      // It takes no right, so not even a token that exists.
      token: '',
    },
  );
}

const AUTHORIZATIONS = {
  list: {
    struct: 'structs.ACLAuthorizationRequest',
    fields: {
      Resource: 'string',
      Segment: 'string',
      Access: 'string',
      Namespace: 'any',
      Partition: 'any',
    },
  },
} as const;

interface AuthorizationInput {
  Resource?: string;
  Segment?: string;
  Access?: string;
}

async function authorize(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const given = decodeBody<AuthorizationInput[] | undefined>(await request.body(), AUTHORIZATIONS, {
    prefix: 'Failed to decode request body: ',
  });
  const requests = (given ?? []).map(({ Resource = '', Segment = '', Access = '' }) => ({
    Resource,
    ...(Segment === '' ? {} : { Segment }),
    Access,
  }));
  const options = parseQueryOptions(request, context);
  return callJSON(request, context.rpc, 'acl.authorize', { requests }, options);
}
