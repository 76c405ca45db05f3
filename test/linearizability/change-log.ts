/** Compares the datacenter's own log, read from its file once it has ended, with what the clients were told. */
import { DatabaseSync } from 'node:sqlite';
import { findDatabase } from '../support/datacenter-file.ts';
import type { KVPair } from '../../protocol/types/kv.ts';
import type { Operation, Recorded } from './history.ts';

interface ChangeRow {
  readonly idx: number;
  readonly item: number;
  readonly kind: string;
  readonly key: string;
  readonly prev_idx: number;
  readonly value: string | null;
}

/** How often the log may hold a value. */
type Bounds = readonly [min: number, max: number];

export interface Inspection {
  /** What is wrong, a sentence each; empty when log, table and answers agree. */
  readonly problems: string[];
  /** `key value` of everything that was ever stored. */
  readonly stored: ReadonlySet<string>;
}

export type PrefixOf = (group: string) => string;

/** @param storage the directory of the control plane's databases */
export function inspectChangeLog(
  storage: string,
  records: readonly Recorded[],
  prefixOf: PrefixOf,
): Inspection {
  const database = new DatabaseSync(findDatabase(storage), { readOnly: true });
  try {
    const rows = database
      .prepare(
        "SELECT idx, item, kind, key, prev_idx, value FROM changes WHERE kind LIKE 'kv.%' ORDER BY idx, item",
      )
      .all() as unknown as ChangeRow[];
    const table = database
      .prepare('SELECT key, modify_index FROM kv ORDER BY key')
      .all() as unknown as { key: string; modify_index: number }[];
    const log = readLog(rows);
    const problems = [
      ...log.problems,
      ...compareWithTable(log.last, table),
      ...compareWithAnswers(log.written, expectations(records, prefixOf)),
    ];
    return { problems, stored: new Set(log.written.keys()) };
  } finally {
    database.close();
  }
}

/**
 * Without the operations of unknown outcome of whose values the log holds none: they were not applied. What was applied
 * keeps its open end, as nobody was told when; so do deletions, which leave no value.
 */
export function withoutUnapplied(
  records: readonly Recorded[],
  stored: ReadonlySet<string>,
  prefixOf: PrefixOf,
): Recorded[] {
  return records.filter(({ group, op, out }) => {
    const written = [op, ...(op.ops ?? [])].filter(({ value }) => value !== undefined);
    if (out !== null || written.length === 0) return true;
    return written.some(({ key, value }) => stored.has(`${prefixOf(group)}${key} ${value}`));
  });
}

interface Log {
  readonly problems: string[];
  /** `key value` of each row that stored a new value, and how often. */
  readonly written: Map<string, number>;
  /** Index of each existing key's last change. */
  readonly last: Map<string, number>;
}

/** A row that repeats its predecessor's value released a lock: it stored nothing new. */
function readLog(rows: readonly ChangeRow[]): Log {
  const log: Log = { problems: [], written: new Map(), last: new Map() };
  const values = new Map<string, string>();
  /** Of keys that were deleted as well: a new life's first change names the deletion. */
  const previous = new Map<string, number>();
  for (const { idx, kind, key, prev_idx, value } of rows) {
    const expected = previous.get(key) ?? 0;
    if (prev_idx !== expected)
      log.problems.push(`${key} at ${idx}: previous index ${prev_idx}, not ${expected}`);
    previous.set(key, idx);
    if (kind === 'kv.delete') {
      log.last.delete(key);
      values.delete(key);
      continue;
    }
    const text = Buffer.from(
      (JSON.parse(value ?? '{}') as KVPair).Value ?? '',
      'base64',
    ).toString();
    if (values.get(key) !== text) {
      const name = `${key} ${text}`;
      log.written.set(name, (log.written.get(name) ?? 0) + 1);
    }
    values.set(key, text);
    log.last.set(key, idx);
  }
  return log;
}

function compareWithTable(
  last: ReadonlyMap<string, number>,
  table: readonly { key: string; modify_index: number }[],
): string[] {
  const problems = table
    .filter(({ key, modify_index }) => last.get(key) !== modify_index)
    .map(({ key, modify_index }) => `${key} is at ${modify_index}, its log at ${last.get(key)}`);
  if (table.length !== last.size)
    problems.push(`the table has ${table.length} keys, the log ${last.size}`);
  return problems;
}

function expectations(records: readonly Recorded[], prefixOf: PrefixOf): Map<string, Bounds> {
  const expected = new Map<string, Bounds>();
  const note = (group: string, { key, value }: Operation, bounds: Bounds): void => {
    if (value !== undefined) expected.set(`${prefixOf(group)}${key} ${value}`, bounds);
  };
  for (const { group, op, out } of records) {
    if (op.kind === 'txn') {
      // Within one transaction a later operation may undo an earlier one, but each leaves its row.
      for (const part of op.ops ?? []) note(group, part, boundsOf(out?.ok));
    } else note(group, op, boundsOf(out === null ? undefined : out.ok === true));
  }
  return expected;
}

function boundsOf(ok: boolean | undefined): Bounds {
  if (ok === undefined) return [0, 1];
  return ok ? [1, 1] : [0, 0];
}

function compareWithAnswers(
  written: ReadonlyMap<string, number>,
  expected: ReadonlyMap<string, Bounds>,
): string[] {
  const problems: string[] = [];
  for (const [name, [min, max]] of expected) {
    const times = written.get(name) ?? 0;
    if (times < min) problems.push(`acknowledged and lost: ${name}`);
    else if (times > max) problems.push(`written ${times} times, at most ${max} expected: ${name}`);
  }
  return problems;
}
