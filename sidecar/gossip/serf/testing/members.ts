import type { GossipNode, NodeVersions } from '../../gossip-node.ts';
import type { Member } from '../member.ts';
import { encodeTags } from '../messages/tags.ts';

const VERSIONS: NodeVersions = {
  protocolMin: 1,
  protocolMax: 5,
  protocolCurrent: 2,
  delegateMin: 2,
  delegateMax: 5,
  delegateCurrent: 5,
};

export function memberOf(name: string, more: Partial<Member> = {}): Member {
  return {
    name,
    address: '10.0.0.1',
    port: 7946,
    tags: {},
    status: 'alive',
    versions: VERSIONS,
    ...more,
  };
}

export function nodeOf(name: string, tags: Record<string, string> = {}): GossipNode {
  return {
    name,
    address: '10.0.0.1',
    port: 7946,
    meta: encodeTags(tags, 5),
    versions: VERSIONS,
  };
}
