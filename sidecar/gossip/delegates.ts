/**
 * What a protocol on top of memberlist (Serf) implements. The names and the moments at which they are called are those of
 * hashicorp/memberlist, so that behaviour written against it can be carried over.
 *
 * All are called synchronously, in the turn in which the packet or the timer is handled; none may throw. Nothing may be
 * changed in the arguments; byte arrays may be kept.
 */
import type { GossipNode, NodeState } from './gossip-node.ts';

export interface Delegate {
  /** The metadata that this node's alive message carries. @param limit bytes, MAX_META_BYTES */
  nodeMeta(limit: number): Uint8Array;
  /** A user message came in, by packet, gossip or stream. */
  notifyMsg(message: Uint8Array): void;
  /**
   * User messages to send along with a packet.
   *
   * @param overhead bytes that each message costs besides its own length
   * @param limit bytes that all messages together, overheads included, may take
   */
  getBroadcasts(overhead: number, limit: number): readonly Uint8Array[];
  /** The state that travels with a push/pull. @param join whether it is a join, not the periodic exchange */
  localState(join: boolean): Uint8Array;
  /** The other's `localState`; called after its members were merged, and only if there was any. */
  mergeRemoteState(state: Uint8Array, join: boolean): void;
}

export interface EventDelegate {
  /** A node became alive: new, or back from dead or left. Called for the local node too. */
  notifyJoin(node: GossipNode): void;
  /** @param state `left` when it said so itself, `dead` when it was found to have failed */
  notifyLeave(node: GossipNode, state: 'dead' | 'left'): void;
  /** The metadata changed. */
  notifyUpdate(node: GossipNode): void;
}

export interface ConflictDelegate {
  /** Another address claims a name that is alive at the existing one; the claim is ignored. */
  notifyConflict(existing: GossipNode, other: GossipNode): void;
}

export interface MergeDelegate {
  /**
   * A join brings these members. Not called for the periodic exchange.
   *
   * @returns the reason for refusing the merge, or undefined to accept it
   */
  notifyMerge(
    nodes: readonly { readonly node: GossipNode; readonly state: NodeState }[],
  ): string | undefined;
}

export interface AliveDelegate {
  /** @returns the reason for ignoring the alive message, or undefined to accept it; called for the local node too */
  notifyAlive(node: GossipNode): string | undefined;
}

export interface PingDelegate {
  /** Travels with every acknowledgement of a direct ping over UDP. */
  ackPayload(): Uint8Array;
  /**
   * A probe was answered directly, over UDP.
   *
   * @param rttMs with a fraction
   */
  notifyPingComplete(node: GossipNode, rttMs: number, payload: Uint8Array): void;
}

export interface Delegates {
  readonly delegate?: Delegate;
  readonly events?: EventDelegate;
  readonly conflict?: ConflictDelegate;
  readonly merge?: MergeDelegate;
  readonly alive?: AliveDelegate;
  readonly ping?: PingDelegate;
}
