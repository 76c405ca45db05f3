/** Auth methods and binding rules: their rows, how they are found, written and shown (Consul: agent/consul/state/acl.go). */
import type { ACLAuthMethod, ACLBindingRule } from '../../protocol/types/acl.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { ACL_AUTH_METHODS, ACL_BINDING_RULES } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { tokenRows } from './acl-rows.ts';
import { deleteTokenTxn } from './acl-tokens.ts';
import { CatalogTable } from './catalog-table.ts';
import { touchOnce } from './catalog-topics.ts';

type Indexes = { create_index: number; modify_index: number };
export type AuthMethodRow = { name_key: string; definition: string } & Indexes;
export type BindingRuleRow = { id: string; auth_method: string; definition: string } & Indexes;

type Unindexed<T> = Omit<T, 'CreateIndex' | 'ModifyIndex'>;
export type AuthMethodDefinition = Unindexed<ACLAuthMethod>;
export type BindingRuleDefinition = Omit<Unindexed<ACLBindingRule>, 'ID'>;

const methods = new CatalogTable<AuthMethodRow>(
  'acl_auth_methods',
  ['name_key'],
  ['name_key', 'definition'],
);
const rules = new CatalogTable<BindingRuleRow>(
  'acl_binding_rules',
  ['id'],
  ['id', 'auth_method', 'definition'],
);
const METHODS = `SELECT ${methods.select()} FROM acl_auth_methods`;
const RULES = `SELECT ${rules.select()} FROM acl_binding_rules`;

export function findAuthMethodRow(sql: SQL, name: string): AuthMethodRow | undefined {
  return firstRow<AuthMethodRow>(sql, `${METHODS} WHERE name_key = ?`, name.toLowerCase());
}

export function authMethodRows(sql: SQL): AuthMethodRow[] {
  return sql.exec<AuthMethodRow>(`${METHODS} ORDER BY name_key`).toArray();
}

export function toAuthMethod(row: AuthMethodRow): ACLAuthMethod {
  return {
    ...(JSON.parse(row.definition) as AuthMethodDefinition),
    CreateIndex: row.create_index,
    ModifyIndex: row.modify_index,
  };
}

export function findBindingRuleRow(sql: SQL, id: string): BindingRuleRow | undefined {
  return firstRow<BindingRuleRow>(sql, `${RULES} WHERE id = ?`, id.toLowerCase());
}

/** In the order of IDs; of one method, or of all. */
export function bindingRuleRows(sql: SQL, method?: string): BindingRuleRow[] {
  const all = sql.exec<BindingRuleRow>(`${RULES} ORDER BY id`).toArray();
  return method === undefined ? all : all.filter((row) => row.auth_method === method.toLowerCase());
}

export function toBindingRule(row: BindingRuleRow): ACLBindingRule {
  return {
    ID: row.id,
    ...(JSON.parse(row.definition) as BindingRuleDefinition),
    CreateIndex: row.create_index,
    ModifyIndex: row.modify_index,
  };
}

/** The configuration may hold secrets of an identity provider, so the log is told the name and the type. */
export function setAuthMethodTxn(tx: WriteTxn, method: AuthMethodDefinition): AuthMethodRow {
  const existing = findAuthMethodRow(tx.sql, method.Name);
  const row = methods.putTxn(tx, existing, {
    name_key: method.Name.toLowerCase(),
    definition: JSON.stringify(method),
  });
  if (row === existing) return row;
  tx.record({
    kind: 'acl-auth-method.set',
    key: row.name_key,
    previousIndex: existing?.modify_index ?? 0,
    value: JSON.stringify({ Name: method.Name, Type: method.Type }),
  });
  touchOnce(tx, ACL_AUTH_METHODS);
  return row;
}

/** Its rules go, and every token that it gave. */
export function deleteAuthMethodTxn(tx: WriteTxn, row: AuthMethodRow): void {
  for (const rule of bindingRuleRows(tx.sql, row.name_key)) deleteBindingRuleTxn(tx, rule);
  for (const token of tokenRows(tx.sql)) {
    if (token.auth_method === row.name_key) deleteTokenTxn(tx, token);
  }
  methods.delete(tx.sql, row);
  tx.record({
    kind: 'acl-auth-method.delete',
    key: row.name_key,
    previousIndex: row.modify_index,
    value: null,
  });
  touchOnce(tx, ACL_AUTH_METHODS);
}

export function setBindingRuleTxn(
  tx: WriteTxn,
  id: string,
  rule: BindingRuleDefinition,
): BindingRuleRow {
  const existing = findBindingRuleRow(tx.sql, id);
  const row = rules.putTxn(tx, existing, {
    id: id.toLowerCase(),
    auth_method: rule.AuthMethod.toLowerCase(),
    definition: JSON.stringify(rule),
  });
  if (row === existing) return row;
  tx.record({
    kind: 'acl-binding-rule.set',
    key: row.id,
    previousIndex: existing?.modify_index ?? 0,
    value: row.definition,
  });
  touchOnce(tx, ACL_BINDING_RULES);
  return row;
}

export function deleteBindingRuleTxn(tx: WriteTxn, row: BindingRuleRow): void {
  rules.delete(tx.sql, row);
  tx.record({
    kind: 'acl-binding-rule.delete',
    key: row.id,
    previousIndex: row.modify_index,
    value: null,
  });
  touchOnce(tx, ACL_BINDING_RULES);
}
