/** /v1/acl/policy and /v1/acl/role (Consul: agent/acl_endpoint.go). */
import { POLICY, type PolicyInput, ROLE, type RoleInput } from '../acl/acl-input.ts';
import { HTTPError } from '../http-error.ts';
import { parsePrimaryOptions } from '../query-options.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { callJSON } from '../call.ts';
import { decode, parameter, readList, readOne, requireRest, whereEnabled } from './acl-support.ts';

export const aclPolicyRoutes: Route[] = whereEnabled([
  {
    path: '/v1/acl/policies',
    methods: { GET: (request, context) => readList(request, context, 'acl.policy-list', {}) },
  },
  { path: '/v1/acl/policy', methods: { PUT: createPolicy } },
  {
    path: '/v1/acl/policy/name/',
    methods: {
      GET(request, context) {
        const name = requireRest(request, 'policy Name');
        return readOne(request, context, 'acl.policy-read', { name }, 'policy');
      },
    },
  },
  {
    path: '/v1/acl/policy/',
    methods: {
      GET(request, context) {
        const id = requireRest(request, 'policy ID');
        return readOne(request, context, 'acl.policy-read', { id }, 'policy');
      },
      PUT: updatePolicy,
      DELETE: deletePolicy,
    },
  },
  {
    path: '/v1/acl/roles',
    methods: {
      GET(request, context) {
        const policy = parameter(request, 'policy');
        return readList(request, context, 'acl.role-list', policy === undefined ? {} : { policy });
      },
    },
  },
  { path: '/v1/acl/role', methods: { PUT: writeRole } },
  {
    path: '/v1/acl/role/name/',
    methods: {
      GET(request, context) {
        const name = requireRest(request, 'role Name');
        return readOne(request, context, 'acl.role-read', { name }, 'role');
      },
    },
  },
  {
    path: '/v1/acl/role/',
    methods: {
      GET(request, context) {
        const id = requireRest(request, 'role ID');
        return readOne(request, context, 'acl.role-read', { id }, 'role');
      },
      PUT: writeRole,
      DELETE: deleteRole,
    },
  },
]);

async function createPolicy(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const value = await decode<PolicyInput>(request, POLICY, 'Policy');
  if (value.ID) throw new HTTPError(400, 'Cannot specify the ID when creating a new policy');
  const options = parsePrimaryOptions(request, context);
  return callJSON(request, context.rpc, 'acl.policy-set', { value }, options);
}

async function updatePolicy(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const id = requireRest(request, 'policy ID');
  const value = await decode<PolicyInput>(request, POLICY, 'Policy');
  if (value.ID && value.ID !== id) {
    throw new HTTPError(400, 'Policy ID in URL and payload do not match');
  }
  const options = parsePrimaryOptions(request, context);
  return callJSON(request, context.rpc, 'acl.policy-set', { value, id }, options);
}

async function deletePolicy(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const id = requireRest(request, 'policy ID');
  const options = parsePrimaryOptions(request, context);
  return callJSON(request, context.rpc, 'acl.policy-delete', { id }, options);
}

/** One that is made must not name its ID, and one that is changed no other than the path. */
async function writeRole(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const value = await decode<RoleInput>(request, ROLE, 'Role');
  const { rest: id } = request;
  if (value.ID && value.ID !== id) {
    throw new HTTPError(400, 'Role ID in URL and payload do not match');
  }
  const args = id === '' ? { value } : { value, id };
  const options = parsePrimaryOptions(request, context);
  return callJSON(request, context.rpc, 'acl.role-set', args, options);
}

async function deleteRole(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const id = requireRest(request, 'role ID');
  const options = parsePrimaryOptions(request, context);
  return callJSON(request, context.rpc, 'acl.role-delete', { id }, options);
}
