/** Tables of the mesh's certificate authority; the rules of `schema.ts` hold. */
import { integer, sqliteTable, text } from 'drizzle-orm/sqlite-core';
import { indexes } from './index-columns.ts';

/** The authority itself, one row. */
export const caConfig = sqliteTable('ca_config', {
  name: text().primaryKey(),
  /** The trust domain without its suffix. */
  cluster_id: text().notNull(),
  provider: text().notNull(),
  /** JSON as the operator gave it, `null` among what it may be. May hold a private key: never in the change log. */
  config: text().notNull(),
  /** 1 when the last change was told to do without a bridge. */
  without_cross_signing: integer().notNull(),
  /** Base64 of PKCS #8. A secret. */
  signing_key: text().notNull(),
  /** PEM of the certificate of that key: the active root, or what the primary signed for a secondary. */
  signing_cert: text().notNull(),
  ...indexes,
});

/** Roots that are trusted: the active one, and those that it took over from as long as leaves of theirs may be in use. */
export const caRoots = sqliteTable('ca_roots', {
  id: text().primaryKey(),
  /** What the API tells of it, without indexes and whether it is active. */
  content: text().notNull(),
  active: integer().notNull(),
  /** Milliseconds since 1970; null for the active one. */
  rotated_out_at: integer(),
  ...indexes,
});
