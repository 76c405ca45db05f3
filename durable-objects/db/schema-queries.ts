/** Tables of prepared queries and of the coordinates that sort their results; the rules of `schema.ts` hold. */
import { sql } from 'drizzle-orm';
import { index, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { indexes } from './index-columns.ts';

/** Where nodes stand in the network's coordinate space; `coord` is the JSON that it is answered with. */
export const coordinates = sqliteTable(
  'coordinates',
  {
    /** The node's key. */
    node: text().notNull(),
    segment_key: text().notNull(),
    /** Both as whoever sent the coordinate spelled them. */
    node_name: text().notNull(),
    segment: text().notNull(),
    coord: text().notNull(),
    modify_index: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.node, table.segment_key] })],
);

/**
 * Prepared queries. `definition` is the JSON of what names, sessions and tokens are not part of. The two indexes answer
 * "which query is called so", asked at every execution by name, and "which queries die with this session", asked at
 * the end of every session; queries are written too rarely for their cost to count.
 */
export const preparedQueries = sqliteTable(
  'prepared_queries',
  {
    id: text().primaryKey(),
    name: text().notNull(),
    name_key: text().notNull(),
    session: text().notNull(),
    /** A secret: it leaves this table only for whoever may read tokens. */
    token: text().notNull(),
    /** 1 for a template, whose name is a prefix. */
    is_template: integer().notNull(),
    definition: text().notNull(),
    ...indexes,
  },
  (table) => [
    index('prepared_queries_by_name').on(table.name_key),
    index('prepared_queries_by_session')
      .on(table.session)
      .where(sql`${table.session} <> ''`),
  ],
);
