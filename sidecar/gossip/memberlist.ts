/**
 * Membership and failure detection: SWIM with Lifeguard, as hashicorp/memberlist speaks it. `createMemberlist` (swim/) makes
 * one; this is what protocols on top of it see.
 */
import type { GossipNode, NodeState } from './gossip-node.ts';
import type { PeerAddress } from './transport.ts';

/** Metadata travels in every alive message, which has to fit in a packet (memberlist's MetaMaxSize). */
export const MAX_META_BYTES = 512;

export interface JoinResult {
  /** How many addresses answered; a join succeeded when it is above zero. */
  readonly contacted: number;
  /** One for each address that could not be resolved or reached, in the order of the addresses. */
  readonly errors: readonly Error[];
}

export interface MemberView {
  readonly node: GossipNode;
  readonly state: NodeState;
  readonly incarnation: number;
}

export interface Memberlist {
  /** This node. */
  localNode(): GossipNode;
  /** Alive and suspect nodes, this one included, in no order. */
  members(): readonly GossipNode[];
  /** As `members().length`, without the list. */
  numMembers(): number;
  /**
   * The number of known nodes, dead ones included until they are forgotten. Retransmit limits and timeouts scale with it.
   */
  estimatedNodes(): number;
  /** A node by name, whatever its state; undefined when it was never heard of or is forgotten. */
  lookup(name: string): MemberView | undefined;
  /** 0 is healthy; up to `awarenessMaxMultiplier - 1` when this node itself seems to be the slow one. */
  healthScore(): number;

  /**
   * Exchanges the whole state with each address in turn.
   *
   * @param addresses `host`, `host:port`, `[v6]:port`, each also as `node-name/host`; names are resolved, and every address
   * of a name is contacted. Never rejects.
   */
  join(addresses: readonly string[]): Promise<JoinResult>;
  /**
   * Tells the others that this node leaves of its own will; it goes on answering until `stop`.
   *
   * @returns false when nobody could be told within the time; true at once when there is nobody to tell
   */
  leave(timeoutMs: number): Promise<boolean>;
  /**
   * Asks the delegate for its metadata again and announces it.
   *
   * @returns false when nobody could be told within the time; the update is gossiped on all the same. Rejects with a
   * GossipError `too_large` when the metadata exceeds MAX_META_BYTES.
   */
  updateNode(timeoutMs: number): Promise<boolean>;

  /** A user message in one packet, without retries. @throws GossipError `send_failed` */
  sendBestEffort(to: GossipNode, message: Uint8Array): void;
  /** As `sendBestEffort`, to somebody who need not be a member. */
  sendToAddress(to: PeerAddress, message: Uint8Array): void;
  /** A user message over a stream of its own. Rejects with a GossipError when it could not be written. */
  sendReliable(to: GossipNode, message: Uint8Array): Promise<void>;
  /**
   * One direct ping over UDP.
   *
   * @returns the round trip in milliseconds, with a fraction; rejects with GossipError `no_ping_response`
   */
  ping(to: PeerAddress): Promise<number>;

  /** Stops at once, without a word to the others (call `leave` before); everything it owns is closed. Safe to call twice. */
  stop(): Promise<void>;
}
