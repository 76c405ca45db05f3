/** What the token of a call may do, and which it is (Consul: agent/acl_endpoint.go ACLAuthorize, ACLTokenSelf). */
import { badRequest } from '../../protocol/errors.ts';
import { MAX_AUTHORIZATION_REQUESTS } from '../../protocol/limits.ts';
import type { ACLAuthorizationRequest } from '../../protocol/types/acl.ts';
import { ANONYMOUS_ACCESSOR, type Authorizer } from '../acl/authorizer.ts';
import type { Access } from '../acl/levels.ts';
import { type Resource, isResource } from '../acl/resources.ts';
import { toToken } from '../state/acl-render.ts';
import { findTokenRow } from '../state/acl-rows.ts';
import { topicIndex } from '../state/topic-index.ts';
import { ACL, ACL_TOKENS } from '../watch/topics.ts';
import { requireACLs } from './acl-guard.ts';
import { noToken } from './acl-token.ts';
import type { ReadEndpoints } from './endpoint.ts';

export const aclAuthorizeReads: ReadEndpoints<'acl.authorize' | 'acl.require' | 'acl.token-self'> =
  {
    'acl.authorize': {
      kind: 'read',
      topics: () => [ACL],
      read(context, { requests }, authorizer) {
        requireACLs(context);
        checkRequests(requests);
        const answers = requests.map((request) => ({
          ...request,
          Allow: decide(authorizer, request),
        }));
        return { index: topicIndex(context.sql, ACL), body: JSON.stringify(answers) };
      },
    },
    'acl.require': {
      kind: 'read',
      topics: () => [ACL],
      read({ sql }, { requests }, authorizer) {
        checkRequests(requests);
        for (const request of requests) {
          const { resource, access, name } = parseRequest(request);
          authorizer.require(resource, access, name === '' ? undefined : name);
        }
        return { index: topicIndex(sql, ACL), body: 'true' };
      },
    },
    'acl.token-self': {
      kind: 'read',
      topics: () => [ACL_TOKENS],
      read(context, _args, authorizer) {
        requireACLs(context);
        const { accessor } = authorizer;
        // A request without a token asks for one that it has not.
        const isAnonymous = accessor === ANONYMOUS_ACCESSOR;
        const row = isAnonymous ? undefined : findTokenRow(context.sql, accessor);
        if (row === undefined) throw noToken();
        const body = JSON.stringify(toToken(context.sql, row, true));
        return { index: topicIndex(context.sql, ACL_TOKENS), body };
      },
    },
  };

const ACCESSES: ReadonlySet<string> = new Set(['read', 'write']);

function checkRequests(requests: readonly ACLAuthorizationRequest[]): void {
  if (!Array.isArray(requests)) throw badRequest('a list of requests is missing');
  if (requests.length > MAX_AUTHORIZATION_REQUESTS) {
    throw badRequest(
      `Refusing to process more than ${MAX_AUTHORIZATION_REQUESTS} authorizations at once`,
    );
  }
}

function decide(authorizer: Authorizer, request: ACLAuthorizationRequest): boolean {
  const { resource, access, name } = parseRequest(request);
  return authorizer.allows(resource, access, name);
}

interface Question {
  readonly resource: Resource;
  readonly access: Access;
  readonly name: string;
}

function parseRequest(request: ACLAuthorizationRequest): Question {
  const { Resource: resource, Access: access, Segment = '' } = request ?? {};
  if (typeof resource !== 'string' || !isResource(resource)) {
    throw badRequest(`Invalid ACL resource requested: ${JSON.stringify(resource)}`);
  }
  if (!ACCESSES.has(access) && !(resource === 'key' && access === 'list')) {
    throw badRequest(`Invalid access level for ${resource} resource: ${String(access)}`);
  }
  return { resource, access: access as Access, name: String(Segment) };
}
