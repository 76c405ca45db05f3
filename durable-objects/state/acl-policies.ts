/** Writing policies (Consul: agent/consul/state/acl.go). Whether rules can be read is decided before anything gets here. */
import { ACL_POLICIES } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { touchACLTxn } from './acl-changed.ts';
import { hashFields } from './acl-hash.ts';
import { type PolicyDefinition, type PolicyRow, findPolicyRow, policiesTable } from './acl-rows.ts';

/** Creates or replaces; an equal one is no change. */
export function setPolicyTxn(
  tx: WriteTxn,
  id: string,
  policy: Omit<PolicyDefinition, 'Hash'>,
): PolicyRow {
  const { Name, Description, Rules, Datacenters } = policy;
  const existing = findPolicyRow(tx.sql, id);
  const definition: PolicyDefinition = {
    Name,
    Description,
    Rules,
    ...(Datacenters?.length ? { Datacenters } : {}),
    Hash: hashFields([Name, Description, Rules, ...(Datacenters ?? [])]),
  };
  const row = policiesTable.putTxn(tx, existing, {
    id: id.toLowerCase(),
    name_key: Name.toLowerCase(),
    definition: JSON.stringify(definition),
  });
  if (row === existing) return row;
  tx.record({
    kind: 'acl-policy.set',
    key: row.id,
    previousIndex: existing?.modify_index ?? 0,
    value: row.definition,
  });
  touchACLTxn(tx, ACL_POLICIES);
  return row;
}

/** Links to it stay where they are, and lead nowhere. */
export function deletePolicyTxn(tx: WriteTxn, row: PolicyRow): void {
  policiesTable.delete(tx.sql, row);
  tx.record({
    kind: 'acl-policy.delete',
    key: row.id,
    previousIndex: row.modify_index,
    value: null,
  });
  touchACLTxn(tx, ACL_POLICIES);
}
