/**
 * Configuration entries: one row each, found by kind and name without regard to case.
 *
 * A row keeps the JSON that the API answers with, rendered once, when it is written. What is acceptable is decided by
 * `durable-objects/config-entries` before anything gets here.
 */
import { decodeEntry } from '../../protocol/config-entries/decode.ts';
import {
  type Entry,
  type KindName,
  type KnownEntry,
  nameOf,
} from '../../protocol/config-entries/kinds.ts';
import { renderEntry } from '../../protocol/config-entries/render.ts';
import { BOUND_TEXT } from '../db/bound-text.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { configEntryTopic, configKindTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { foldName, touchOnce } from './catalog-topics.ts';
import { hashText } from './config-hash.ts';
import { mayHaveKind, noteKind } from './config-kinds.ts';

export type ConfigEntryRow = {
  kind: string;
  /** The folded name. */
  key: string;
  name: string;
  /** The entry as the API renders it, without Hash and indexes. */
  content: string;
  create_index: number;
  modify_index: number;
};

const COLUMNS = 'kind, key, name, content, create_index, modify_index';

export function findEntryRow(sql: SQL, kind: KindName, name: string): ConfigEntryRow | undefined {
  if (!mayHaveKind(sql, kind)) return undefined;
  return firstRow<ConfigEntryRow>(
    sql,
    `SELECT ${COLUMNS} FROM config_entries WHERE kind = ? AND key = ?`,
    kind,
    foldName(name),
  );
}

/** In the order of names. */
export function entryRowsOfKind(sql: SQL, kind: KindName): ConfigEntryRow[] {
  return sql
    .exec<ConfigEntryRow>(
      `SELECT ${COLUMNS} FROM config_entries WHERE kind = ${BOUND_TEXT} ORDER BY key`,
      kind,
    )
    .toArray();
}

export function hasEntryOfKind(sql: SQL, kind: KindName): boolean {
  const query = 'SELECT 1 AS one FROM config_entries WHERE kind = ? LIMIT 1';
  return firstRow(sql, query, kind) !== undefined;
}

/** A row as an entry: its durations are nanoseconds again. */
export function toEntry<K extends KindName>(row: ConfigEntryRow): Entry<K> {
  return decodeEntry(JSON.parse(row.content)) as unknown as Entry<K>;
}

export function findEntry<K extends KindName>(
  sql: SQL,
  kind: K,
  name: string,
): Entry<K> | undefined {
  const row = findEntryRow(sql, kind, name);
  return row === undefined ? undefined : toEntry<K>(row);
}

export function entriesOfKind<K extends KindName>(sql: SQL, kind: K): Entry<K>[] {
  return entryRowsOfKind(sql, kind).map((row) => toEntry<K>(row));
}

/** JSON of an entry as the API answers with it. */
export function renderEntryRow(row: ConfigEntryRow): string {
  // What the datacenter derives itself has no hash in Consul.
  const hash = row.kind === 'bound-api-gateway' ? '' : `,"Hash":${hashText(row.content)}`;
  return (
    row.content.slice(0, -1) +
    hash +
    `,"CreateIndex":${row.create_index},"ModifyIndex":${row.modify_index}}`
  );
}

/** @returns false when the entry stands there already as it is, and nothing was written */
export function putEntryTxn(tx: WriteTxn, entry: KnownEntry): boolean {
  const name = nameOf(entry);
  const content = renderEntry(entry, 'server');
  const existing = findEntryRow(tx.sql, entry.Kind, name);
  if (existing?.content === content) return false;
  const row = {
    kind: entry.Kind,
    key: foldName(name),
    name,
    content,
    create_index: existing?.create_index ?? tx.index,
    modify_index: tx.index,
  };
  tx.sql.exec(
    `INSERT OR REPLACE INTO config_entries (${COLUMNS}) VALUES (?, ?, ?, ?, ?, ?)`,
    ...Object.values(row),
  );
  noteKind(tx.sql, entry.Kind);
  recordEntry(tx, row, existing?.modify_index ?? 0, renderForLog(entry));
  return true;
}

/** @returns false when there was none */
export function deleteEntryTxn(tx: WriteTxn, kind: KindName, name: string): boolean {
  const row = findEntryRow(tx.sql, kind, name);
  if (row === undefined) return false;
  tx.sql.exec('DELETE FROM config_entries WHERE kind = ? AND key = ?', kind, row.key);
  recordEntry(tx, row, row.modify_index, null);
  return true;
}

function recordEntry(
  tx: WriteTxn,
  row: ConfigEntryRow,
  previousIndex: number,
  value: string | null,
): void {
  const kind = value === null ? 'config.delete' : 'config.set';
  tx.record({ kind, key: `${row.kind}/${row.key}`, previousIndex, value });
  const kindTopic = configKindTopic(row.kind);
  touchOnce(tx, configEntryTopic(row.kind, row.key), value === null);
  touchOnce(tx, kindTopic, value === null && !hasEntryOfKind(tx.sql, row.kind as KindName));
}

/** The change log never holds a private key. */
function renderForLog(entry: KnownEntry): string {
  return entry.Kind === 'inline-certificate'
    ? renderEntry({ ...entry, PrivateKey: '<hidden>' }, 'server')
    : renderEntry(entry, 'server');
}
