/** Reading tokens (Consul: agent/consul/acl_endpoint.go TokenRead, TokenList). */
import { forbidden, invalid } from '../../protocol/errors.ts';
import type { TokenListArgs } from '../../protocol/acl-methods.ts';
import { expandToken } from '../state/acl-expand.ts';
import { toRole, toToken } from '../state/acl-render.ts';
import { type TokenDefinition, type TokenRow, findTokenRow, tokenRows } from '../state/acl-rows.ts';
import { topicIndex } from '../state/topic-index.ts';
import { ACL, type Topic } from '../watch/topics.ts';
import { requireACLs } from './acl-guard.ts';
import { requireLookupID } from './acl-ids.ts';
import type { ReadEndpoints } from './endpoint.ts';

/** Tokens show the names of policies and roles. */
const TOPICS: Topic[] = [ACL];

export const aclTokenReads: ReadEndpoints<'acl.token-read' | 'acl.token-list'> = {
  'acl.token-read': {
    kind: 'read',
    topics: () => TOPICS,
    read(context, { accessor, expanded }, authorizer) {
      requireACLs(context);
      const { sql, now } = context;
      authorizer.aclRead();
      const row = findTokenRow(sql, requireLookupID('token', accessor));
      if (row === undefined || isExpired(row, now())) throw noToken();
      const token = toToken(sql, row, authorizer.secretsRead());
      if (expanded !== true)
        return { index: topicIndex(sql, ...TOPICS), body: JSON.stringify(token) };
      const { policies, roles } = expandToken(sql, row);
      const body = JSON.stringify({
        ...token,
        ExpandedPolicies: policies.length > 0 ? policies : null,
        ExpandedRoles: roles.length > 0 ? roles.map((role) => toRole(sql, role)) : null,
        NamespaceDefaultPolicyIDs: null,
        NamespaceDefaultRoleIDs: null,
      });
      return { index: topicIndex(sql, ...TOPICS), body };
    },
  },
  'acl.token-list': {
    kind: 'read',
    topics: () => TOPICS,
    read(context, args, authorizer) {
      requireACLs(context);
      authorizer.aclRead();
      const { sql } = context;
      const now = context.now();
      const matches = matcher(args);
      const rows = tokenRows(sql).filter((row) => !isExpired(row, now) && matches(row));
      const showsSecrets = authorizer.secretsRead();
      const body = JSON.stringify(rows.map((row) => toToken(sql, row, showsSecrets)));
      return { index: topicIndex(sql, ...TOPICS), body };
    },
  },
};

/** Who asks for a token that does not exist is told what whoever shows one is told. */
export function noToken(): Error {
  return forbidden('token does not exist: ACL not found');
}

export function isExpired({ expires_at }: TokenRow, now: number): boolean {
  return expires_at !== null && expires_at <= now;
}

function matcher({
  policy,
  role,
  serviceName,
  authMethod,
}: TokenListArgs): (row: TokenRow) => boolean {
  const given = [policy, role, serviceName, authMethod].filter((each) => each !== undefined);
  if (given.length > 1) {
    throw invalid('can only filter by one of policy, role, serviceName, or methodName at a time');
  }
  const policyID = policy === undefined ? undefined : requireLookupID('token', policy);
  const roleID = role === undefined ? undefined : requireLookupID('token', role);
  return ({ definition, auth_method }) => {
    const { Policies, Roles, ServiceIdentities } = JSON.parse(definition) as TokenDefinition;
    return (
      (policyID === undefined || Policies?.includes(policyID) === true) &&
      (roleID === undefined || Roles?.includes(roleID) === true) &&
      (serviceName === undefined ||
        ServiceIdentities?.some(({ ServiceName }) => ServiceName === serviceName) === true) &&
      (authMethod === undefined || auth_method === authMethod.toLowerCase())
    );
  };
}
