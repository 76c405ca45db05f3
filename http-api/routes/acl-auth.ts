/** /v1/acl/auth-method, binding-rule, login and logout (Consul: agent/acl_endpoint.go). */
import type { LoginRequest } from '../../protocol/login-http.ts';
import {
  AUTH_METHOD,
  type AuthMethodInput,
  BINDING_RULE,
  type BindingRuleInput,
  LOGIN,
  type LoginInput,
} from '../acl/acl-input.ts';
import { decodeBody } from '../decode.ts';
import { HTTPError } from '../http-error.ts';
import { parseWriteOptions } from '../query-options.ts';
import { renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { callJSON } from '../call.ts';
import { decode, parameter, readList, readOne, requireRest, whereEnabled } from './acl-support.ts';

export const aclAuthRoutes: Route[] = whereEnabled([
  {
    path: '/v1/acl/auth-methods',
    methods: { GET: (request, context) => readList(request, context, 'acl.auth-method-list', {}) },
  },
  { path: '/v1/acl/auth-method', methods: { PUT: writeMethod } },
  {
    path: '/v1/acl/auth-method/',
    methods: {
      GET(request, context) {
        const name = requireRest(request, 'auth method name');
        return readOne(request, context, 'acl.auth-method-read', { name }, 'auth method');
      },
      PUT: writeMethod,
      async DELETE(request, { rpc }) {
        const name = requireRest(request, 'auth method name');
        const options = parseWriteOptions(request);
        return callJSON(request, rpc, 'acl.auth-method-delete', { name }, options);
      },
    },
  },
  {
    path: '/v1/acl/binding-rules',
    methods: {
      GET(request, context) {
        const authMethod = parameter(request, 'authmethod');
        const args = authMethod === undefined ? {} : { authMethod };
        return readList(request, context, 'acl.binding-rule-list', args);
      },
    },
  },
  { path: '/v1/acl/binding-rule', methods: { PUT: writeRule } },
  {
    path: '/v1/acl/binding-rule/',
    methods: {
      GET(request, context) {
        const id = requireRest(request, 'binding rule ID');
        return readOne(request, context, 'acl.binding-rule-read', { id }, 'binding rule');
      },
      PUT: writeRule,
      async DELETE(request, { rpc }) {
        const id = requireRest(request, 'binding rule ID');
        const options = parseWriteOptions(request);
        return callJSON(request, rpc, 'acl.binding-rule-delete', { id }, options);
      },
    },
  },
  { path: '/v1/acl/login', methods: { POST: logIn } },
  { path: '/v1/acl/logout', methods: { POST: logOut } },
]);

async function writeMethod(request: APIRequest, { rpc }: APIContext): Promise<APIResponse> {
  const value = await decode<AuthMethodInput>(request, AUTH_METHOD, 'AuthMethod');
  const { rest: id } = request;
  if (id !== '' && value.Name && value.Name !== id) {
    throw new HTTPError(400, 'AuthMethod Name in URL and payload do not match');
  }
  const args = id === '' ? { value } : { value, id };
  return callJSON(request, rpc, 'acl.auth-method-set', args, parseWriteOptions(request));
}

async function writeRule(request: APIRequest, { rpc }: APIContext): Promise<APIResponse> {
  const value = await decode<BindingRuleInput>(request, BINDING_RULE, 'BindingRule');
  const { rest: id } = request;
  if (value.ID && value.ID !== id) {
    throw new HTTPError(400, 'BindingRule ID in URL and payload do not match');
  }
  const args = id === '' ? { value } : { value, id };
  return callJSON(request, rpc, 'acl.binding-rule-set', args, parseWriteOptions(request));
}

async function logIn(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const prefix = 'Failed to decode request body: ';
  const input = decodeBody<LoginInput | undefined>(await request.body(), LOGIN, { prefix }) ?? {};
  const { AuthMethod = '', BearerToken = '', Meta } = input;
  if (context.logIn === undefined) {
    throw new HTTPError(501, 'Nobody verifies bearer tokens on this side of the datacenter.');
  }
  const login: LoginRequest = { AuthMethod, BearerToken, ...(Meta === undefined ? {} : { Meta }) };
  const { body } = await context.logIn(login, parseWriteOptions(request));
  return renderJSON(request, body);
}

async function logOut(request: APIRequest, { rpc }: APIContext): Promise<APIResponse> {
  return callJSON(request, rpc, 'acl.logout', {}, parseWriteOptions(request));
}
