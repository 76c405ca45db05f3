/** What Autopilot is told, and would say of a datacenter with one server that is always healthy. */
import { CONSUL_COMPATIBILITY } from '../../protocol/compatibility.ts';
import { parseDuration, renderDuration } from '../../protocol/duration.ts';
import {
  type AutopilotConfiguration,
  DEFAULT_AUTOPILOT,
  type StoredAutopilotConfiguration,
} from '../../protocol/types/operator.ts';
import { decodeBody, type Struct } from '../decode.ts';
import { HTTPError } from '../http-error.ts';
import { quote } from '../quote.ts';
import type { ServerDescription } from '../server-identity.ts';

/** What a body may hold; the indexes are read over. */
const FIELDS: Struct = {
  struct: 'api.AutopilotConfiguration',
  fields: {
    CleanupDeadServers: 'bool',
    LastContactThreshold: 'readable duration',
    MaxTrailingLogs: 'uint64',
    MinQuorum: { scalar: 'uint64', type: 'uint' },
    ServerStabilizationTime: 'readable duration',
    RedundancyZoneTag: 'string',
    DisableUpgradeMigration: 'bool',
    UpgradeVersionTag: 'string',
    CreateIndex: 'uint64',
    ModifyIndex: 'uint64',
  },
};

const PREFIX = 'Error parsing autopilot config: ';
const NS_PER_MS = 1e6;

/** @returns with Consul's defaults for what the body does not say. @throws HTTPError 400 */
export function parseAutopilot(bytes: Uint8Array): AutopilotConfiguration {
  const body = decodeBody<Partial<StoredAutopilotConfiguration> | undefined>(bytes, FIELDS, {
    prefix: PREFIX,
  });
  const { CreateIndex: _created, ModifyIndex: _modified, ...given } = body ?? {};
  const all = { ...DEFAULT_AUTOPILOT, ...given };
  return {
    ...all,
    LastContactThreshold: durationText(all.LastContactThreshold),
    ServerStabilizationTime: durationText(all.ServerStabilizationTime),
  };
}

/** @param value a text as Go reads it, or nanoseconds */
function durationText(value: string | number): string {
  const ms = typeof value === 'number' ? value / NS_PER_MS : parseDuration(value);
  if (ms === null)
    throw new HTTPError(400, `${PREFIX}time: invalid duration ${quote(String(value))}`);
  return renderDuration(ms);
}

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
