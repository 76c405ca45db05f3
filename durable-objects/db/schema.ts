/**
 * Tables of a datacenter, in drizzle's words: `npm run db:generate` writes the difference to migrations/ as SQL.
 *
 * Generated CREATE TABLE statements get `WITHOUT ROWID` added by hand where the key is not an integer: the key is then
 * the row, and a write is billed once. A secondary index doubles the bill of every insert, so each one here has to be
 * read by a query that would otherwise scan. The hot paths use constant SQL, never the query builder.
 */
import {
  index,
  integer,
  primaryKey,
  sqliteTable,
  text,
  uniqueIndex,
} from 'drizzle-orm/sqlite-core';
import { sql } from 'drizzle-orm';
import { indexes } from './index-columns.ts';

export * from './schema-acl.ts';
export * from './schema-config.ts';
export * from './schema-connect.ts';
export * from './schema-queries.ts';
export * from './schema-replication.ts';

/**
 * `value` is standard base64, as it goes out; `flags` is decimal text because it may need 64 unsigned bits.
 *
 * Of a value too long for a row `chunks` says into how many rows of kv_chunks it is cut, and `value` is empty.
 */
export const kv = sqliteTable('kv', {
  key: text().primaryKey(),
  value: text().notNull(),
  flags: text().notNull(),
  session: text().notNull(),
  lock_index: integer().notNull(),
  ...indexes,
  chunks: integer().notNull().default(0),
});

/** Pieces of long values, by the index that wrote them: the key's row and its change in the log share them. */
export const kvChunks = sqliteTable(
  'kv_chunks',
  {
    key: text().notNull(),
    idx: integer().notNull(),
    part: integer().notNull(),
    text: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.key, table.idx, table.part] })],
);

/** A deleted key: keeps the index of its prefixes from sliding back. `at` is in milliseconds. */
export const kvTombstones = sqliteTable('kv_tombstones', {
  key: text().primaryKey(),
  idx: integer().notNull(),
  at: integer().notNull(),
});

/**
 * Index of an absent key's last deletion once its tombstone is reaped: where the history of the key starts. Apart from
 * the tombstones because no reader of a prefix has to walk them; lives as long as the change itself.
 */
export const kvGraves = sqliteTable('kv_graves', {
  key: text().primaryKey(),
  idx: integer().notNull(),
});

/** JSON schemas that the values below a prefix have to fit. */
export const kvSchemas = sqliteTable('kv_schemas', {
  prefix: text().primaryKey(),
  /** JSON text. */
  schema: text().notNull(),
  ...indexes,
});

/** Until when a key may not be locked after its session was lost, in milliseconds. */
export const lockDelays = sqliteTable('lock_delays', {
  key: text().primaryKey(),
  until: integer().notNull(),
});

/** Index at which each catalog topic last changed. `gone_at` is set while the name it speaks of does not exist. */
export const topics = sqliteTable('topics', {
  name: text().primaryKey(),
  idx: integer().notNull(),
  gone_at: integer(),
});

/** What every index did: audit log, KV history, feed of replicas. The last row's idx is the index counter. */
export const changes = sqliteTable(
  'changes',
  {
    idx: integer().notNull(),
    item: integer().notNull(),
    at: integer().notNull(),
    actor: text().notNull(),
    kind: text().notNull(),
    key: text().notNull(),
    /** Index of the same key's previous change, 0 at its first. */
    prev_idx: integer().notNull(),
    /** JSON of the value after the change; null after a deletion. Never a secret. */
    value: text(),
    /** What rights on the change are asked of where the key does not say it: an instance's service, a session's node. */
    scope: text(),
    /** As in kv: the value's own text stands in kv_chunks. */
    chunks: integer().notNull().default(0),
    /** Size of everything that was ever appended up to this row, in characters: what the log's bound is counted by. */
    log_end: integer().notNull().default(0),
    /** Index of the last change of any health check up to this row: the index of their list, which needs no row then. */
    checks_idx: integer().notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.idx, table.item] })],
);

/** Columns called `key` or ending in it are lower-cased: Consul compares names and IDs without regard to case. */
export const nodes = sqliteTable(
  'nodes',
  {
    key: text().primaryKey(),
    name: text().notNull(),
    id: text().notNull(),
    address: text().notNull(),
    tagged_addresses: text(),
    meta: text(),
    locality: text(),
    ...indexes,
  },
  (table) => [
    uniqueIndex('nodes_by_id')
      .on(sql`lower(${table.id})`)
      .where(sql`${table.id} <> ''`),
  ],
);

