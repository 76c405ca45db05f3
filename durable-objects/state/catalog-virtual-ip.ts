/**
 * Virtual addresses of mesh services: each service that can be reached through Connect has one in
 * 240.0.0.0/4, which no host owns, so that a transparent proxy can tell by the address which
 * service a client means.
 */
import { type SQL, firstRow } from '../db/storage.ts';
import { virtualIPTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { foldName, touchOnce } from './catalog-topics.ts';
import { type ConfigEntryRow, entryRowsOfKind, findEntryRow, toEntry } from './config-entries.ts';
import { hasConnectInstances, hasInstances } from './services-rows.ts';

const FIRST_OCTET = 240;
/** The addresses of a /4 without its first and its last one, which is the broadcast address. */
const MAX_NUMBER = 2 ** 28 - 2;

/** The service's address, or '' when it has none. `service` is a folded name. */
export function findVirtualIP(sql: SQL, service: string): string {
  const row = firstRow<{ number: number }>(
    sql,
    'SELECT number FROM virtual_ips WHERE service = ?',
    service,
  );
  return row === undefined ? '' : renderVirtualIP(row.number);
}

/**
 * The service's address, which it keeps while anything may need it.
 *
 * @throws Error when a quarter of a thousand million services have one
 */
export function assignVirtualIPTxn(tx: WriteTxn, service: string): string {
  const known = findVirtualIP(tx.sql, service);
  if (known !== '') return known;
  const highest = firstRow<{ number: number }>(
    tx.sql,
    'SELECT coalesce(max(number), 0) AS number FROM virtual_ips',
  );
  const number = (highest?.number ?? 0) + 1;
  if (number > MAX_NUMBER) throw new Error('no virtual address is left');
  tx.sql.exec('INSERT INTO virtual_ips (service, number) VALUES (?, ?)', service, number);
  touchOnce(tx, virtualIPTopic(service));
  return renderVirtualIP(number);
}

/**
 * Takes the address away unless something still needs it: an instance, an entry that describes the service, or a
 * terminating gateway that stands for it.
 */
export function releaseVirtualIPTxn(tx: WriteTxn, service: string): void {
  if (findVirtualIP(tx.sql, service) === '' || isNeeded(tx.sql, service)) return;
  tx.sql.exec('DELETE FROM virtual_ips WHERE service = ?', service);
  tx.sql.exec('DELETE FROM manual_virtual_ips WHERE service = ?', service);
  touchOnce(tx, virtualIPTopic(service), true);
}

function isNeeded(sql: SQL, service: string): boolean {
  return (
    hasInstances(sql, service) ||
    hasConnectInstances(sql, service) ||
    isDescribed(sql, service) ||
    entryRowsOfKind(sql, 'terminating-gateway').some((row) => servicesBehind(row).has(service))
  );
}

/** Kinds whose entry for a service is reason enough for an address: a client may mean the service before it runs. */
export const DESCRIBING_KINDS = [
  'service-router',
  'service-resolver',
  'service-splitter',
  'service-defaults',
  'service-intentions',
] as const;

function isDescribed(sql: SQL, service: string): boolean {
  return DESCRIBING_KINDS.some((kind) => findEntryRow(sql, kind, service) !== undefined);
}

/** The services that a terminating gateway's entry lists, by folded name; its wildcard has an address too. */
export function servicesBehind(row: ConfigEntryRow): Map<string, string> {
  const { Services = [] } = toEntry<'terminating-gateway'>(row);
  return new Map(Services.map(({ Name = '' }) => [foldName(Name), Name]));
}

function renderVirtualIP(number: number): string {
  return [
    FIRST_OCTET + (number >>> 24),
    (number >>> 16) & 255,
    (number >>> 8) & 255,
    number & 255,
  ].join('.');
}
