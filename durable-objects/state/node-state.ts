/** One node for its agent's anti-entropy: whole, in part, or in digests. */
import {
  type EntryDigests,
  type EntryIDs,
  type NodeDigestReply,
  digestCheck,
  digestEntries,
  digestNode,
  digestService,
} from '../../protocol/node-digest.ts';
import type { HealthCheck, Node, NodeService } from '../../protocol/types/catalog.ts';
import type { SQL } from '../db/storage.ts';
import type { Visibility } from './catalog-instances.ts';
import { checkRowsOfNode, renderCheck } from './checks-rows.ts';
import { joinItems } from './list-rows.ts';
import { findNodeRow, renderNode } from './nodes-rows.ts';
import { renderNodeService, serviceRowsOfNode } from './services-rows.ts';

/** Texts of JSON, as they are rendered everywhere. */
interface NodeTexts {
  readonly node: string;
  readonly services: readonly string[];
  readonly checks: readonly string[];
}

/** @param isWanted which entries are read at all. @returns undefined when there is no such node */
function readNode(
  sql: SQL,
  datacenter: string,
  name: string,
  sees: Visibility,
  isWanted: (kind: keyof EntryIDs, id: string) => boolean,
): NodeTexts | undefined {
  const node = findNodeRow(sql, name);
  if (node === undefined || !sees.nodeRead(node.name)) return undefined;
  const services = serviceRowsOfNode(sql, node.key).filter(
    (row) => sees.serviceRead(row.name) && isWanted('services', row.id),
  );
  const checks = checkRowsOfNode(sql, node.key).filter(
    (row) =>
      (row.service_key === '' || sees.serviceRead(row.service_name)) && isWanted('checks', row.id),
  );
  return {
    node: renderNode(node, datacenter),
    services: services.map(renderNodeService),
    checks: checks.map((row) => renderCheck(row, node.name)),
  };
}

/** @param only of its services and checks these alone; all without it. @returns '' when there is no such node */
export function describeNodeState(
  sql: SQL,
  datacenter: string,
  name: string,
  sees: Visibility,
  only?: EntryIDs,
): string {
  const wanted = only && toSets(only);
  const found = readNode(
    sql,
    datacenter,
    name,
    sees,
    (kind, id) => wanted === undefined || wanted[kind].has(id),
  );
  if (found === undefined) return '';
  const { node, services, checks } = found;
  return `{"Node":${node},"Services":${joinItems(services)},"Checks":${joinItems(checks)}}`;
}

/** @param digest of the node as its agent has it. @returns '' when there is no such node */
export function describeNodeDigest(
  sql: SQL,
  datacenter: string,
  name: string,
  sees: Visibility,
  digest: string,
  except: EntryIDs,
): string {
  const left = toSets(except);
  const found = readNode(sql, datacenter, name, sees, (kind, id) => !left[kind].has(id));
  if (found === undefined) return '';
  const digests = digestsOf(found);
  const Differing = digestEntries(digests) === digest ? null : digests;
  return JSON.stringify({ Differing } satisfies NodeDigestReply);
}

function digestsOf({ node, services, checks }: NodeTexts): EntryDigests {
  const parsedServices = services.map((text) => JSON.parse(text) as NodeService);
  const parsedChecks = checks.map((text) => JSON.parse(text) as HealthCheck);
  return {
    Node: digestNode(JSON.parse(node) as Node),
    Services: Object.fromEntries(parsedServices.map((each) => [each.ID, digestService(each)])),
    Checks: Object.fromEntries(parsedChecks.map((each) => [each.CheckID, digestCheck(each)])),
  };
}

const toSets = ({ services, checks }: EntryIDs): Record<keyof EntryIDs, ReadonlySet<string>> => ({
  services: new Set(services),
  checks: new Set(checks),
});
