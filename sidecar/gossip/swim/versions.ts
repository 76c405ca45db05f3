/** Protocol versions: what a node announces, and whether a pool's members understand one another. */
import type { NodeState, NodeVersions } from '../gossip-node.ts';
import type { SwimConfig } from './config.ts';

/** What memberlist understands. 3 brought TCP pings, 4 nacks, 5 the CRC; each is used with peers that understand it. */
export const PROTOCOL_MIN = 1;
export const PROTOCOL_MAX = 5;

/** From these on a peer takes part in what the name says, whatever it speaks. */
export const TCP_PING_VERSION = 3;
export const NACK_VERSION = 4;
export const CRC_VERSION = 5;

/** Six bytes in the order of the wire. */
const VERSION_BYTES = 6;

export const UNKNOWN_VERSIONS: NodeVersions = Object.freeze({
  protocolMin: 0,
  protocolMax: 0,
  protocolCurrent: 0,
  delegateMin: 0,
  delegateMax: 0,
  delegateCurrent: 0,
});

export function ownVersions(config: SwimConfig): NodeVersions {
  return {
    protocolMin: PROTOCOL_MIN,
    protocolMax: PROTOCOL_MAX,
    protocolCurrent: config.protocolVersion,
    delegateMin: config.delegateProtocolMin,
    delegateMax: config.delegateProtocolMax,
    delegateCurrent: config.delegateProtocolVersion,
  };
}

const encoded = new WeakMap<NodeVersions, Uint8Array>();

/** Kept: most nodes of a pool share one object. */
export function encodeVersions(versions: NodeVersions): Uint8Array {
  const known = encoded.get(versions);
  if (known !== undefined) return known;
  const bytes = new Uint8Array([
    versions.protocolMin,
    versions.protocolMax,
    versions.protocolCurrent,
    versions.delegateMin,
    versions.delegateMax,
    versions.delegateCurrent,
  ]);
  encoded.set(versions, bytes);
  return bytes;
}

/**
 * @param known versions that the bytes most likely stand for; given back if so, because nearly all nodes of a pool have the
 * same ones
 */
export function decodeVersions(bytes: Uint8Array, known: NodeVersions): NodeVersions {
  if (bytes.length < VERSION_BYTES) return UNKNOWN_VERSIONS;
  const [protocolMin = 0, protocolMax = 0, protocolCurrent = 0] = bytes;
  const [, , , delegateMin = 0, delegateMax = 0, delegateCurrent = 0] = bytes;
  const decoded: NodeVersions = {
    protocolMin,
    protocolMax,
    protocolCurrent,
    delegateMin,
    delegateMax,
    delegateCurrent,
  };
  return sameVersions(decoded, known) ? known : decoded;
}

export function sameVersions(a: NodeVersions, b: NodeVersions): boolean {
  return (
    a === b ||
    (a.protocolMin === b.protocolMin &&
      a.protocolMax === b.protocolMax &&
      a.protocolCurrent === b.protocolCurrent &&
      a.delegateMin === b.delegateMin &&
      a.delegateMax === b.delegateMax &&
      a.delegateCurrent === b.delegateCurrent)
  );
}

/** Alive messages with these are ignored: they would make the whole pool incompatible. */
export function areInvalid(bytes: Uint8Array): boolean {
  const [min, max] = bytes;
  if (min === undefined || max === undefined || bytes.length < 3) return false;
  return min === 0 || max === 0 || min > max;
}

export interface VersionedNode {
  readonly name: string;
  readonly state: NodeState;
  readonly versions: NodeVersions;
}

/**
 * Whether everybody, here and there, speaks what every living node understands (memberlist's verifyProtocol).
 *
 * @returns what is wrong, in words; undefined when nothing is
 */
export function incompatibility(
  local: Iterable<VersionedNode>,
  remote: readonly VersionedNode[],
): string | undefined {
  const ours = [...local];
  const range = { protocolMin: 0, protocolMax: 255, delegateMin: 0, delegateMax: 255 };
  for (const { state, versions } of [...ours, ...remote]) {
    if (state !== 'alive' || versions === UNKNOWN_VERSIONS) continue;
    range.protocolMin = Math.max(range.protocolMin, versions.protocolMin);
    range.protocolMax = Math.min(range.protocolMax, versions.protocolMax);
    range.delegateMin = Math.max(range.delegateMin, versions.delegateMin);
    range.delegateMax = Math.min(range.delegateMax, versions.delegateMax);
  }
  for (const { name, versions } of [...remote, ...ours]) {
    const { protocolCurrent, delegateCurrent } = versions;
    if (protocolCurrent < range.protocolMin || protocolCurrent > range.protocolMax) {
      const wanted = `[${range.protocolMin}, ${range.protocolMax}]`;
      return `Node '${name}' protocol version (${protocolCurrent}) is incompatible: ${wanted}`;
    }
    if (delegateCurrent < range.delegateMin || delegateCurrent > range.delegateMax) {
      const wanted = `[${range.delegateMin}, ${range.delegateMax}]`;
      return `Node '${name}' delegate protocol version (${delegateCurrent}) is incompatible: ${wanted}`;
    }
  }
  return undefined;
}
