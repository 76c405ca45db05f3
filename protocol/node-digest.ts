/**
 * Short names for what stands in the catalog of one node, made alike by its agent and by the datacenter: equal content has equal
 * digests, so that a comparison sends what differs and nothing else.
 *
 * A digest covers what the agent says, not what the catalog adds: indexes, virtual addresses, a check's copy of its service's
 * name and tags. It finds drift, not forgery: who could make two contents collide may write both of them anyway.
 */
import { canonicalJSON } from './canonical-json.ts';
import type { Node, HealthCheck, NodeService } from './types/catalog.ts';

export type EntryKind = 'service' | 'check';

/** IDs of services and checks; for a digest those that somebody else than the agent keeps. */
export interface EntryIDs {
  services: string[];
  checks: string[];
}

export interface EntryDigests {
  /** Of the node's own fields. */
  Node: string;
  /** By ID. */
  Services: Record<string, string>;
  Checks: Record<string, string>;
}

export interface NodeDigestArgs {
  node: string;
  /** Of the whole node, as the agent has it. */
  digest: string;
  /** Left out of all digests. */
  except: EntryIDs;
}

/** Null when the datacenter's digest is the agent's; otherwise every entry's, to be compared one by one. */
export type NodeDigestReply = { Differing: EntryDigests | null };

/** The catalog gives mesh services these addresses by itself, and gateways one for each service behind them. */
const VIRTUAL_ADDRESS = /^consul-virtual(?::|$)/;

type Unstamped<T> = Omit<T, 'CreateIndex' | 'ModifyIndex'> & Partial<T>;

export function digestNode(
  node: Pick<Node, 'ID' | 'Address' | 'TaggedAddresses' | 'Meta'>,
): string {
  return digestValue([node.ID, node.Address, node.TaggedAddresses, node.Meta]);
}

export function digestService(service: Unstamped<NodeService>): string {
  const { CreateIndex: _created, ModifyIndex: _modified, TaggedAddresses, ...fields } = service;
  const addresses = Object.entries(TaggedAddresses ?? {}).filter(
    ([tag]) => !VIRTUAL_ADDRESS.test(tag),
  );
  return digestValue({ ...fields, TaggedAddresses: Object.fromEntries(addresses) });
}

export function digestCheck(check: Unstamped<HealthCheck>): string {
  const {
    CreateIndex: _created,
    ModifyIndex: _modified,
    ServiceName: _name,
    ServiceTags: _tags,
    ...fields
  } = check;
  return digestValue(fields);
}

/** One digest for all of them. */
export function digestEntries(digests: EntryDigests): string {
  return digestText(canonicalJSON(digests));
}

/**
 * Everything empty is left out: null, '', 0, false, [] and {} say the same as an absent member. The catalog and the agent fill in
 * different ones.
 */
export function withoutEmpty(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 ? undefined : value.map(withoutEmpty);
  if (typeof value !== 'object' || value === null) return value || undefined;
  const members = Object.entries(value)
    .map(([key, item]) => [key, withoutEmpty(item)] as const)
    .filter(([, item]) => item !== undefined);
  return members.length === 0 ? undefined : Object.fromEntries(members);
}

function digestValue(value: unknown): string {
  return digestText(canonicalJSON(withoutEmpty(value)));
}

/** 64 bits of two FNV-1a lanes (draft-eastlake-fnv), each with another start, mixed at the end as MurmurHash3 does. */
function digestText(text: string): string {
  let left = 0x811c9dc5;
  let right = 0x01000193 ^ text.length;
  for (let at = 0; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    left = Math.imul(left ^ unit, 0x01000193);
    right = Math.imul(right ^ unit, 0x85ebca6b);
    right ^= right >>> 15;
  }
  return hex(mixed(left ^ (right >>> 3))) + hex(mixed(right ^ (left << 5)));
}

function mixed(lane: number): number {
  const half = Math.imul(lane ^ (lane >>> 16), 0x85ebca6b);
  const whole = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return whole ^ (whole >>> 16);
}

const hex = (lane: number): string => (lane >>> 0).toString(16).padStart(8, '0');
