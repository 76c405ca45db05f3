/** What flows into a datacenter from another one. Consul has nothing like the mirror, and no such view of its replication. */

export type ReplicatedACLFamily = 'acl-policy' | 'acl-role' | 'acl-token';

/** What a stream carries: configuration entries, keys, or parts of the ACL system. */
export type ReplicatedFamily = 'config' | 'kv' | ReplicatedACLFamily;

/** A thing as the source has it now. */
export interface ReplicatedChange {
  /** Of a config entry `kind/name`; of a pair its key in the datacenter that follows; of policies, roles and tokens their ID. */
  Key: string;
  /** An entry, policy, role or token as the API renders it, or a ReplicatedPair; null where there is none any more. */
  Value: unknown;
}

export interface ReplicatedPair {
  /** Standard base64. */
  Value: string;
  /** Decimal text: flags need 64 bits. */
  Flags: string;
}

/** Which state a place in the log is one of: another database, or a restored one, has other places. */
export interface ReplicationSource {
  Datacenter: string;
  UUID: string;
  Incarnation: string;
}

export interface ReplicationApplyArgs {
  /** Of the stream: `config`, `kv/global/`. */
  name: string;
  family: ReplicatedFamily;
  source: ReplicationSource;
  /** The place at which the follower has to stand for this to be applied; '' before the first. */
  after: string;
  /** Where it stands then. */
  position: string;
  changes: ReplicatedChange[];
}

export interface ReplicationState {
  Name: string;
  Family: ReplicatedFamily;
  Source: ReplicationSource;
  /** Everything up to this place in the source's log was applied; '' before the first time. */
  Position: string;
  /** When it got there, RFC 3339. */
  UpdatedAt: string;
  /** How many changes were applied since the stream began. */
  Applied: number;
  /** Why it does not go on; '' while it does. */
  Problem: string;
  /** An operator said that the source is right, however little it has: good for once. */
  Forced: boolean;
}
