/** The server that stands for a datacenter where Consul's API names one: the member that runs or knows its control plane. */
import type { KnownServer } from '../../../protocol/types/datacenters.ts';
import { findControlPlaneMember } from '../control-plane/control-plane-discovery.ts';
import type { Member } from '../../gossip/serf/member.ts';

/** @param members of one datacenter. @returns undefined while none of them tells of a control plane */
export function knownServer(
  members: readonly Member[],
  datacenter: string,
): KnownServer | undefined {
  const member = findControlPlaneMember(members);
  if (member === undefined) return undefined;
  const { name, address, tags } = member;
  const suffix = `.${datacenter}`;
  return {
    Datacenter: datacenter,
    ID: tags['id'] ?? '',
    Node: name.endsWith(suffix) ? name.slice(0, -suffix.length) : name,
    Address: `${address.includes(':') ? `[${address}]` : address}:${tags['port'] ?? '0'}`,
    // `1.21.0:` and a revision.
    Version: (tags['build'] ?? '').split(':')[0] ?? '',
  };
}
