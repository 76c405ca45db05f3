/**
 * The change log as readers see it: forward for a stream, backward for an audit, a bounded step at a time.
 *
 * Rows are looked at without their values, which are fetched for those that are wanted.
 */
import { badRequest } from '../../protocol/errors.ts';
import type { SQL } from '../db/storage.ts';
import { firstRow } from '../db/storage.ts';
import { familyOf } from '../watch/change-topics.ts';
import { type KVChange, pairAfter } from './kv-history.ts';

/** A place in the log: everything up to and including this change was seen. */
export interface LogPosition {
  readonly idx: number;
  /** ALL_ITEMS for the whole of an index. */
  readonly item: number;
}

export const ALL_ITEMS = Number.MAX_SAFE_INTEGER;

export type LoggedChange = {
  idx: number;
  item: number;
  at: number;
  actor: string;
  kind: string;
  key: string;
  prev_idx: number;
  scope: string | null;
  chunks: number;
};

const COLUMNS = 'idx, item, at, actor, kind, key, prev_idx, scope, chunks';

/** `57`, or `57.3` within an index. */
export function renderPosition({ idx, item }: LogPosition): string {
  return item === ALL_ITEMS ? String(idx) : `${idx}.${item}`;
}

/** @throws RPCError bad-request */
export function parsePosition(text: string): LogPosition {
  const match = /^(\d{1,15})(?:\.(\d{1,15}))?$/.exec(text);
  if (match === null) throw badRequest(`no place in the log: ${JSON.stringify(text.slice(0, 64))}`);
  return { idx: Number(match[1]), item: match[2] === undefined ? ALL_ITEMS : Number(match[2]) };
}

/** Changes after a place, oldest first. */
export function changesAfter(sql: SQL, { idx, item }: LogPosition, limit: number): LoggedChange[] {
  return sql
    .exec<LoggedChange>(
      `SELECT ${COLUMNS} FROM changes WHERE (idx, item) > (?, ?) ORDER BY idx, item LIMIT ?`,
      idx,
      item,
      limit,
    )
    .toArray();
}

/** Changes up to a place, newest first. */
export function changesUpTo(sql: SQL, { idx, item }: LogPosition, limit: number): LoggedChange[] {
  return sql
    .exec<LoggedChange>(
      `SELECT ${COLUMNS} FROM changes WHERE (idx, item) <= (?, ?) ORDER BY idx DESC, item DESC LIMIT ?`,
      idx,
      item,
      limit,
    )
    .toArray();
}

/** Whether changes after a place are gone from the log. */
export function isLost(sql: SQL, { idx, item }: LogPosition): boolean {
  const first = firstRow<{ idx: number; item: number }>(
    sql,
    'SELECT idx, item FROM changes ORDER BY idx, item LIMIT 1',
  );
  // The first write of a datacenter takes index 2.
  if (first === undefined || (first.idx <= 2 && first.item === 0)) return false;
  if (first.item > 0) return idx < first.idx || (idx === first.idx && item < first.item - 1);
  // Of the index before the first nobody knows how many changes it had.
  return idx < first.idx - 1 || (idx === first.idx - 1 && item !== ALL_ITEMS);
}

/** What the scope of a change is called. */
const SCOPE_NAMES: Readonly<Record<string, string>> = {
  service: 'Service',
  check: 'Service',
  session: 'Node',
};

/** A change without its value, in the shape that clients get. */
export function describeChange(change: LoggedChange): Record<string, string | number> {
  const { idx, at, actor, kind, key, prev_idx, scope } = change;
  const scopeName = SCOPE_NAMES[familyOf(kind)];
  return {
    Index: idx,
    Time: new Date(at).toISOString(),
    Actor: actor,
    Kind: kind,
    Key: key,
    PreviousIndex: prev_idx,
    ...(scope && scopeName !== undefined && { [scopeName]: scope }),
  };
}

/** JSON of a change with the value after it; the value of a deletion is null. */
export function renderChange(sql: SQL, change: LoggedChange): string {
  const head = JSON.stringify(describeChange(change));
  return `${head.slice(0, -1)},"Value":${valueOf(sql, change) ?? 'null'}}`;
}

function valueOf(sql: SQL, { idx, item }: LoggedChange): string | null {
  const row = firstRow<KVChange>(
    sql,
    'SELECT idx, at, actor, kind, key, prev_idx, value, chunks FROM changes WHERE idx = ? AND item = ?',
    idx,
    item,
  );
  return row === undefined ? null : pairAfter(sql, row);
}
