/** What Autopilot would say of a datacenter with one server that is always healthy. */
import { CONSUL_COMPATIBILITY } from '../../protocol/compatibility.ts';
import type { ServerDescription } from '../server-identity.ts';

/** Consul's defaults. Nothing reads them: they stand here for tools that compare them with what they expect. */
export const AUTOPILOT_CONFIGURATION = {
  CleanupDeadServers: true,
  LastContactThreshold: '200ms',
  MaxTrailingLogs: 250,
  MinQuorum: 0,
  ServerStabilizationTime: '10s',
  RedundancyZoneTag: '',
  DisableUpgradeMigration: false,
  UpgradeVersionTag: '',
  CreateIndex: 1,
  ModifyIndex: 1,
};

/** There are no terms where nobody is elected. */
const TERM = 0;

export function autopilotHealth({ node, address, info }: ServerDescription): object {
  return {
    Healthy: true,
    FailureTolerance: 0,
    Servers: [
      {
        ID: node.id,
        Name: node.name,
        Address: address,
        SerfStatus: 'alive',
        Version: CONSUL_COMPATIBILITY,
        Leader: true,
        LastContact: '0s',
        LastTerm: TERM,
        LastIndex: info.Index,
        Healthy: true,
        Voter: true,
        StableSince: stableSince(info.ConstructedAt),
      },
    ],
  };
}

export function autopilotState({ node, address, info }: ServerDescription): object {
  const server = {
    ID: node.id,
    Name: node.name,
    Address: address,
    NodeStatus: 'alive',
    Version: CONSUL_COMPATIBILITY,
    LastContact: '0s',
    LastTerm: TERM,
    LastIndex: info.Index,
    Healthy: true,
    StableSince: stableSince(info.ConstructedAt),
    ReadReplica: false,
    Status: 'leader',
    Meta: node.meta,
    NodeType: 'voter',
  };
  return {
    Healthy: true,
    FailureTolerance: 0,
    OptimisticFailureTolerance: 0,
    Servers: { [node.id]: server },
    Leader: node.id,
    Voters: [node.id],
  };
}

/** Since the object was constructed last: what it was before that it does not remember. */
function stableSince(constructedAt: number): string {
  return new Date(constructedAt).toISOString();
}
