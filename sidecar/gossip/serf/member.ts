/** A member of a Serf pool, as events and lists show it. */
import type { NodeVersions } from '../gossip-node.ts';

/**
 * `leaving`: its leave intent came in, its last word at memberlist's level not yet. `left` went of its own will or was forced
 * to; `failed` stopped answering.
 */
export type MemberStatus = 'none' | 'alive' | 'leaving' | 'left' | 'failed';

/** The wire's numbers (MemberStatus of serf/serf.go). */
export const MEMBER_STATUSES: readonly MemberStatus[] = [
  'none',
  'alive',
  'leaving',
  'left',
  'failed',
];

export type Tags = Readonly<Record<string, string>>;

/** Immutable: a change makes another object, so an event keeps what was true when it was sent. */
export interface Member {
  readonly name: string;
  /** IP address in canonical text form. */
  readonly address: string;
  readonly port: number;
  readonly tags: Tags;
  readonly status: MemberStatus;
  /** "Delegate" is Serf's own protocol version. */
  readonly versions: NodeVersions;
}
