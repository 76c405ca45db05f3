/**
 * Policies, roles and tokens as the primary has them, unjudged: it judged them (docs/adr/0014-replication-streams.md).
 *
 * Whatever here has the name or the secret of what comes in goes first: the primary has it no more, or under another name, of which the
 * rest of the changes will tell.
 */
import { badRequest } from '../../protocol/errors.ts';
import type { ACLGrants, ACLLink, ACLPolicy, ACLRole, ACLToken } from '../../protocol/types/acl.ts';
import type { WriteTxn } from '../writer.ts';
import { deletePolicyTxn, setPolicyTxn } from './acl-policies.ts';
import { deleteRoleTxn, setRoleTxn } from './acl-roles.ts';
import {
  type GrantsDefinition,
  findPolicyRow,
  findPolicyRowByName,
  findRoleRow,
  findRoleRowByName,
  findTokenRow,
  findTokenRowBySecret,
} from './acl-rows.ts';
import { deleteTokenTxn, setTokenTxn } from './acl-tokens.ts';

/** @param value an ACLPolicy, or null for one that is gone */
export function replicatePolicyTxn(tx: WriteTxn, id: string, value: unknown): void {
  if (value === null) {
    const row = findPolicyRow(tx.sql, id);
    if (row !== undefined) deletePolicyTxn(tx, row);
    return;
  }
  const { Name, Description = '', Rules = '', Datacenters = [] } = value as ACLPolicy;
  requireTexts(Name, Description, Rules, ...Datacenters);
  const namesake = findPolicyRowByName(tx.sql, Name);
  if (namesake !== undefined && namesake.id !== id.toLowerCase()) deletePolicyTxn(tx, namesake);
  setPolicyTxn(tx, id, { Name, Description, Rules, Datacenters });
}

/** @param value an ACLRole, or null */
export function replicateRoleTxn(tx: WriteTxn, id: string, value: unknown): void {
  if (value === null) {
    const row = findRoleRow(tx.sql, id);
    if (row !== undefined) deleteRoleTxn(tx, row);
    return;
  }
  const { Name, Description = '', ...rest } = value as ACLRole;
  requireTexts(Name, Description);
  const namesake = findRoleRowByName(tx.sql, Name);
  if (namesake !== undefined && namesake.id !== id.toLowerCase()) deleteRoleTxn(tx, namesake);
  setRoleTxn(tx, id, { Name, Description, ...grantsOf(rest) });
}

/** @param value a global ACLToken, secret and all, or null */
export function replicateTokenTxn(tx: WriteTxn, accessor: string, value: unknown): void {
  const existing = findTokenRow(tx.sql, accessor);
  if (value === null) {
    // One of this datacenter's own is none of the primary's business.
    if (existing?.local === 0) deleteTokenTxn(tx, existing);
    return;
  }
  const token = value as ACLToken;
  const { SecretID, Description = '', CreateTime, AuthMethod = '', ExpirationTime } = token;
  requireTexts(SecretID, Description, CreateTime, AuthMethod);
  const other = findTokenRowBySecret(tx.sql, SecretID);
  if (other !== undefined && other.accessor !== accessor.toLowerCase()) deleteTokenTxn(tx, other);
  const Roles = idsOf(token.Roles);
  setTokenTxn(tx, {
    accessor,
    secret: SecretID,
    local: false,
    expiresAt: ExpirationTime === undefined ? null : Date.parse(ExpirationTime),
    authMethod: AuthMethod,
    fields: {
      Description,
      ...grantsOf(token),
      ...(Roles.length > 0 ? { Roles } : {}),
      CreateTime,
    },
  });
}

function grantsOf(grants: ACLGrants): GrantsDefinition {
  const { ServiceIdentities, NodeIdentities, TemplatedPolicies } = grants;
  const Policies = idsOf(grants.Policies);
  return {
    ...(Policies.length > 0 ? { Policies } : {}),
    ...(ServiceIdentities === undefined ? {} : { ServiceIdentities }),
    ...(NodeIdentities === undefined ? {} : { NodeIdentities }),
    ...(TemplatedPolicies === undefined ? {} : { TemplatedPolicies }),
  };
}

function idsOf(links: readonly ACLLink[] = []): string[] {
  return links.map(({ ID }) => ID);
}

function requireTexts(...texts: readonly unknown[]): void {
  if (texts.some((text) => typeof text !== 'string')) throw badRequest('a field is no text');
}
