/** The columns of every row that a client may see the indexes of. */
import { integer } from 'drizzle-orm/sqlite-core';

export const indexes = {
  create_index: integer().notNull(),
  modify_index: integer().notNull(),
};
