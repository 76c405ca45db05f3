/** Writing roles (Consul: agent/consul/state/acl.go). */
import { ACL_ROLES } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { touchACLTxn } from './acl-changed.ts';
import { identityFields, policyFields } from './acl-grants-hash.ts';
import { hashFields } from './acl-hash.ts';
import { type RoleDefinition, type RoleRow, findRoleRow, rolesTable } from './acl-rows.ts';

/** Creates or replaces; an equal one is no change. */
export function setRoleTxn(tx: WriteTxn, id: string, role: Omit<RoleDefinition, 'Hash'>): RoleRow {
  const { Name, Description } = role;
  const existing = findRoleRow(tx.sql, id);
  const fields = [Name, Description, ...policyFields(role), ...identityFields(role)];
  const definition: RoleDefinition = { ...role, Hash: hashFields(fields) };
  const row = rolesTable.putTxn(tx, existing, {
    id: id.toLowerCase(),
    name_key: Name.toLowerCase(),
    definition: JSON.stringify(definition),
  });
  if (row === existing) return row;
  tx.record({
    kind: 'acl-role.set',
    key: row.id,
    previousIndex: existing?.modify_index ?? 0,
    value: row.definition,
  });
  touchACLTxn(tx, ACL_ROLES);
  return row;
}

/** Links to it stay where they are, and lead nowhere. */
export function deleteRoleTxn(tx: WriteTxn, row: RoleRow): void {
  rolesTable.delete(tx.sql, row);
  tx.record({ kind: 'acl-role.delete', key: row.id, previousIndex: row.modify_index, value: null });
  touchACLTxn(tx, ACL_ROLES);
}
