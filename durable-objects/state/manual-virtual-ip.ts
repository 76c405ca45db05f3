/**
 * Addresses that an operator gives to a mesh service beside its own. An address belongs to one service: giving it to
 * another takes it from the first.
 */
import { canonicalJSON } from '../../protocol/canonical-json.ts';
import { BOUND_TEXT } from '../db/bound-text.ts';
import type { SQL } from '../db/storage.ts';
import { virtualIPTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { foldName, touchOnce } from './catalog-topics.ts';
import { findVirtualIP } from './catalog-virtual-ip.ts';

/** In the order of their texts. `service` is a folded name. */
export function manualVirtualIPs(sql: SQL, service: string): string[] {
  return sql
    .exec<{ address: string }>(
      `SELECT address FROM manual_virtual_ips WHERE service = ${BOUND_TEXT} ORDER BY address`,
      service,
    )
    .toArray()
    .map(({ address }) => address);
}

export interface Assignment {
  /** False when the service has no address of its own, and so none to add to; nothing is written then. */
  readonly isFound: boolean;
  /** Services that lost an address by it. */
  readonly unassignedFrom: readonly string[];
}

/** Gives the service exactly these addresses. */
export function assignManualVirtualIPsTxn(
  tx: WriteTxn,
  service: string,
  addresses: readonly string[],
): Assignment {
  const key = foldName(service);
  if (findVirtualIP(tx.sql, key) === '') return { isFound: false, unassignedFrom: [] };
  const wanted = [...new Set(addresses)].toSorted();
  const previous = manualVirtualIPs(tx.sql, key);
  const losers = new Set<string>();
  for (const address of wanted) {
    for (const row of tx.sql.exec<{ service: string }>(
      'SELECT service FROM manual_virtual_ips WHERE address = ? AND service <> ?',
      address,
      key,
    )) {
      losers.add(row.service);
    }
  }
  if (losers.size === 0 && canonicalJSON(previous) === canonicalJSON(wanted)) {
    return { isFound: true, unassignedFrom: [] };
  }
  tx.sql.exec('DELETE FROM manual_virtual_ips WHERE service = ?', key);
  for (const address of wanted) {
    tx.sql.exec(
      'INSERT OR REPLACE INTO manual_virtual_ips (address, service) VALUES (?, ?)',
      address,
      key,
    );
  }
  for (const changed of [key, ...losers]) recordTxn(tx, changed);
  return { isFound: true, unassignedFrom: [...losers].toSorted() };
}

function recordTxn(tx: WriteTxn, service: string): void {
  const value = JSON.stringify(manualVirtualIPs(tx.sql, service));
  tx.record({ kind: 'virtual-ip.set', key: service, previousIndex: 0, value });
  touchOnce(tx, virtualIPTopic(service));
}
