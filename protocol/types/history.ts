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
