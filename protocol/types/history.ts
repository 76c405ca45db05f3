/** Shapes of what Consul does not have: the history of changes. */
import type { KVPair } from './kv.ts';

export interface KVHistoryEntry {
  Index: number;
  /** RFC 3339. */
  Time: string;
  /** Who wrote it: `node:<name>`, `worker`, `datacenter:<timer>`. */
  Actor: string;
  Operation: 'set' | 'delete';
  /** The pair after the change, null after a deletion. */
  Pair: KVPair | null;
}

export interface KVHistory {
  Key: string;
  /** Newest first. */
  Entries: KVHistoryEntry[];
  /** Where the next page starts; 0 when this is the last. */
  Next: number;
  /** True when there was more before, which the log no longer has. */
  Trimmed: boolean;
}

export interface KVRollbackResult {
  /** The index that the rollback took; 0 when nothing had to change. */
  Index: number;
  Set: number;
  Deleted: number;
}

/** One change of the log. */
export interface Change {
  Index: number;
  /** RFC 3339. */
  Time: string;
  Actor: string;
  /** What kind of thing changed, and how: `kv.set`, `service.delete`. */
  Kind: string;
  /** A key, an id, or `node/id` for instances and checks. */
  Key: string;
  /** Index of the same key's change before, 0 at its first. */
  PreviousIndex: number;
  /** Of an instance or a check. */
  Service?: string;
  /** Of a session. */
  Node?: string;
  /** What is there after the change, null after a deletion. Absent where it was not asked for. */
  Value?: unknown;
}

export interface AuditPage {
  /** Newest first. A page may be empty and yet not be the last. */
  Entries: Change[];
  /** For `before` of the next page, '' when this is the last. */
  Next: string;
  /** True on the last page when the log goes back no further, though the range does. */
  Trimmed: boolean;
}

export interface KVPastArgs {
  /** The key, or for list and keys the prefix. */
  key: string;
  form: 'get' | 'list' | 'keys';
  separator?: string;
  /** An index, or an RFC 3339 time. */
  at: string;
}

export interface KVRollbackArgs {
  key: string;
  /** An index, or an RFC 3339 time. */
  to: string;
  /** Take the key for a prefix. */
  recurse?: boolean;
}

export interface ChangesArgs {
  topics: string[];
  /** A place from an earlier page; `from` is an index or an RFC 3339 time instead. Neither: only what is to come. */
  after?: string;
  from?: string;
  /** The incarnation that `after` belongs to. */
  incarnation?: string;
}

export interface AuditArgs {
  /** A kind (`kv.set`), or a family of them (`kv`). */
  kind?: string;
  /** Of the key. */
  prefix?: string;
  actor?: string;
  /** Indexes or RFC 3339 times; both are included. */
  from?: string;
  to?: string;
  /** Consul's filter language, over the entries. */
  filter?: string;
  /** `Next` of the page before. */
  before?: string;
  limit?: number;
  /** Give the values too. */
  values?: boolean;
}
