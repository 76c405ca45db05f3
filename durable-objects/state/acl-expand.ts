/** Everything that gives a token its rights: its own policies and identities, and those of its roles. */
import type {
  ACLPolicy,
  NodeIdentity,
  ServiceIdentity,
  TemplatedPolicy,
} from '../../protocol/types/acl.ts';
import {
  NODE_TEMPLATE,
  POLICY_TEMPLATES,
  SERVICE_TEMPLATE,
  fillTemplate,
} from '../acl/templates.ts';
import type { SQL } from '../db/storage.ts';
import { hashFields } from './acl-hash.ts';
import {
  type GrantsDefinition,
  type RoleRow,
  type TokenRow,
  findPolicyRow,
  findRoleRow,
} from './acl-rows.ts';
import { toPolicy } from './acl-render.ts';

export interface Expansion {
  readonly roles: readonly RoleRow[];
  /** Policies of every datacenter, each once; those made from identities and templates last. */
  readonly policies: readonly ACLPolicy[];
}

export function expandToken(sql: SQL, row: TokenRow): Expansion {
  const { Roles = [], ...own } = JSON.parse(row.definition) as GrantsDefinition & {
    Roles?: string[];
  };
  const roles = Roles.map((id) => findRoleRow(sql, id)).filter((role) => role !== undefined);
  const grants = [own, ...roles.map((role) => JSON.parse(role.definition) as GrantsDefinition)];
  const ids = new Set(grants.flatMap(({ Policies = [] }) => Policies));
  const linked = [...ids]
    .map((id) => findPolicyRow(sql, id))
    .filter((found) => found !== undefined);
  const made = [
    ...grants.flatMap(({ ServiceIdentities = [] }) => ServiceIdentities.map(ofService)),
    ...grants.flatMap(({ NodeIdentities = [] }) => NodeIdentities.map(ofNode)),
    ...grants.flatMap(({ TemplatedPolicies = [] }) => TemplatedPolicies.map(ofTemplate)),
  ];
  const byRules = new Map(
    made.map((policy) => [`${policy.ID} ${policy.Datacenters ?? ''}`, policy]),
  );
  return { roles, policies: [...linked.map(toPolicy), ...byRules.values()] };
}

/** Whether a policy holds in a datacenter. */
export function holdsIn({ Datacenters = [] }: ACLPolicy, datacenter: string): boolean {
  return Datacenters.length === 0 || Datacenters.includes(datacenter);
}

function ofService({ ServiceName, Datacenters }: ServiceIdentity): ACLPolicy {
  return makePolicy(SERVICE_TEMPLATE, ServiceName, Datacenters);
}

function ofNode({ NodeName, Datacenter }: NodeIdentity): ACLPolicy {
  return makePolicy(NODE_TEMPLATE, NodeName, [Datacenter]);
}

function ofTemplate(policy: TemplatedPolicy): ACLPolicy {
  return makePolicy(policy.TemplateName, policy.TemplateVariables?.name ?? '', policy.Datacenters);
}

/** What Consul's hash of nothing comes to; its IDs of such policies end in it. */
const EMPTY_FNV128 = '6c62272e07bb014262b821756295c58d';

/** A policy that stands in no table: its ID is its rules. */
export function makePolicy(template: string, name: string, datacenters?: string[]): ACLPolicy {
  const found = POLICY_TEMPLATES.get(template);
  const Rules = found === undefined ? '' : fillTemplate(found, name);
  const hex = [...new TextEncoder().encode(Rules)]
    .map((byte) => byte.toString(16).padStart(2, '0'))
    .join('');
  const ID = hex + EMPTY_FNV128;
  const Name = `synthetic-policy-${ID}`;
  const Description = `synthetic policy generated from templated policy: ${template}`;
  return {
    ID,
    Name,
    Description,
    Rules,
    ...(datacenters === undefined ? {} : { Datacenters: datacenters }),
    Hash: hashFields([Name, Description, Rules, ...(datacenters ?? [])]),
    CreateIndex: 0,
    ModifyIndex: 0,
  };
}
