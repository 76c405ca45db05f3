/** Key/value shapes, as Consul 1.21 spells them (agent/structs/structs.go, DirEntry). */
import type { RaftIndex } from './catalog.ts';

/**
 * An unsigned 64-bit number. A JavaScript number holds it exactly up to 2^53 - 1; above that it is decimal text in
 * memory and on the link, and stands without quotes in the JSON that clients get.
 */
export type Uint64 = number | string;

export interface KVPair extends RaftIndex {
  LockIndex: number;
  Key: string;
  Flags: Uint64;
  /** Standard base64; null for an empty value, as Go renders an empty byte slice. */
  Value: string | null;
  /** The session that holds the lock, absent while none does. */
  Session?: string;
}

/** Not in Consul: what the values below a prefix have to be. */
export interface KVSchema extends RaftIndex {
  Prefix: string;
  /** JSON Schema, draft 2020-12. */
  Schema: unknown;
}

export type KVVerb =
  | 'set'
  | 'cas'
  | 'lock'
  | 'unlock'
  | 'delete'
  | 'delete-cas'
  | 'delete-tree'
  | 'get'
  | 'get-or-empty'
  | 'get-tree'
  | 'check-index'
  | 'check-session'
  | 'check-not-exists';
