/** `acl token read -expanded`: a token with every rule that it brings, and what the agent adds to them. */
import {
  renderNodeIdentity,
  renderServiceIdentity,
  renderTemplatedPolicy,
  variableName,
} from './render-grants.ts';
import { renderTokenHead } from './render-token.ts';
import type { ExpandedToken, Grants, Policy } from './types.ts';

const STEP = '\t';

export function renderExpandedToken(token: ExpandedToken, showMeta: boolean): string {
  const policies = token.ExpandedPolicies ?? [];
  return [
    ...renderTokenHead(token, showMeta),
    ...renderGrantedRules(token, policies, ''),
    ...renderRoles(token, policies),
    '=== End of Authorizer Layer 0: Token ===',
    ...renderDefaults(token),
  ].join('\n');
}

function renderRoles(token: ExpandedToken, policies: readonly Policy[]): string[] {
  const roles = token.ExpandedRoles ?? [];
  if (roles.length === 0) return [];
  return [
    'Roles:',
    ...roles.flatMap((role) => [
      `${STEP}Role Name: ${role.Name}`,
      `${STEP.repeat(2)}ID: ${role.ID}`,
      `${STEP.repeat(2)}Description: ${role.Description}`,
      ...renderGrantedRules(role, policies, STEP.repeat(2)),
    ]),
  ];
}

/** Policies by their IDs; identities and templates by the policy that the datacenter made of them. */
function renderGrantedRules(grants: Grants, policies: readonly Policy[], indent: string): string[] {
  const inner = indent + STEP;
  const made = (template: string, name: string) =>
    policies.find((policy) => isMadeOf(policy, template, name));
  const lines: string[] = [];
  const add = (title: string, blocks: readonly string[][]) => {
    if (blocks.length > 0) lines.push(`${indent}${title}`, ...blocks.flat());
  };
  const linked = (grants.Policies ?? []).map(({ ID }) =>
    policies.find((policy) => policy.ID === ID),
  );
  add(
    'Policies:',
    linked.flatMap((policy) => (policy === undefined ? [] : [renderPolicyRules(policy, inner)])),
  );
  add(
    'Service Identities:',
    (grants.ServiceIdentities ?? []).map((identity) => [
      `${inner}Name: ${renderServiceIdentity(identity)}`,
      ...renderRules(made('builtin/service', identity.ServiceName), inner + STEP),
    ]),
  );
  add(
    'Node Identities:',
    (grants.NodeIdentities ?? []).map((identity) => [
      `${inner}Name: ${renderNodeIdentity(identity)}`,
      ...renderRules(made('builtin/node', identity.NodeName), inner + STEP),
    ]),
  );
  add(
    'Templated Policies:',
    (grants.TemplatedPolicies ?? []).map((templated) => [
      ...renderTemplatedPolicy(templated, STEP).map((line) => inner + line),
      ...renderRules(
        made(templated.TemplateName, variableName(templated.TemplateVariables)),
        inner + STEP,
      ),
    ]),
  );
  return lines;
}

/** The policies that a datacenter makes carry no link back: their description names the template, their rules the name. */
function isMadeOf(policy: Policy, template: string, name: string): boolean {
  if (!policy.Description.endsWith(`: ${template}`)) return false;
  return name === '' || (policy.Rules ?? '').includes(JSON.stringify(name));
}

function renderPolicyRules(policy: Policy, indent: string): string[] {
  return [
    `${indent}Policy Name: ${policy.Name}`,
    `${indent}${STEP}ID: ${policy.ID}`,
    ...renderRules(policy, indent + STEP),
  ];
}

function renderRules(policy: Policy | undefined, indent: string): string[] {
  if (policy === undefined) return [];
  return [
    `${indent}Description: ${policy.Description}`,
    `${indent}Rules:`,
    ...(policy.Rules ?? '')
      .trim()
      .split('\n')
      .map((line) => `${indent}${STEP}${line}`),
    '',
  ];
}

function renderDefaults(token: ExpandedToken): string[] {
  return [
    '=== Start of Authorizer Layer 2: Agent Configuration Defaults (Inherited) ===',
    'Description: Defined at request-time by the agent that resolves the ACL token; other agents may have different configuration defaults',
    `Resolved By Agent: ${JSON.stringify(token.ResolvedByAgent)}`,
    '',
    `Default Policy: ${token.AgentACLDefaultPolicy}`,
    `${STEP}Description: Backstop rule used if no preceding layer has a matching rule (refer to default_policy option in agent configuration)`,
    '',
    `Down Policy: ${token.AgentACLDownPolicy}`,
    `${STEP}Description: Defines what to do if this Token's information cannot be read from the primary_datacenter (refer to down_policy option in agent configuration)`,
    '',
    '',
  ];
}
