/** What differs between this host's state and the catalog's part for its node. */
import type { NodeState } from '../../protocol/methods.ts';
import type { EntryIDs } from '../../protocol/node-digest.ts';
import type { HealthCheck, NodeService } from '../../protocol/types/catalog.ts';
import { sameMeaning } from './same-json.ts';
import type { CheckEntry, ServiceEntry } from './entries.ts';
import type { NodeInfo } from './interfaces.ts';

/** The catalog gives mesh services this address by itself, and gateways one for each service behind them. */
const VIRTUAL_ADDRESS = /^consul-virtual(?::|$)/;

export interface Difference {
  readonly nodeDiffers: boolean;
  /** To send or, where the local state does not have them, to remove from the catalog. */
  readonly services: readonly string[];
  readonly checks: readonly { readonly id: string; readonly serviceID: string }[];
  /** Tags that the catalog may override, by service. */
  readonly adoptedTags: ReadonlyMap<string, string[]>;
}

export const NO_DIFFERENCE: Difference = {
  nodeDiffers: false,
  services: [],
  checks: [],
  adoptedTags: new Map(),
};

export interface LocalView {
  readonly node: NodeInfo;
  readonly services: readonly ServiceEntry[];
  readonly checks: readonly CheckEntry[];
  /** Checks whose output is due later: it is no difference. */
  readonly outputDeferred: (checkID: string) => boolean;
  /** What stands in the catalog for this node and is somebody else's to keep. */
  readonly kept: EntryIDs;
}

/** @param remote null when the catalog does not know the node */
export function compare(local: LocalView, remote: NodeState | null): Difference {
  const adoptedTags = new Map<string, string[]>();
  const services: string[] = [];
  const remoteServices = new Map(remote?.Services.map((service) => [service.ID, service]));
  for (const { service } of local.services) {
    const found = remoteServices.get(service.ID);
    const tagsMayDiffer = service.EnableTagOverride && found !== undefined;
    if (tagsMayDiffer && !sameMeaning(service.Tags, found.Tags)) {
      adoptedTags.set(service.ID, found.Tags);
    }
    const expected = tagsMayDiffer ? { ...service, Tags: found.Tags } : service;
    if (found === undefined || !sameService(expected, found)) services.push(service.ID);
    remoteServices.delete(service.ID);
  }
  const surplus = [...remoteServices.keys()].filter((id) => !local.kept.services.includes(id));
  return {
    nodeDiffers: remote === null || !sameNode(local.node, remote.Node),
    services: [...services, ...surplus],
    checks: compareChecks(local, remote, surplus),
    adoptedTags,
  };
}

/**
 * Checks of the catalog that nobody here knows are surplus, whoever made them: the agent owns its
 * node's checks.
 */
function compareChecks(
  local: LocalView,
  remote: NodeState | null,
  surplusServices: readonly string[],
): Difference['checks'] {
  const differing: { id: string; serviceID: string }[] = [];
  const remoteChecks = new Map(remote?.Checks.map((check) => [check.CheckID, check]));
  for (const { check } of local.checks) {
    const found = remoteChecks.get(check.CheckID);
    remoteChecks.delete(check.CheckID);
    const ignoreOutput = found !== undefined && local.outputDeferred(check.CheckID);
    const expected = ignoreOutput ? { ...check, Output: found.Output } : check;
    if (found === undefined || !sameCheck(expected, found)) {
      differing.push({ id: check.CheckID, serviceID: check.ServiceID });
    }
  }
  for (const { CheckID: id, ServiceID: serviceID } of remoteChecks.values()) {
    // It goes with its service.
    if (surplusServices.includes(serviceID)) continue;
    if (!local.kept.checks.includes(id) && !local.kept.services.includes(serviceID)) {
      differing.push({ id, serviceID });
    }
  }
  return differing;
}

/** Locality and datacenter cannot differ: they are part of how the node is found. */
function sameNode(local: NodeInfo, remote: NodeState['Node']): boolean {
  const { ID, Address, TaggedAddresses, Meta } = remote;
  return sameMeaning(
    [local.ID, local.Address, local.TaggedAddresses, local.Meta],
    [ID, Address, TaggedAddresses, Meta],
  );
}

/** Definitions only; indexes and the catalog's own additions are not compared. */
function sameService(local: ServiceEntry['service'], remote: NodeService): boolean {
  const { CreateIndex: _created, ModifyIndex: _modified, ...found } = remote;
  const addresses = { ...found.TaggedAddresses };
  for (const tag of Object.keys(addresses)) {
    const isAdded = local.TaggedAddresses?.[tag] === undefined;
    if (isAdded && VIRTUAL_ADDRESS.test(tag)) delete addresses[tag];
  }
  return sameMeaning(local, { ...found, TaggedAddresses: addresses });
}

/** Name and tags of its service are the catalog's to fill in. */
function sameCheck(local: CheckEntry['check'], remote: HealthCheck): boolean {
  const { CreateIndex: _created, ModifyIndex: _modified, ...found } = remote;
  const { ServiceName, ServiceTags } = local;
  return sameMeaning(local, { ...found, ServiceName, ServiceTags });
}
