/** The one mapper between rows of the ACL system and its wire types; fields in Consul's order. */
import type { ACLLink, ACLPolicy, ACLRole, ACLToken } from '../../protocol/types/acl.ts';
import type { SQL } from '../db/storage.ts';
import {
  type GrantsDefinition,
  type PolicyDefinition,
  type PolicyRow,
  type RoleDefinition,
  type RoleRow,
  type TokenDefinition,
  type TokenRow,
  findPolicyRow,
  findRoleRow,
} from './acl-rows.ts';

export const HIDDEN_SECRET = '<hidden>';

export function toPolicy(row: PolicyRow): ACLPolicy {
  const { Name, Description, Rules, Datacenters, Hash } = JSON.parse(
    row.definition,
  ) as PolicyDefinition;
  return {
    ID: row.id,
    Name,
    Description,
    Rules,
    ...(Datacenters === undefined ? {} : { Datacenters }),
    Hash,
    ...indexesOf(row),
  };
}

export function toRole(sql: SQL, row: RoleRow): ACLRole {
  const { Name, Description, Hash, ...grants } = JSON.parse(row.definition) as RoleDefinition;
  return {
    ID: row.id,
    Name,
    Description,
    ...withoutEmpty({ Policies: policyLinks(sql, grants) }),
    ...identitiesOf(grants),
    Hash,
    ...indexesOf(row),
  };
}

/** @param showsSecret for whoever may write ACLs, and for the token itself */
export function toToken(sql: SQL, row: TokenRow, showsSecret: boolean): ACLToken {
  const definition = JSON.parse(row.definition) as TokenDefinition;
  const { Description, AuthMethod, ExpirationTime, CreateTime, Hash } = definition;
  return {
    AccessorID: row.accessor,
    SecretID: showsSecret ? row.secret : HIDDEN_SECRET,
    Description,
    ...withoutEmpty({ Policies: policyLinks(sql, definition), Roles: roleLinks(sql, definition) }),
    ...identitiesOf(definition),
    Local: row.local === 1,
    ...(AuthMethod === undefined ? {} : { AuthMethod }),
    ...(ExpirationTime === undefined ? {} : { ExpirationTime }),
    CreateTime,
    Hash,
    ...indexesOf(row),
  };
}

function indexesOf(row: { create_index: number; modify_index: number }): {
  CreateIndex: number;
  ModifyIndex: number;
} {
  return { CreateIndex: row.create_index, ModifyIndex: row.modify_index };
}

function identitiesOf(grants: GrantsDefinition): Omit<GrantsDefinition, 'Policies'> {
  const { ServiceIdentities, NodeIdentities, TemplatedPolicies } = grants;
  return withoutEmpty({ ServiceIdentities, NodeIdentities, TemplatedPolicies });
}

function policyLinks(sql: SQL, { Policies = [] }: GrantsDefinition): ACLLink[] {
  return linksOf(Policies, (id) => findPolicyRow(sql, id));
}

function roleLinks(sql: SQL, { Roles = [] }: TokenDefinition): ACLLink[] {
  return linksOf(Roles, (id) => findRoleRow(sql, id));
}

/** What was deleted since is linked no more. */
function linksOf(
  ids: readonly string[],
  find: (id: string) => { id: string; definition: string } | undefined,
): ACLLink[] {
  return ids.flatMap((id) => {
    const row = find(id);
    if (row === undefined) return [];
    return [{ ID: row.id, Name: (JSON.parse(row.definition) as { Name: string }).Name }];
  });
}

/** Consul leaves empty lists out. */
function withoutEmpty<T extends object>(lists: T): T {
  const kept = Object.entries(lists).filter(([, list]) => (list as unknown[] | undefined)?.length);
  return Object.fromEntries(kept) as T;
}
