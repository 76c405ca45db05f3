/** Where this datacenter stands in what it follows of others; the rules of `schema.ts` hold. */
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';

export const replications = sqliteTable('replications', {
  name: text().primaryKey(),
  family: text().notNull(),
  source_datacenter: text().notNull(),
  source_uuid: text().notNull(),
  source_incarnation: text().notNull(),
  /** Place in the source's log; '' before the first time. */
  position: text().notNull(),
  updated_at: integer().notNull(),
  applied: integer().notNull(),
  /** Why it does not go on. */
  problem: text().notNull(),
  /** 1 when an operator said that the source is right, however little it has. */
  forced: integer().notNull(),
});
