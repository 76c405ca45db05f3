/** Rows of the ACL system and how they are found. What is in a `definition` is written by `acl-*.ts` beside this file. */
import type { NodeIdentity, ServiceIdentity, TemplatedPolicy } from '../../protocol/types/acl.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { CatalogTable } from './catalog-table.ts';

type Indexes = { create_index: number; modify_index: number };

export type PolicyRow = { id: string; name_key: string; definition: string } & Indexes;
export type RoleRow = { id: string; name_key: string; definition: string } & Indexes;
export type TokenRow = {
  accessor: string;
  secret: string;
  /** 0 or 1 */
  local: number;
  expires_at: number | null;
  auth_method: string;
  definition: string;
} & Indexes;

export interface PolicyDefinition {
  Name: string;
  Description: string;
  Rules: string;
  Datacenters?: string[];
  Hash: string;
}

/** Policies and roles by their IDs: names change, and what is deleted is no more. */
export interface GrantsDefinition {
  Policies?: string[];
  ServiceIdentities?: ServiceIdentity[];
  NodeIdentities?: NodeIdentity[];
  TemplatedPolicies?: TemplatedPolicy[];
}

export interface RoleDefinition extends GrantsDefinition {
  Name: string;
  Description: string;
  Hash: string;
}

export interface TokenDefinition extends GrantsDefinition {
  Description: string;
  Roles?: string[];
  /** As it was spelled when the token was made; the column is for comparing. */
  AuthMethod?: string;
  ExpirationTime?: string;
  CreateTime: string;
  Hash: string;
}

export const policiesTable = new CatalogTable<PolicyRow>(
  'acl_policies',
  ['id'],
  ['id', 'name_key', 'definition'],
);
export const rolesTable = new CatalogTable<RoleRow>(
  'acl_roles',
  ['id'],
  ['id', 'name_key', 'definition'],
);
export const tokensTable = new CatalogTable<TokenRow>(
  'acl_tokens',
  ['accessor'],
  ['accessor', 'secret', 'local', 'expires_at', 'auth_method', 'definition'],
);

const POLICIES = `SELECT ${policiesTable.select()} FROM acl_policies`;
const ROLES = `SELECT ${rolesTable.select()} FROM acl_roles`;
const TOKENS = `SELECT ${tokensTable.select()} FROM acl_tokens`;

export function findPolicyRow(sql: SQL, id: string): PolicyRow | undefined {
  return firstRow<PolicyRow>(sql, `${POLICIES} WHERE id = ?`, id.toLowerCase());
}

/** Names are compared without regard to case. */
export function findPolicyRowByName(sql: SQL, name: string): PolicyRow | undefined {
  return firstRow<PolicyRow>(sql, `${POLICIES} WHERE name_key = ?`, name.toLowerCase());
}

/** In the order of names. */
export function policyRows(sql: SQL): PolicyRow[] {
  return sql.exec<PolicyRow>(`${POLICIES} ORDER BY name_key`).toArray();
}

export function findRoleRow(sql: SQL, id: string): RoleRow | undefined {
  return firstRow<RoleRow>(sql, `${ROLES} WHERE id = ?`, id.toLowerCase());
}

export function findRoleRowByName(sql: SQL, name: string): RoleRow | undefined {
  return firstRow<RoleRow>(sql, `${ROLES} WHERE name_key = ?`, name.toLowerCase());
}

export function roleRows(sql: SQL): RoleRow[] {
  return sql.exec<RoleRow>(`${ROLES} ORDER BY name_key`).toArray();
}

export function findTokenRow(sql: SQL, accessor: string): TokenRow | undefined {
  return firstRow<TokenRow>(sql, `${TOKENS} WHERE accessor = ?`, accessor.toLowerCase());
}

export function findTokenRowBySecret(sql: SQL, secret: string): TokenRow | undefined {
  return firstRow<TokenRow>(sql, `${TOKENS} WHERE secret = ?`, secret.toLowerCase());
}

/** In the order of accessors. */
export function tokenRows(sql: SQL): TokenRow[] {
  return sql.exec<TokenRow>(`${TOKENS} ORDER BY accessor`).toArray();
}

/** The index of the last bootstrap; undefined while there was none. */
export function bootstrapIndex(sql: SQL): number | undefined {
  return firstRow<{ idx: number }>(sql, 'SELECT idx FROM acl_bootstrap')?.idx;
}
