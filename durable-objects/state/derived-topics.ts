/**
 * Topics of answers that follow from the catalog and configuration entries together: services behind gateways, and
 * services for other datacenters.
 *
 * Such an answer is compared before and after a write, so that a write wakes a reader exactly when it changed the answer.
 * A datacenter that has no entry of the kind pays a lookup.
 */
import { EXPORTED_SERVICES } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { touchOnce } from './catalog-topics.ts';
import { findEntryRow } from './config-entries.ts';
import { exportedServices } from './exported-services.ts';
import { withGatewayLinksTxn } from './gateway-topics.ts';

/**
 * @param services those whose being in the catalog or in the mesh `work` may change; undefined when it writes an entry
 */
export function withDerivedTopicsTxn<T>(
  tx: WriteTxn,
  services: readonly string[] | undefined,
  work: () => T,
): T {
  return withGatewayLinksTxn(tx, services, () => withExportsTxn(tx, services, work));
}

const SEES_ALL = { nodeRead: () => true, serviceRead: () => true };

function withExportsTxn<T>(
  tx: WriteTxn,
  services: readonly string[] | undefined,
  work: () => T,
): T {
  if (services !== undefined && (services.length === 0 || !hasWildcard(tx))) return work();
  const before = JSON.stringify(exportedServices(tx.sql, SEES_ALL));
  const result = work();
  const after = JSON.stringify(exportedServices(tx.sql, SEES_ALL));
  if (before !== after) touchOnce(tx, EXPORTED_SERVICES);
  return result;
}

/** Only a wildcard depends on which services there are. */
function hasWildcard(tx: WriteTxn): boolean {
  const row = findEntryRow(tx.sql, 'exported-services', 'default');
  return row?.content.includes('"Name":"*"') === true;
}
