/**
 * Keys as they were at an index of the past.
 *
 * A key that was not written since is read from its row. Any other is walked back in the change log, each index that
 * the walk meets read once a round for all the keys that it concerns, so that a prefix that was deleted as a whole costs
 * its size and not its square.
 */
import { RPCError } from '../../protocol/errors.ts';
import { MAX_PAST_CHARS, MAX_PAST_WALK_ROWS } from '../../protocol/limits.ts';
import type { SQL } from '../db/storage.ts';
import { type KVChange, changesOfKey, latestIndex, pairAfter } from './kv-history.ts';
import { findKVRow, kvRowsBelow, renderKVRow } from './kv-rows.ts';
import { gone } from './log-time.ts';
import { trimmedIndex } from './log-trim.ts';
import { getRestoredIndex } from './meta.ts';
import { prefixRange } from './ranges.ts';

/** @returns JSON of the pair, null when there was none. @throws RPCError gone, too-large */
export function pairAt(sql: SQL, key: string, index: number): string | null {
  if (index < getRestoredIndex(sql)) {
    throw gone(
      `a snapshot was restored since: what was at index ${index} is not how the state came about`,
    );
  }
  let at = latestIndex(sql, key);
  for (let walked = 0; at > index; walked++) {
    if (walked > MAX_PAST_WALK_ROWS) throw tooManyChanges();
    const changes = changesOfKey(sql, key, at);
    const first = changes.at(-1);
    if (first === undefined) throw trimmed(key, index);
    at = first.prev_idx;
  }
  const row = findKVRow(sql, key);
  if (row !== undefined && row.modify_index === at) return renderKVRow(row);
  // What was deleted before the log begins has left no trace, so nothing is known of it.
  if (at === 0 && index < trimmedIndex(sql)) throw trimmed(key, index);
  if (at === 0) return null;
  const [last] = changesOfKey(sql, key, at);
  if (last === undefined) throw trimmed(key, index);
  return pairAfter(sql, last);
}

/**
 * The pairs of a prefix at an index, in the order of their keys; null for a key that is known but was absent then.
 *
 * @throws RPCError gone, too-large
 */
export function treeAt(sql: SQL, prefix: string, index: number): Map<string, string | null> {
  if (index < trimmedIndex(sql))
    throw gone(`the log of changes was trimmed: index ${index} lies before what it tells of`);
  const walk = new Walk(sql, prefix, index);
  const pairs = new Map<string, string | null>();
  for (const { key, idx } of latestBelow(sql, prefix)) {
    pairs.set(key, null);
    if (idx > index) walk.add(key, idx);
  }
  walk.run();
  for (const row of kvRowsBelow(sql, prefix)) {
    if (row.modify_index <= index) walk.take(pairs, row.key, renderKVRow(row));
  }
  walk.readInto(pairs);
  return pairs;
}

/** Every key of which something is known, with the index of its last change. */
function latestBelow(sql: SQL, prefix: string): { key: string; idx: number }[] {
  const { where, bindings } = prefixRange('key', prefix);
  return sql
    .exec<{ key: string; idx: number }>(
      `SELECT key, MAX(idx) AS idx FROM (
         SELECT key, modify_index AS idx FROM kv WHERE ${where}
         UNION ALL SELECT key, idx FROM kv_tombstones WHERE ${where}
         UNION ALL SELECT key, idx FROM kv_graves WHERE ${where}
       ) GROUP BY key ORDER BY key`,
      ...bindings,
      ...bindings,
      ...bindings,
    )
    .toArray();
}

type Keys = Set<string>;

class Walk {
  readonly #sql: SQL;
  readonly #prefix: string;
  readonly #index: number;
  /** Keys whose change at an index is still to be looked at, by that index. */
  #pending = new Map<number, Keys>();
  /** Keys whose pair at the moment is what an index left. */
  readonly #found = new Map<number, Keys>();
  readonly #restored: number;
  #rows = 0;
  #chars = 0;

  constructor(sql: SQL, prefix: string, index: number) {
    this.#sql = sql;
    this.#restored = getRestoredIndex(sql);
    this.#prefix = prefix;
    this.#index = index;
  }

  add(key: string, at: number): void {
    addTo(this.#pending, at, key);
  }

  run(): void {
    while (this.#pending.size > 0) {
      const round = this.#pending;
      this.#pending = new Map();
      for (const [at, keys] of round) this.#step(at, keys);
    }
  }

  readInto(pairs: Map<string, string | null>): void {
    for (const [at, keys] of this.#found) {
      const last = new Map<string, KVChange>();
      for (const change of this.#changes(at, keys, 'value')) last.set(change.key, change);
      for (const key of keys) {
        const change = last.get(key);
        if (change === undefined) throw trimmed(key, this.#index);
        const pair = pairAfter(this.#sql, change);
        if (pair !== null) this.take(pairs, key, pair);
      }
    }
  }

  take(pairs: Map<string, string | null>, key: string, pair: string): void {
    this.#chars += pair.length;
    if (this.#chars > MAX_PAST_CHARS) {
      throw new RPCError(
        'too-large',
        `the keys below ${JSON.stringify(this.#prefix)} held more than ${MAX_PAST_CHARS} characters: ` +
          'take longer prefixes one by one',
      );
    }
    pairs.set(key, pair);
  }

  #step(at: number, keys: Keys): void {
    const previous = new Map<string, number>();
    for (const change of this.#changes(at, keys, 'NULL AS value')) {
      // Of several changes at one index the first knows what was before.
      if (!previous.has(change.key)) previous.set(change.key, change.prev_idx);
    }
    for (const key of keys) {
      const before = previous.get(key);
      if (before === undefined) throw trimmed(key, this.#index);
      if (before > this.#index) this.add(key, before);
      else if (before > 0) addTo(this.#found, before, key);
    }
  }

  #changes(at: number, keys: Keys, value: string): KVChange[] {
    if (at < this.#restored) return [];
    const { where, bindings } = prefixRange('key', this.#prefix);
    const rows = this.#sql
      .exec<KVChange>(
        `SELECT idx, at, actor, kind, key, prev_idx, ${value}, chunks FROM changes
         WHERE idx = ? AND ${where} AND kind IN ('kv.set', 'kv.delete') ORDER BY item`,
        at,
        ...bindings,
      )
      .toArray();
    this.#rows += rows.length;
    if (this.#rows > MAX_PAST_WALK_ROWS) throw tooManyChanges();
    return rows.filter(({ key }) => keys.has(key));
  }
}

function addTo(map: Map<number, Keys>, at: number, key: string): void {
  const keys = map.get(at);
  if (keys === undefined) map.set(at, new Set([key]));
  else keys.add(key);
}

function trimmed(key: string, index: number): RPCError {
  return gone(
    `the log of changes was trimmed: what ${JSON.stringify(key)} held at index ${index} is no longer known`,
  );
}

function tooManyChanges(): RPCError {
  return new RPCError(
    'too-large',
    `more than ${MAX_PAST_WALK_ROWS} changes lie between then and now: take a later moment, or longer prefixes one by one`,
  );
}
