import { equalBytes } from '../gossip-node.ts';
import type { GossipNode, NodeState, NodeVersions } from '../gossip-node.ts';
import type { Suspicion } from './suspicion.ts';
import { sameVersions } from './versions.ts';

/** A node with its address as it travels. */
export interface MemberNode extends GossipNode {
  readonly addressBytes: Uint8Array;
}

export interface NodeDescription {
  readonly name: string;
  readonly address: string;
  readonly addressBytes: Uint8Array;
  readonly port: number;
  readonly meta: Uint8Array;
  readonly versions: NodeVersions;
}

/** What this node believes of another. Changed in place, by `Membership` only. */
export class Member {
  node: MemberNode;
  state: NodeState;
  incarnation: number;
  stateChangedMs: number;
  suspicion: Suspicion | undefined;

  constructor(node: MemberNode, state: NodeState, incarnation: number, nowMs: number) {
    this.node = node;
    this.state = state;
    this.incarnation = incarnation;
    this.stateChangedMs = nowMs;
    this.suspicion = undefined;
  }

  get isGone(): boolean {
    return this.state === 'dead' || this.state === 'left';
  }

  /** @returns whether the metadata changed */
  describe(description: NodeDescription): boolean {
    const { node } = this;
    const sameMeta = equalBytes(node.meta, description.meta);
    const sameRest =
      node.port === description.port &&
      node.address === description.address &&
      sameVersions(node.versions, description.versions);
    if (!sameMeta || !sameRest) this.node = memberNode(description);
    return !sameMeta;
  }
}

/** A copy that outlives the packet that it came in. */
export function memberNode({ meta, addressBytes, ...others }: NodeDescription): MemberNode {
  return { ...others, meta: ownCopy(meta), addressBytes: ownCopy(addressBytes) };
}

const EMPTY = new Uint8Array(0);

/** Not a Buffer: those of this size would keep a whole slab of Node's pool. */
const ownCopy = (bytes: Uint8Array): Uint8Array =>
  bytes.length === 0 ? EMPTY : new Uint8Array(bytes);