/** Columns ending in a plural or named after a structure hold its JSON. */
export const services = sqliteTable(
  'services',
  {
    /** The node's key. */
    node: text().notNull(),
    key: text().notNull(),
    id: text().notNull(),
    name_key: text().notNull(),
    name: text().notNull(),
    kind: text().notNull(),
    tags: text().notNull(),
    address: text().notNull(),
    tagged_addresses: text(),
    meta: text(),
    port: integer().notNull(),
    socket_path: text().notNull(),
    weight_passing: integer().notNull(),
    weight_warning: integer().notNull(),
    enable_tag_override: integer().notNull(),
    proxy: text().notNull(),
    connect: text().notNull(),
    locality: text(),
    /** Lower-cased name of the service that a Connect proxy, or a native service itself, makes reachable; else ''. */
    connect_key: text().notNull(),
    ...indexes,
  },
  (table) => [
    primaryKey({ columns: [table.node, table.key] }),
    index('services_by_name').on(table.name_key),
    index('services_by_connect')
      .on(table.connect_key)
      .where(sql`${table.connect_key} <> ''`),
  ],
);

/** `service_key` is '' for a node's own check. */
export const checks = sqliteTable(
  'checks',
  {
    /** The node's key. */
    node: text().notNull(),
    key: text().notNull(),
    id: text().notNull(),
    service_key: text().notNull(),
    service_id: text().notNull(),
    name: text().notNull(),
    status: text().notNull(),
    notes: text().notNull(),
    output: text().notNull(),
    service_name: text().notNull(),
    service_tags: text().notNull(),
    type: text().notNull(),
    interval: text().notNull(),
    timeout: text().notNull(),
    exposed_port: integer().notNull(),
    definition: text().notNull(),
    ...indexes,
  },
  (table) => [
    primaryKey({ columns: [table.node, table.key] }),
    index('checks_by_service').on(table.node, table.service_key),
  ],
);

export const sessions = sqliteTable('sessions', {
  id: text().primaryKey(),
  name: text().notNull(),
  /** Lower-cased name of its node. */
  node: text().notNull(),
  node_name: text().notNull(),
  lock_delay_ms: integer().notNull(),
  behavior: text().notNull(),
  ttl: text().notNull(),
  ttl_ms: integer().notNull(),
  node_checks: text(),
  service_checks: text(),
  ...indexes,
});

/** Addresses of mesh services in 240.0.0.0/4, as the number after its first; kept while the service is meshed. */
export const virtualIPs = sqliteTable('virtual_ips', {
  service: text().primaryKey(),
  number: integer().notNull(),
});

/** Which sessions die with which check. */
export const sessionChecks = sqliteTable(
  'session_checks',
  {
    node: text().notNull(),
    check_id: text().notNull(),
    session: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.node, table.check_id, table.session] })],
);

/** Which keys a session holds. */
export const sessionLocks = sqliteTable(
  'session_locks',
  {
    session: text().notNull(),
    key: text().notNull(),
  },
  (table) => [primaryKey({ columns: [table.session, table.key] })],
);

/** The ring of user events; `payload` is standard base64, '' for none. */
export const events = sqliteTable('events', {
  /** The event's Lamport time. */
  ltime: integer().primaryKey(),
  idx: integer().notNull(),
  id: text().notNull(),
  name: text().notNull(),
  payload: text().notNull(),
  node_filter: text().notNull(),
  service_filter: text().notNull(),
  tag_filter: text().notNull(),
});

/** What the object's single alarm has to do, and when (milliseconds). */
export const timers = sqliteTable(
  'timers',
  {
    kind: text().notNull(),
    id: text().notNull(),
    due_at: integer().notNull(),
  },
  (table) => [primaryKey({ columns: [table.kind, table.id] })],
);

/** Replies to the writes of a sidecar's last two frames: a frame sent again answers the same and applies nothing. */
export const frames = sqliteTable(
  'frames',
  {
    node_id: text().notNull(),
    slot: integer().notNull(),
    epoch: text().notNull(),
    seq: integer().notNull(),
    replies: text().notNull(),
    /** When they were stored, in milliseconds; 0 in rows of versions that did not say. */
    at: integer().notNull().default(0),
  },
  (table) => [primaryKey({ columns: [table.node_id, table.slot] })],
);

/** What each open link watches, to be found again after hibernation. */
export const links = sqliteTable('links', {
  id: text().primaryKey(),
  node_id: text().notNull(),
  subscriptions: text().notNull(),
});

/** Facts about the datacenter itself: uuid, incarnation, floor, schema notes. */
export const meta = sqliteTable('meta', {
  name: text().primaryKey(),
  value: text().notNull(),
});
