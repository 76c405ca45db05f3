/** Policies (Consul: agent/consul/acl_endpoint.go PolicySet and its neighbours). */
import { POLICY, type PolicyInput } from '../../http-api/acl/acl-input.ts';
import { invalid, notFound } from '../../protocol/errors.ts';
import { MAX_POLICY_CHARS } from '../../protocol/limits.ts';
import { BUILTIN_POLICIES, type BuiltinPolicy } from '../acl/builtin-policies.ts';
import { RulesError, parseRules } from '../acl/parse-rules.ts';
import { deletePolicyTxn, setPolicyTxn } from '../state/acl-policies.ts';
import { toPolicy } from '../state/acl-render.ts';
import {
  type PolicyDefinition,
  type PolicyRow,
  findPolicyRow,
  findPolicyRowByName,
  policyRows,
} from '../state/acl-rows.ts';
import { topicIndex } from '../state/topic-index.ts';
import { ACL_POLICIES } from '../watch/topics.ts';
import { decodeInput, requireACLs, requirePrimary } from './acl-guard.ts';
import { isUUID, requireLookupID } from './acl-ids.ts';
import type { EndpointContext, ReadEndpoints, WriteEndpoints } from './endpoint.ts';

export const aclPolicyReads: ReadEndpoints<'acl.policy-read' | 'acl.policy-list'> = {
  'acl.policy-read': {
    kind: 'read',
    topics: () => [ACL_POLICIES],
    read(context, { id, name }, authorizer) {
      requireACLs(context);
      authorizer.aclRead();
      const { sql } = context;
      const row =
        id === undefined
          ? findPolicyRowByName(sql, String(name))
          : findPolicyRow(sql, requireLookupID('policy', id));
      const body = row === undefined ? '' : JSON.stringify(toPolicy(row));
      return { index: topicIndex(sql, ACL_POLICIES), body };
    },
  },
  'acl.policy-list': {
    kind: 'read',
    topics: () => [ACL_POLICIES],
    read(context, _args, authorizer) {
      requireACLs(context);
      authorizer.aclRead();
      const list = policyRows(context.sql).map((row) => {
        const { ID, Name, Description, Datacenters = null, Hash, ...indexes } = toPolicy(row);
        const { CreateIndex, ModifyIndex } = indexes;
        return { ID, Name, Description, Datacenters, Hash, CreateIndex, ModifyIndex };
      });
      return { index: topicIndex(context.sql, ACL_POLICIES), body: JSON.stringify(list) };
    },
  },
};

export const aclPolicyWrites: WriteEndpoints<'acl.policy-set' | 'acl.policy-delete'> = {
  'acl.policy-set': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, { value, id }, authorizer) {
      requireACLs(context);
      authorizer.aclWrite();
      requirePrimary(context, 'policies');
      const policy = decodeInput<PolicyInput>(value, POLICY);
      const given = id ?? policy.ID ?? '';
      requireName(policy.Name ?? '');
      if (given === '') return { value: checkNew(context, policy), id: context.newUUID() };
      return { value: checkChanged(context, policy, given), id: given };
    },
    apply(tx, { value, id }) {
      return JSON.stringify(toPolicy(setPolicyTxn(tx, id!, value as PolicyDefinition)));
    },
  },
  'acl.policy-delete': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, { id }, authorizer) {
      requireACLs(context);
      authorizer.aclWrite();
      requirePrimary(context, 'policies');
      const row = findPolicyRow(context.sql, requireLookupID('policy', id));
      if (row === undefined) throw notFound('Cannot find policy to delete');
      const builtin = builtinOf(row.id);
      if (builtin !== undefined) {
        throw invalid(`Delete operation not permitted on the builtin ${builtin.Name} policy`);
      }
      return { id: row.id };
    },
    apply(tx, { id }) {
      const row = findPolicyRow(tx.sql, id);
      if (row !== undefined) deletePolicyTxn(tx, row);
      return 'true';
    },
  },
};

const MAX_NAME_CHARS = 128;

/** Letters, digits, `-`, `_`, and one slash within: `team/read`. */
const NAME = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]*)?$/;

function requireName(name: string): void {
  if (name === '') throw invalid('Invalid Policy: no Name is set');
  if (name.startsWith('/') || name.startsWith('builtin/')) {
    throw invalid(`Invalid Policy: invalid Name. Names cannot be prefixed with '/' or 'builtin/'`);
  }
  if (name.length > MAX_NAME_CHARS) {
    throw invalid('Invalid Policy: invalid Name. Length must be greater than 0 and less than 128');
  }
  if (!NAME.test(name)) {
    throw invalid(
      `Invalid Policy: invalid Name. Only alphanumeric characters, a single '/', '-' and '_' are allowed`,
    );
  }
}

function builtinOf(id: string): BuiltinPolicy | undefined {
  return BUILTIN_POLICIES.find(({ ID }) => ID === id.toLowerCase());
}

function checkNew({ sql }: EndpointContext, policy: PolicyInput): Omit<PolicyDefinition, 'Hash'> {
  if (findPolicyRowByName(sql, policy.Name ?? '') !== undefined) {
    throw invalid(
      `Invalid Policy: A Policy with Name ${JSON.stringify(policy.Name)} already exists`,
    );
  }
  return requireRules(policy);
}

function checkChanged(
  { sql }: EndpointContext,
  policy: PolicyInput,
  id: string,
): Omit<PolicyDefinition, 'Hash'> {
  if (!isUUID(id)) throw invalid('Policy ID invalid UUID');
  const row = findPolicyRow(sql, id);
  if (row === undefined) throw invalid(`cannot find policy ${id}`);
  const { Name } = JSON.parse(row.definition) as PolicyDefinition;
  // Its own name in another case is taken too, as in Consul.
  const isRenamed = policy.Name !== Name;
  if (isRenamed && findPolicyRowByName(sql, policy.Name ?? '') !== undefined) {
    throw invalid(
      `Invalid Policy: A policy with name ${JSON.stringify(policy.Name)} already exists`,
    );
  }
  const builtin = builtinOf(row.id);
  if (builtin !== undefined) requireUnchanged(builtin, policy, row);
  return requireRules(policy);
}

/** Of a built-in policy only the name and the description may be changed. */
function requireUnchanged(builtin: BuiltinPolicy, policy: PolicyInput, row: PolicyRow): void {
  const { Datacenters = [] } = JSON.parse(row.definition) as PolicyDefinition;
  if ((policy.Datacenters ?? []).join() !== Datacenters.join()) {
    throw invalid(`Changing the Datacenters of the ${builtin.Name} policy is not permitted`);
  }
  if ((policy.Rules ?? '') !== builtin.Rules) {
    throw invalid(`Changing the Rules for the builtin ${builtin.Name} policy is not permitted`);
  }
}

function requireRules(policy: PolicyInput): Omit<PolicyDefinition, 'Hash'> {
  const { Name = '', Description = '', Rules = '', Datacenters = [] } = policy;
  if (Rules.length + Description.length > MAX_POLICY_CHARS) {
    throw invalid(`a policy has at most ${MAX_POLICY_CHARS} characters`);
  }
  try {
    parseRules(Rules);
  } catch (error) {
    if (error instanceof RulesError) throw invalid(error.message);
    throw error;
  }
  return { Name, Description, Rules, ...(Datacenters.length > 0 ? { Datacenters } : {}) };
}
