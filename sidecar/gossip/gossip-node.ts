/** In the order of the numbers that stand for them on the wire (memberlist's NodeStateType). */
export const NODE_STATES = ['alive', 'suspect', 'dead', 'left'] as const;

/** `suspect` is alive to everybody but the failure detector; `left` is dead by its own word. */
export type NodeState = (typeof NODE_STATES)[number];

/** What a node understands and speaks: memberlist's own protocol, and the delegate's (Serf's) on top of it. */
export interface NodeVersions {
  readonly protocolMin: number;
  readonly protocolMax: number;
  readonly protocolCurrent: number;
  readonly delegateMin: number;
  readonly delegateMax: number;
  readonly delegateCurrent: number;
}

/**
 * A node as it was last heard of. Immutable: a change of address or metadata makes another object, so whoever keeps one
 * keeps a snapshot.
 */
export interface GossipNode {
  readonly name: string;
  /** Canonical text form, as in `Endpoint`. */
  readonly address: string;
  readonly port: number;
  /** The delegate's metadata, at most `MAX_META_BYTES`. Not to be changed. */
  readonly meta: Uint8Array;
  readonly versions: NodeVersions;
}

/** @returns whether two byte strings are the same */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a === b) return true;
  if (a.length !== b.length) return false;
  for (let index = 0; index < a.length; index++) if (a[index] !== b[index]) return false;
  return true;
}
