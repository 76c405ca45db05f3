/** What a binding rule gives to one who logged in (Consul: agent/consul/auth/binder.go). */
import {
  BindingError,
  type VerifiedIdentity,
  compileSelector,
  fillBindName,
} from '../acl/binding.ts';
import { POLICY_TEMPLATES } from '../acl/templates.ts';
import type { SQL } from '../db/storage.ts';
import { type BindingRuleDefinition, bindingRuleRows, toBindingRule } from '../state/acl-auth.ts';
import { type TokenDefinition, findPolicyRowByName, findRoleRowByName } from '../state/acl-rows.ts';
import { faultOfVariables, isNodeIdentityName, isServiceIdentityName } from './acl-grants.ts';

export interface Binding {
  readonly name: string;
  readonly variable?: string;
}

const ROLE_NAME = /^[A-Za-z0-9_-]{1,256}$/;
const POLICY_NAME = /^[A-Za-z0-9_-]+(?:\/[A-Za-z0-9_-]*)?$/;

const VALID: Readonly<Record<string, (name: string) => boolean>> = {
  service: isServiceIdentityName,
  node: isNodeIdentityName,
  role: (name) => ROLE_NAME.test(name),
  policy: (name) => POLICY_NAME.test(name) && !name.startsWith('builtin/'),
  'templated-policy': (name) => POLICY_TEMPLATES.has(name),
};

/** The rule with its variables filled in. @throws BindingError */
export function resolveBinding(
  rule: BindingRuleDefinition,
  variables: VerifiedIdentity['variables'],
): Binding {
  const { BindType: type, BindName } = rule;
  const isValid = Object.hasOwn(VALID, type) ? VALID[type] : undefined;
  if (isValid === undefined) {
    throw new BindingError(`invalid Binding Rule: unknown BindType ${JSON.stringify(type)}`);
  }
  const failed = `failed to validate bindType ${JSON.stringify(type)}`;
  const name = filled(BindName, variables, `${failed}: error interpreting template`);
  if (!isValid(name)) {
    const isTemplate = type === 'templated-policy';
    throw new BindingError(
      isTemplate
        ? `${failed}: Bind name for templated-policy bind type does not match existing template name: ${name}`
        : `${failed}: invalid bind name: ${JSON.stringify(name)}`,
    );
  }
  if (type !== 'templated-policy') return { name };
  const given = rule.BindVars?.name;
  const doing = `${failed}: failed to interpret templated policy variables`;
  const variable = given === undefined ? undefined : filled(given, variables, doing);
  const template = POLICY_TEMPLATES.get(name)!;
  const fault = faultOfVariables(template, variable === undefined ? undefined : { Name: variable });
  if (fault !== undefined) {
    throw new BindingError(`${failed}: templated policy failed validation: ${fault}`);
  }
  return { name, ...(variable === undefined ? {} : { variable }) };
}

function filled(text: string, variables: VerifiedIdentity['variables'], doing: string): string {
  try {
    return fillBindName(text, variables);
  } catch (error) {
    if (!(error instanceof BindingError)) throw error;
    throw new BindingError(`${doing}: ${error.message}`);
  }
}

export type BoundGrants = Pick<
  TokenDefinition,
  'Policies' | 'Roles' | 'ServiceIdentities' | 'NodeIdentities' | 'TemplatedPolicies'
>;

/**
 * Everything that the rules of a method give to one identity; undefined where that is nothing. Roles and policies that do not exist
 * are no fault: they may be made later, for the next login.
 */
export function bind(
  sql: SQL,
  datacenter: string,
  method: { readonly name: string; readonly type: string },
  identity: VerifiedIdentity,
): BoundGrants | undefined {
  const grants: BoundGrants = {};
  for (const row of bindingRuleRows(sql, method.name)) {
    const rule = toBindingRule(row);
    if (!compileSelector(rule.Selector, method.type)(identity)) continue;
    addGrant(sql, datacenter, grants, rule.BindType, resolveBinding(rule, identity.variables));
  }
  return Object.keys(grants).length === 0 ? undefined : grants;
}

function addGrant(
  sql: SQL,
  datacenter: string,
  grants: BoundGrants,
  type: string,
  { name, variable }: Binding,
): void {
  switch (type) {
    case 'service':
      (grants.ServiceIdentities ??= []).push({ ServiceName: name });
      return;
    case 'node':
      (grants.NodeIdentities ??= []).push({ NodeName: name, Datacenter: datacenter });
      return;
    case 'templated-policy': {
      const TemplateID = POLICY_TEMPLATES.get(name)!.id;
      const variables = variable === undefined ? {} : { TemplateVariables: { name: variable } };
      (grants.TemplatedPolicies ??= []).push({ TemplateID, TemplateName: name, ...variables });
      return;
    }
    default: {
      const row = type === 'role' ? findRoleRowByName(sql, name) : findPolicyRowByName(sql, name);
      if (row === undefined) return;
      const field = type === 'role' ? 'Roles' : 'Policies';
      grants[field] = [...new Set([...(grants[field] ?? []), row.id])];
    }
  }
}
