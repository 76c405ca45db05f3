/**
 * Finds what of this host differs in the catalog, at the cost of what differs: one digest when nothing does, a digest for each
 * entry when something does, and then those entries alone.
 */
import {
  type EntryDigests,
  type EntryIDs,
  digestCheck,
  digestEntries,
  digestNode,
  digestService,
} from '../../protocol/node-digest.ts';
import type { NodeState } from '../../protocol/methods.ts';
import type { LocalView } from './comparison.ts';
import type { Catalog } from './interfaces.ts';

/** What is left to be compared. */
export interface Differing {
  readonly local: LocalView;
  readonly remote: NodeState | null;
}

/** @returns null when both sides say the same. @throws RPCError */
export async function readDiffering(catalog: Catalog, local: LocalView): Promise<Differing | null> {
  const name = local.node.Node;
  const own = digestsOf(local);
  const reply = await catalog.nodeDigest(name, digestEntries(own), local.kept);
  if (reply === undefined) return { local, remote: await catalog.nodeState(name) };
  if (reply === null) return { local, remote: null };
  if (reply.Differing === null) return null;
  const services = differingIDs(own.Services, reply.Differing.Services);
  const checks = differingIDs(own.Checks, reply.Differing.Checks);
  const only: EntryIDs = { services, checks };
  return { local: restrict(local, only), remote: await catalog.nodeState(name, only) };
}

function digestsOf({ node, services, checks }: LocalView): EntryDigests {
  return {
    Node: digestNode(node),
    Services: Object.fromEntries(
      services.map(({ service }) => [service.ID, digestService(service)]),
    ),
    Checks: Object.fromEntries(checks.map(({ check }) => [check.CheckID, digestCheck(check)])),
  };
}

/** Also those that only one side has. */
function differingIDs(
  own: Readonly<Record<string, string>>,
  remote: Readonly<Record<string, string>>,
): string[] {
  return [...new Set([...Object.keys(own), ...Object.keys(remote)])].filter(
    (id) => own[id] !== remote[id],
  );
}

function restrict(local: LocalView, only: EntryIDs): LocalView {
  const services = new Set(only.services);
  const checks = new Set(only.checks);
  return {
    ...local,
    services: local.services.filter(({ service }) => services.has(service.ID)),
    checks: local.checks.filter(({ check }) => checks.has(check.CheckID)),
  };
}
