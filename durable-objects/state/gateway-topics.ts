/**
 * Whom a change of a gateway's links or instances concerns: readers of the gateway's services, and readers of the
 * services that are reached through it.
 */
import {
  ANY_CONNECT,
  ANY_INGRESS,
  type Topic,
  connectTopic,
  gatewayServicesTopic,
  ingressTopic,
} from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { foldName, touchOnce } from './catalog-topics.ts';
import { findEntryRow } from './config-entries.ts';
import {
  type GatewayLinks,
  type LinkingKind,
  hasLinkingGateways,
  linksOf,
  linksOfGateways,
} from './gateway-links.ts';
import { hasInstances } from './services-rows.ts';

function isLinking(kind: string): kind is LinkingKind {
  return kind === 'ingress-gateway' || kind === 'terminating-gateway';
}

const SERVICE_TOPIC: Readonly<Record<LinkingKind, (service: string) => Topic>> = {
  'ingress-gateway': ingressTopic,
  'terminating-gateway': connectTopic,
};
/** One topic for all services: a gateway with a wildcard may stand before thousands. */
const ANY_TOPIC: Readonly<Record<LinkingKind, Topic>> = {
  'ingress-gateway': ANY_INGRESS,
  'terminating-gateway': ANY_CONNECT,
};

/** An instance of a gateway, its node or its checks have changed: so have the answers of the services behind it. */
export function touchBehindGateway(tx: WriteTxn, kind: string, nameKey: string): void {
  if (!isLinking(kind)) return;
  const row = findEntryRow(tx.sql, kind, nameKey);
  if (row === undefined) return;
  touchServices(tx, linksOf(tx.sql, row));
}

function touchServices(tx: WriteTxn, { kind, hasWildcard, links }: GatewayLinks): void {
  if (hasWildcard) touchOnce(tx, ANY_TOPIC[kind]);
  else for (const { service } of links) touchOnce(tx, SERVICE_TOPIC[kind](service));
}

/**
 * Runs work that may change which services stand behind which gateways, and touches whom the difference concerns.
 *
 * @param services those that the work is about; undefined when it may concern any, as a configuration entry does
 */
export function withGatewayLinksTxn<T>(
  tx: WriteTxn,
  services: readonly string[] | undefined,
  work: () => T,
): T {
  if (services?.length === 0) return work();
  if (services !== undefined && !hasLinkingGateways(tx.sql)) return work();
  const before = linksOfGateways(tx.sql, services);
  const result = work();
  touchDifferences(tx, before, linksOfGateways(tx.sql, services), services === undefined);
  return result;
}

function touchDifferences(
  tx: WriteTxn,
  before: readonly GatewayLinks[],
  after: readonly GatewayLinks[],
  isWhole: boolean,
): void {
  const keyOf = ({ kind, name }: GatewayLinks): string => `${kind}/${foldName(name)}`;
  const left = new Map(before.map((gateway) => [keyOf(gateway), gateway]));
  for (const gateway of after) {
    touchDifference(tx, left.get(keyOf(gateway)), gateway, isWhole);
    left.delete(keyOf(gateway));
  }
  for (const gateway of left.values()) touchDifference(tx, gateway, undefined, isWhole);
}

function touchDifference(
  tx: WriteTxn,
  before: GatewayLinks | undefined,
  after: GatewayLinks | undefined,
  isWhole: boolean,
): void {
  const { kind, name } = (after ?? before)!;
  const old = new Set(before?.links.map(({ json }) => json));
  const now = new Set(after?.links.map(({ json }) => json));
  const changed = [...(before?.links ?? []), ...(after?.links ?? [])].filter(
    ({ json }) => old.has(json) !== now.has(json),
  );
  if (changed.length === 0) return;
  touchOnce(tx, gatewayServicesTopic(name), isWhole && after === undefined);
  if (!hasInstances(tx.sql, foldName(name))) return;
  const hasWildcard = isWhole && (before?.hasWildcard || after?.hasWildcard) === true;
  touchServices(tx, { kind, name, hasWildcard, links: changed });
}
