/**
 * What becomes of each table in a snapshot and a restore. A table that is in neither list fails a test: whoever adds one
 * decides here.
 */

export interface SavedTable {
  readonly table: string;
  /** Its records' type in the archive; Consul's own word where there is one. */
  readonly type: string;
}

/** Saved row by row, and replaced by a restore. A key of more than three columns is not supported. */
export const SAVED_TABLES: readonly SavedTable[] = [
  { table: 'nodes', type: 'Node' },
  { table: 'services', type: 'Service' },
  { table: 'checks', type: 'Check' },
  { table: 'coordinates', type: 'Coordinate' },
  { table: 'kv', type: 'KVS' },
  { table: 'kv_chunks', type: 'KVSChunk' },
  { table: 'kv_schemas', type: 'KVSSchema' },
  { table: 'sessions', type: 'Session' },
  { table: 'session_checks', type: 'SessionCheck' },
  { table: 'session_locks', type: 'SessionLock' },
  { table: 'prepared_queries', type: 'PreparedQuery' },
  { table: 'config_entries', type: 'ConfigEntry' },
  { table: 'acl_policies', type: 'ACLPolicy' },
  { table: 'acl_roles', type: 'ACLRole' },
  { table: 'acl_tokens', type: 'ACLToken' },
  { table: 'acl_auth_methods', type: 'ACLAuthMethod' },
  { table: 'acl_binding_rules', type: 'ACLBindingRule' },
  { table: 'acl_bootstrap', type: 'ACLBootstrap' },
  { table: 'ca_config', type: 'ConnectCAConfig' },
  { table: 'ca_roots', type: 'ConnectCA' },
  { table: 'virtual_ips', type: 'VirtualIP' },
  { table: 'manual_virtual_ips', type: 'ManualVirtualIP' },
  { table: 'timers', type: 'Timer' },
];

export interface UnsavedTable {
  /** `keep`: a restore does not touch it. `clear`: it is empty afterwards. */
  readonly onRestore: 'keep' | 'clear';
  readonly reason: string;
}

export const UNSAVED_TABLES: Readonly<Record<string, UnsavedTable>> = {
  changes: {
    onRestore: 'keep',
    reason:
      'the audit log tells of the datacenter, not of its state: the restore is an entry of it',
  },
  meta: {
    onRestore: 'keep',
    reason: 'who the datacenter is; a restore sets what changes with it',
  },
  events: { onRestore: 'keep', reason: 'what happened has happened; Consul does not save events' },
  links: {
    onRestore: 'keep',
    reason: 'who watches now; the restore removes what belongs to links, which start anew',
  },
  frames: {
    onRestore: 'clear',
    reason:
      'replies to frames of links that a restore ends: sent again, they would be of another state',
  },
  kv_tombstones: {
    onRestore: 'clear',
    reason: 'every index is that of the restore or higher, so nothing can slide back',
  },
  kv_graves: { onRestore: 'clear', reason: 'the history of keys begins anew' },
  replications: {
    onRestore: 'clear',
    reason: 'what was followed since the snapshot is missing in it: everything is compared anew',
  },
  topics: { onRestore: 'clear', reason: 'every index is that of the restore or higher' },
  lock_delays: {
    onRestore: 'clear',
    reason: 'a lock-delay is over long before anybody restores what it protected',
  },
};
