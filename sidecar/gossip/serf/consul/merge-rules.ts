/** Whom Consul lets into a pool (agent/consul/merge.go). The wordings are those that operators find in their logs. */
import type { Member } from '../member.ts';
import type { MergeRule } from '../serf-options.ts';
import { CLIENT_ROLE } from './member-tags.ts';
import { buildVersion, serverInfo } from './server-info.ts';

/** Before this version nodes on one host could share an ID. */
const UNIQUE_ID_VERSION: readonly number[] = [0, 8, 5];

export interface LANIdentity {
  readonly datacenter: string;
  readonly nodeID: string;
  readonly nodeName: string;
}

/** Refuses other datacenters, and nodes that have one ID between them. */
export function lanMergeRule(self: LANIdentity): MergeRule {
  return (members) => {
    const nameByID = new Map<string, string>();
    for (const member of members) {
      const problem =
        conflictingID(member, self, nameByID) ?? foreignDatacenter(member, self.datacenter);
      if (problem !== undefined) return problem;
    }
    return undefined;
  };
}

/** Only servers meet on the WAN. */
export function wanMergeRule(): MergeRule {
  return (members) => {
    const other = members.find((member) => serverInfo(member) === undefined);
    return other === undefined ? undefined : `Member '${other.name}' is not a server`;
  };
}

function conflictingID(
  { name, tags, status }: Member,
  self: LANIdentity,
  nameByID: Map<string, string>,
): string | undefined {
  const id = tags.id ?? '';
  if (id === '' || status === 'left') return undefined;
  const isSelf = name.toLowerCase() === self.nodeName.toLowerCase();
  if (id === self.nodeID && !isSelf) {
    return `Member '${name}' has conflicting node ID '${id}' with this agent's ID`;
  }
  const other = nameByID.get(id);
  if (other !== undefined) {
    return `Member '${name}' has conflicting node ID '${id}' with member '${other}'`;
  }
  if (hasUniqueIDs(tags.build)) nameByID.set(id, name);
  return undefined;
}

function hasUniqueIDs(build: string | undefined): boolean {
  const version = buildVersion(build);
  if (version === undefined) return false;
  const differing = version.findIndex((part, i) => part !== UNIQUE_ID_VERSION[i]);
  return differing < 0 || (version[differing] ?? 0) > (UNIQUE_ID_VERSION[differing] ?? 0);
}

/** A member that is neither a client nor a server of Consul, a plain `serf agent` for one, has no datacenter. */
function foreignDatacenter(member: Member, datacenter: string): string | undefined {
  const theirs =
    member.tags.role === CLIENT_ROLE ? (member.tags.dc ?? '') : serverInfo(member)?.datacenter;
  return theirs === undefined || theirs === datacenter
    ? undefined
    : `Member '${member.name}' part of wrong datacenter '${theirs}'`;
}
