/**
 * Virtual addresses of mesh services: each service that can be reached through Connect has one in
 * 240.0.0.0/4, which no host owns, so that a transparent proxy can tell by the address which
 * service a client means.
 */
import { type SQL, firstRow } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';

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
 * The service's address, which it keeps while anything makes it reachable.
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
  return renderVirtualIP(number);
}

export function releaseVirtualIPTxn(tx: WriteTxn, service: string): void {
  tx.sql.exec('DELETE FROM virtual_ips WHERE service = ?', service);
}

function renderVirtualIP(number: number): string {
  return [
    FIRST_OCTET + (number >>> 24),
    (number >>> 16) & 255,
    (number >>> 8) & 255,
    number & 255,
  ].join('.');
}
