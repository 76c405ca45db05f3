/**
 * What this datacenter follows of others, and how far it has come: one row for each stream, written with what it brought.
 *
 * A row takes no index and wakes nobody: it is not state of the datacenter but of its following. Its place decides what is
 * applied, so two who follow at once, or one whose reply was lost, change nothing twice.
 */
import { badRequest } from '../../protocol/errors.ts';
import type {
  ReplicatedFamily,
  ReplicatedPair,
  ReplicationApplyArgs,
  ReplicationState,
} from '../../protocol/types/replication.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';
import { findKVRow } from './kv-rows.ts';
import { deleteKeyTxn, putEntryTxn } from './kv-write.ts';

type ReplicationRow = {
  name: string;
  family: string;
  source_datacenter: string;
  source_uuid: string;
  source_incarnation: string;
  position: string;
  updated_at: number;
  applied: number;
  problem: string;
  forced: number;
};

const COLUMNS =
  'name, family, source_datacenter, source_uuid, source_incarnation, position, updated_at, applied, problem, forced';

/** In order of name. */
export function readReplications(sql: SQL): ReplicationState[] {
  return sql
    .exec<ReplicationRow>(`SELECT ${COLUMNS} FROM replications ORDER BY name`)
    .toArray()
    .map(toState);
}

export function findReplication(sql: SQL, name: string): ReplicationState | undefined {
  const row = findRow(sql, name);
  return row === undefined ? undefined : toState(row);
}

/** How many changes there were is counted whether or not they changed anything. */
export function advanceReplicationTxn(tx: WriteTxn, args: ReplicationApplyArgs): void {
  const { name, family, source, position, changes } = args;
  const existing = findRow(tx.sql, name);
  // A full reading takes several steps; that it was forced counts until it is through.
  const forced = existing?.position === position ? existing.forced : 0;
  putRow(tx.sql, {
    name,
    family,
    source_datacenter: source.Datacenter,
    source_uuid: source.UUID,
    source_incarnation: source.Incarnation,
    position,
    updated_at: tx.now,
    applied: (existing?.applied ?? 0) + changes.length,
    problem: '',
    forced,
  });
}

/** A stream that never came to anything has a row too: else nobody would see why. */
export function reportReplicationTxn(
  tx: WriteTxn,
  report: { name: string; family: ReplicatedFamily; datacenter: string; problem: string },
): void {
  const existing = findRow(tx.sql, report.name);
  if (existing?.problem === report.problem) return;
  putRow(tx.sql, {
    name: report.name,
    family: report.family,
    source_datacenter: report.datacenter,
    source_uuid: existing?.source_uuid ?? '',
    source_incarnation: existing?.source_incarnation ?? '',
    position: existing?.position ?? '',
    updated_at: existing?.updated_at ?? tx.now,
    applied: existing?.applied ?? 0,
    problem: report.problem,
    forced: existing?.forced ?? 0,
  });
}

/** @returns false when there is no such stream */
export function forceReplicationTxn(tx: WriteTxn, name: string): boolean {
  if (findRow(tx.sql, name) === undefined) return false;
  tx.sql.exec('UPDATE replications SET forced = 1 WHERE name = ?', name);
  return true;
}

/** What it brought stays. @returns false when there was none */
export function forgetReplicationTxn(tx: WriteTxn, name: string): boolean {
  const wasThere = findRow(tx.sql, name) !== undefined;
  tx.sql.exec('DELETE FROM replications WHERE name = ?', name);
  return wasThere;
}

/** The pair as the source has it; a lock that is held here stays held. Schemas of here do not count: it is a copy. */
export function mirrorPairTxn(tx: WriteTxn, key: string, value: unknown): void {
  if (value === null) {
    deleteKeyTxn(tx, key);
    return;
  }
  const { Value, Flags } = value as ReplicatedPair;
  if (typeof Value !== 'string' || !/^\d{1,20}$/.test(Flags)) throw badRequest('a pair is wanted');
  const existing = findKVRow(tx.sql, key);
  const lock = { session: existing?.session ?? '', lock_index: existing?.lock_index ?? 0 };
  putEntryTxn(tx, existing, { key, value: Value, flags: Flags }, lock);
}

function findRow(sql: SQL, name: string): ReplicationRow | undefined {
  return firstRow<ReplicationRow>(sql, `SELECT ${COLUMNS} FROM replications WHERE name = ?`, name);
}

function putRow(sql: SQL, row: ReplicationRow): void {
  sql.exec(
    `INSERT OR REPLACE INTO replications (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    row.name,
    row.family,
    row.source_datacenter,
    row.source_uuid,
    row.source_incarnation,
    row.position,
    row.updated_at,
    row.applied,
    row.problem,
    row.forced,
  );
}

function toState(row: ReplicationRow): ReplicationState {
  return {
    Name: row.name,
    Family: row.family as ReplicatedFamily,
    Source: {
      Datacenter: row.source_datacenter,
      UUID: row.source_uuid,
      Incarnation: row.source_incarnation,
    },
    Position: row.position,
    UpdatedAt: new Date(row.updated_at).toISOString(),
    Applied: row.applied,
    Problem: row.problem,
    Forced: row.forced === 1,
  };
}
