/**
 * Tables of the ACL system; the rules of `schema.ts` hold. `definition` is the JSON of everything that is not asked for by itself.
 *
 * Each is small, and read whole where lists are asked for; the indexes beside the keys answer what every request asks: whose secret is
 * this.
 */
import { integer, sqliteTable, text, uniqueIndex } from 'drizzle-orm/sqlite-core';
import { indexes } from './index-columns.ts';

export const aclPolicies = sqliteTable(
  'acl_policies',
  {
    id: text().primaryKey(),
    name_key: text().notNull(),
    definition: text().notNull(),
    ...indexes,
  },
  (table) => [uniqueIndex('acl_policies_by_name').on(table.name_key)],
);

export const aclRoles = sqliteTable(
  'acl_roles',
  {
    id: text().primaryKey(),
    name_key: text().notNull(),
    definition: text().notNull(),
    ...indexes,
  },
  (table) => [uniqueIndex('acl_roles_by_name').on(table.name_key)],
);

export const aclTokens = sqliteTable(
  'acl_tokens',
  {
    accessor: text().primaryKey(),
    /** It leaves this table for whoever may write ACLs, for the token itself, and for snapshots. */
    secret: text().notNull(),
    /** 1 for a token of this datacenter alone. */
    local: integer().notNull(),
    /** Milliseconds since 1970; null for one that does not expire. */
    expires_at: integer(),
    /** Of the login that made it, lower case; '' for others. */
    auth_method: text().notNull(),
    definition: text().notNull(),
    ...indexes,
  },
  (table) => [uniqueIndex('acl_tokens_by_secret').on(table.secret)],
);

export const aclAuthMethods = sqliteTable('acl_auth_methods', {
  name_key: text().primaryKey(),
  definition: text().notNull(),
  ...indexes,
});

export const aclBindingRules = sqliteTable('acl_binding_rules', {
  id: text().primaryKey(),
  /** Lower case. */
  auth_method: text().notNull(),
  definition: text().notNull(),
  ...indexes,
});

/** One row once the ACL system was bootstrapped: the index at which, which a reset has to name. */
export const aclBootstrap = sqliteTable('acl_bootstrap', {
  id: text().primaryKey(),
  idx: integer().notNull(),
});
