/** Binding rules (Consul: agent/consul/acl_endpoint.go BindingRuleSet and its neighbours). */
import { BINDING_RULE, type BindingRuleInput } from '../../http-api/acl/acl-input.ts';
import { invalid, notFound } from '../../protocol/errors.ts';
import type { ACLAuthMethod } from '../../protocol/types/acl.ts';
import { BindingError, compileSelector, variablesOf } from '../acl/binding.ts';
import type { SQL } from '../db/storage.ts';
import {
  type BindingRuleDefinition,
  type BindingRuleRow,
  bindingRuleRows,
  deleteBindingRuleTxn,
  findAuthMethodRow,
  findBindingRuleRow,
  setBindingRuleTxn,
  toAuthMethod,
  toBindingRule,
} from '../state/acl-auth.ts';
import { topicIndex } from '../state/topic-index.ts';
import { ACL_BINDING_RULES } from '../watch/topics.ts';
import { resolveBinding } from './acl-bindings.ts';
import { decodeInput, requireACLs } from './acl-guard.ts';
import { isUUID, requireLookupID } from './acl-ids.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';

export const aclBindingRuleReads: ReadEndpoints<'acl.binding-rule-read' | 'acl.binding-rule-list'> =
  {
    'acl.binding-rule-read': {
      kind: 'read',
      topics: () => [ACL_BINDING_RULES],
      read(context, { id }, authorizer) {
        requireACLs(context);
        authorizer.aclRead();
        const row = findBindingRuleRow(context.sql, requireLookupID('binding rule', id));
        const body = row === undefined ? '' : JSON.stringify(toBindingRule(row));
        return { index: topicIndex(context.sql, ACL_BINDING_RULES), body };
      },
    },
    'acl.binding-rule-list': {
      kind: 'read',
      topics: () => [ACL_BINDING_RULES],
      read(context, { authMethod }, authorizer) {
        requireACLs(context);
        authorizer.aclRead();
        const rows = bindingRuleRows(context.sql, authMethod);
        const body = JSON.stringify(rows.map(toBindingRule));
        return { index: topicIndex(context.sql, ACL_BINDING_RULES), body };
      },
    },
  };

export const aclBindingRuleWrites: WriteEndpoints<
  'acl.binding-rule-set' | 'acl.binding-rule-delete'
> = {
  'acl.binding-rule-set': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, { value, id }, authorizer) {
      requireACLs(context);
      authorizer.aclWrite();
      const input = decodeInput<BindingRuleInput>(value, BINDING_RULE);
      const existing = id === undefined ? undefined : requireRule(context.sql, id);
      const rule = readRule(context.sql, input, existing);
      return { value: rule, id: existing?.id ?? context.newUUID() };
    },
    apply(tx, { value, id }) {
      const row = setBindingRuleTxn(tx, id!, value as BindingRuleDefinition);
      return JSON.stringify(toBindingRule(row));
    },
  },
  'acl.binding-rule-delete': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare(context, { id }, authorizer) {
      requireACLs(context);
      authorizer.aclWrite();
      const row = findBindingRuleRow(context.sql, requireLookupID('binding rule', id));
      if (row === undefined) throw notFound('Cannot find binding rule to delete');
      return { id: row.id };
    },
    apply(tx, { id }) {
      const row = findBindingRuleRow(tx.sql, id);
      if (row !== undefined) deleteBindingRuleTxn(tx, row);
      return 'true';
    },
  },
};

function requireRule(sql: SQL, id: string): BindingRuleRow {
  if (!isUUID(String(id))) throw invalid('Binding Rule ID invalid UUID');
  const row = findBindingRuleRow(sql, id);
  if (row === undefined) throw invalid(`cannot find binding rule ${id}`);
  return row;
}

function readRule(
  sql: SQL,
  input: BindingRuleInput,
  existing: BindingRuleRow | undefined,
): BindingRuleDefinition {
  const { Description = '', Selector = '', BindType = '', BindName = '', BindVars } = input;
  const known = existing && toBindingRule(existing);
  const AuthMethod = input.AuthMethod || (known?.AuthMethod ?? '');
  if (known !== undefined && AuthMethod.toLowerCase() !== known.AuthMethod.toLowerCase()) {
    throw invalid('the AuthMethod field of an Binding Rule is immutable');
  }
  if (AuthMethod === '') throw invalid('Invalid Binding Rule: no AuthMethod is set');
  const row = findAuthMethodRow(sql, AuthMethod);
  if (row === undefined) {
    throw invalid(`cannot find auth method with name ${JSON.stringify(AuthMethod)}`);
  }
  const method = toAuthMethod(row);
  requireSelector(Selector, method.Type);
  if (BindType === '') throw invalid('Invalid Binding Rule: no BindType is set');
  if (BindName === '') throw invalid('Invalid Binding Rule: no BindName is set');
  if (BindVars?.Name && BindType !== 'templated-policy') {
    throw invalid(
      'invalid Binding Rule: BindVars cannot be set when bind type is not templated-policy.',
    );
  }
  const rule: BindingRuleDefinition = {
    Description,
    AuthMethod: method.Name,
    Selector,
    BindType,
    BindName,
    ...(BindVars?.Name ? { BindVars: { name: BindVars.Name } } : {}),
  };
  requireBinding(rule, method);
  return rule;
}

function requireSelector(selector: string, type: string): void {
  try {
    compileSelector(selector, type);
  } catch (error) {
    if (!(error instanceof BindingError)) throw error;
    throw invalid(`invalid Binding Rule: Selector is invalid: ${error.message}`);
  }
}

/** What it comes to with some value for each variable: only whether that can be a name counts. */
function requireBinding(rule: BindingRuleDefinition, method: ACLAuthMethod): void {
  const names = variablesOf(method.Type, method.Config ?? {});
  const variables = Object.fromEntries(names.map((name) => [name, 'fake']));
  try {
    resolveBinding(rule, variables);
  } catch (error) {
    if (!(error instanceof BindingError)) throw error;
    throw invalid(`Invalid Binding Rule: invalid BindName or BindVars: ${error.message}`);
  }
}
