/** Tables of configuration entries and of what operators set beside them; the rules of `schema.ts` hold. */
import { primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { indexes } from './index-columns.ts';

/** Addresses that an operator gave to a service beside its own; an address belongs to one service. */
export const manualVirtualIPs = sqliteTable('manual_virtual_ips', {
  address: text().primaryKey(),
  /** Lower-cased. */
  service: text().notNull(),
});

/** Configuration entries; `content` is the JSON that the API answers with, without Hash and indexes. */
export const configEntries = sqliteTable(
  'config_entries',
  {
    kind: text().notNull(),
    key: text().notNull(),
    name: text().notNull(),
    content: text().notNull(),
    ...indexes,
  },
  (table) => [primaryKey({ columns: [table.kind, table.key] })],
);
