/**
 * How a state of Lictor's, lines of JSON, stands in `state.bin`: in Consul's framing, so that `consul snapshot` counts it.
 *
 * MessagePack: a map with `LastIndex`, then for each line a byte with the type of record and a value (Consul:
 * agent/consul/fsm). The value is the line, or for keys a map of `Key` and the line, as `inspect -kvdetails` asks for
 * it.
 */

import { MAX_SNAPSHOT_LINE_CHARS } from '../../protocol/limits.ts';

/** Of a record: a character takes at most three bytes of UTF-8 for each unit of its length. */
export const MAX_RECORD_BYTES = 3 * MAX_SNAPSHOT_LINE_CHARS;

/** In the map at the beginning, beside what Consul writes there: whose records these are. */
export const OWN_MARK = 'Lictor';
export const OWN_VERSION = 1;

export const KEYED_TYPE = 2;
/** Consul has no name for it. */
const OTHER_TYPE = 126;

/** Consul's numbers for what it knows itself; its inspection then calls them by name. */
const TYPES: Readonly<Record<string, number>> = {
  Node: 0,
  Service: 0,
  Check: 0,
  KVS: KEYED_TYPE,
  KVSChunk: KEYED_TYPE,
  Session: 3,
  Coordinate: 6,
  PreparedQuery: 7,
  ACLToken: 17,
  ACLPolicy: 19,
  ConfigEntry: 22,
  ACLRole: 23,
  ACLBindingRule: 25,
  ACLAuthMethod: 27,
  VirtualIP: 32,
  ManualVirtualIP: 42,
};

/** What `consul snapshot inspect` calls them. */
const CONSUL_NAMES: readonly string[] =
  `Register Deregister KVS Session ACL Tombstone CoordinateBatchUpdate
  PreparedQuery Txn Autopilot Area ACLBootstrap Intention ConnectCA ConnectCAProviderState ConnectCAConfig Index
  ACLToken ACLTokenDelete ACLPolicy ACLPolicyDelete ConnectCALeaf ConfigEntry ACLRole ACLRoleDelete ACLBindingRule
  ACLBindingRuleDelete ACLAuthMethod ACLAuthMethodDelete ChunkingState FederationState SystemMetadata
  ServiceVirtualIP FreeVirtualIP KindServiceName Peering PeeringDelete Unknown(37) PeeringTrustBundle
  PeeringTrustBundleDelete PeeringSecret RaftLogVerifierCheckpoint Resource
  UpdateManualVirtualIPRequestType`.split(/\s+/);

/** The name of a type of Consul's records. */
export const consulNameOf = (type: number): string => CONSUL_NAMES[type] ?? `Unknown(${type})`;

/** Consul's number for a type of our records. */
export const typeOf = (record: string): number => TYPES[record] ?? OTHER_TYPE;
