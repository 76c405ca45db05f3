/**
 * Reaping of what nobody reports for, by the policies that configuration entries set (protocol/reap-policy.ts). Off, and
 * without any alarm, while there is none.
 *
 * A sweep looks for such instances and sets each a deadline; registering one anew, even with nothing changed, takes the
 * deadline away until the next sweep. So registrations cost at most two rows a sweep, and none without a policy.
 */
import type { Entry, KnownEntry } from '../../protocol/config-entries/kinds.ts';
import { REAP_SWEEP_MAX_MS, REAP_SWEEP_MIN_MS, REAP_SWEEP_ROWS } from '../../protocol/limits.ts';
import { REAP_AFTER, reapAfter } from '../../protocol/reap-policy.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';
import type { CatalogHooks } from './catalog-hooks.ts';
import { EntryReader } from './config-reader.ts';
import { deleteNodeTxn } from './nodes.ts';
import { findServiceRow } from './services-rows.ts';
import { deleteServiceTxn } from './services.ts';
import { setTimerTxn } from './timers.ts';
import {
  clearReapDeadlinesTxn,
  isUnreported,
  placeOfTimer,
  setReapDeadlineTxn,
} from './unreported.ts';

const SWEEP = 'sweep-unreported';

/** The part of an entry's write that is about policies: a change begins every deadline anew. */
export function followPolicyTxn(
  tx: WriteTxn,
  before: KnownEntry | undefined,
  after: KnownEntry | undefined,
): void {
  const policy = policyText(after);
  if (policyText(before) === policy) return;
  clearReapDeadlinesTxn(tx);
  if (policy !== undefined) setTimerTxn(tx, SWEEP, '', tx.now);
}

function policyText(entry: KnownEntry | undefined): string | undefined {
  const isPolicy = entry?.Kind === 'service-defaults' || entry?.Kind === 'mesh';
  return isPolicy ? (entry as Entry<'mesh'>).Meta?.[REAP_AFTER] : undefined;
}

/** In milliseconds; null when an instance of the service may stay. The service's own policy goes first. */
export function reapAfterOfService(entries: EntryReader, service: string): number | null {
  const own = reapAfter(entries.find('service-defaults', service)?.Meta);
  return own === undefined ? reapAfterOfDatacenter(entries) : own;
}

function reapAfterOfDatacenter(entries: EntryReader): number | null {
  return reapAfter(entries.find('mesh', 'mesh')?.Meta) ?? null;
}

/** A node without instances; one with a session is somebody's. */
function reapAfterOfNode(sql: SQL, entries: EntryReader, node: string): number | null {
  const session = firstRow(sql, 'SELECT 1 AS one FROM sessions WHERE node = ? LIMIT 1', node);
  return session === undefined ? reapAfterOfDatacenter(entries) : null;
}

const WITH_POLICY =
  "SELECT content FROM config_entries WHERE kind IN ('service-defaults', 'mesh') AND instr(content, ?) > 0";

/** The shortest of all policies in milliseconds, null when there is none. */
function shortestPolicy(sql: SQL): number | null {
  let shortest: number | null = null;
  for (const { content } of sql.exec<{ content: string }>(
    WITH_POLICY,
    JSON.stringify(REAP_AFTER),
  )) {
    const ms = reapAfter((JSON.parse(content) as { Meta?: Record<string, string> }).Meta);
    if (typeof ms === 'number') shortest = Math.min(shortest ?? ms, ms);
  }
  return shortest;
}

/**
 * Handler of the timers of kind `sweep-unreported`: a stretch of the nodes, and the next stretch in a run of its own.
 *
 * @param after the node where the last stretch ended, '' for the beginning
 */
export function sweepUnreportedTxn(tx: WriteTxn, after: string): void {
  const shortest = shortestPolicy(tx.sql);
  if (shortest === null) return;
  const entries = new EntryReader(tx.sql);
  const nodes = tx.sql
    .exec<{ key: string }>(
      'SELECT key FROM nodes WHERE key > ? ORDER BY key LIMIT ?',
      after,
      REAP_SWEEP_ROWS,
    )
    .toArray();
  let looked = 0;
  for (const { key } of nodes) {
    looked += 1 + sweepNodeTxn(tx, entries, key);
    if (looked >= REAP_SWEEP_ROWS) return setTimerTxn(tx, SWEEP, key, tx.now);
  }
  const pause = Math.min(REAP_SWEEP_MAX_MS, Math.max(REAP_SWEEP_MIN_MS, shortest / 4));
  setTimerTxn(tx, SWEEP, '', tx.now + pause);
}

/** @returns how many instances were looked at */
function sweepNodeTxn(tx: WriteTxn, entries: EntryReader, node: string): number {
  if (!isUnreported(tx.sql, { node, key: '' })) return 0;
  const instances = instancesOf(tx.sql, node);
  for (const { key, name } of instances) {
    const place = { node, key };
    if (isUnreported(tx.sql, place))
      setReapDeadlineTxn(tx, place, reapAfterOfService(entries, name));
  }
  if (instances.length === 0)
    setReapDeadlineTxn(tx, { node, key: '' }, reapAfterOfNode(tx.sql, entries, node));
  return instances.length;
}

function instancesOf(sql: SQL, node: string): { key: string; name: string }[] {
  return sql
    .exec<{ key: string; name: string }>('SELECT key, name FROM services WHERE node = ?', node)
    .toArray();
}

/** Handler of the timers of kind `reap-unreported`: removes what is still unreported and still has a policy. */
export function reapUnreportedTxn(tx: WriteTxn, id: string, hooks: CatalogHooks): void {
  const place = placeOfTimer(id);
  if (!isUnreported(tx.sql, place)) return;
  const entries = new EntryReader(tx.sql);
  if (place.key === '') return reapNodeTxn(tx, entries, place.node, hooks);
  const row = findServiceRow(tx.sql, place.node, place.key);
  if (row === undefined || reapAfterOfService(entries, row.name) === null) return;
  deleteServiceTxn(tx, place.node, place.key, hooks);
}

function reapNodeTxn(tx: WriteTxn, entries: EntryReader, node: string, hooks: CatalogHooks): void {
  const isInUse = firstRow(tx.sql, 'SELECT 1 AS one FROM services WHERE node = ? LIMIT 1', node);
  if (isInUse !== undefined || reapAfterOfNode(tx.sql, entries, node) === null) return;
  deleteNodeTxn(tx, node, hooks);
}
