/**
 * Prefixes in pages: as much as fits one answer, and where the next one begins. Consul has none.
 *
 * A page has the datacenter's index of its moment. Whoever waits on the prefix with the index of the first page learns of
 * everything that changed while the others were read.
 */
import { MAX_LIST_CHARS } from '../../protocol/limits.ts';
import type { Notes } from '../../protocol/frames.ts';
import { type SQL, firstRow } from '../db/storage.ts';
import { foldName } from './kv-read.ts';
import { kvRowsBetween, renderKVRow } from './kv-rows.ts';
import { prefixEnd } from './ranges.ts';

export interface Page {
  /** JSON of a list, or '' when nothing is left. */
  readonly body: string;
  readonly notes?: Notes;
}

/** Half a list's bound: pages are read one after the other, so none has to be large. */
const MAX_PAGE_CHARS = MAX_LIST_CHARS / 2;

/** @param after the last key of the page before; '' for the first page */
export function readTreePage(
  sql: SQL,
  prefix: string,
  after: string,
  limit: number,
  sees: (key: string) => boolean,
): Page {
  const page = new PageWriter(limit);
  let start = startOf(prefix, after);
  // Keys that are left out make a page no shorter: the next ones are read.
  for (;;) {
    let last: string | undefined;
    let rows = 0;
    for (const row of kvRowsBetween(sql, start, prefixEnd(prefix), limit + 1)) {
      if (sees(row.key) && !page.add(row.key, renderKVRow(row))) return page.end();
      last = row.key;
      rows++;
    }
    if (last === undefined || rows <= limit) return page.end();
    start = { key: last, isIncluded: false };
  }
}

/** Names below a prefix, folded as kv.keys folds them: each is found by one look, however many keys it stands for. */
export function readKeysPage(
  sql: SQL,
  prefix: string,
  separator: string,
  after: string,
  limit: number,
  sees: (name: string) => boolean,
): Page {
  const page = new PageWriter(limit);
  const end = prefixEnd(prefix);
  let start: Start | null = startOf(prefix, after);
  // The page before ended with a folded name: everything that it stands for is done.
  if (isFolded(after, prefix, separator)) start = behind(after);
  while (start !== null) {
    const key = nextKey(sql, start, end);
    if (key === undefined) break;
    const name = foldName(key, prefix, separator);
    if (sees(name) && !page.add(name, JSON.stringify(name))) break;
    start = isFolded(key, prefix, separator) ? behind(name) : { key, isIncluded: false };
  }
  return page.end();
}

function isFolded(key: string, prefix: string, separator: string): boolean {
  return separator !== '' && key.indexOf(separator, prefix.length) >= 0;
}

/** Where a page begins: at a key, or right after it. */
export interface Start {
  readonly key: string;
  readonly isIncluded: boolean;
}

function startOf(prefix: string, after: string): Start {
  return after === '' ? { key: prefix, isIncluded: true } : { key: after, isIncluded: false };
}

/** Behind everything that starts with `name`; null when nothing can be. */
function behind(name: string): Start | null {
  const key = prefixEnd(name);
  return key === null ? null : { key, isIncluded: true };
}

function nextKey(sql: SQL, { key, isIncluded }: Start, end: string | null): string | undefined {
  const first = isIncluded ? '>=' : '>';
  const row =
    end === null
      ? firstRow<{ key: string }>(
          sql,
          `SELECT key FROM kv WHERE key ${first} ? ORDER BY key LIMIT 1`,
          key,
        )
      : firstRow<{ key: string }>(
          sql,
          `SELECT key FROM kv WHERE key ${first} ? AND key < ? ORDER BY key LIMIT 1`,
          key,
          end,
        );
  return row?.key;
}

class PageWriter {
  readonly #limit: number;
  readonly #parts: string[] = [];
  #chars = 0;
  #last = '';
  #isCut = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** @returns false when it did not fit; a first part always does */
  add(name: string, text: string): boolean {
    const isFull = this.#parts.length === this.#limit || this.#chars + text.length > MAX_PAGE_CHARS;
    if (isFull && this.#parts.length > 0) {
      this.#isCut = true;
      return false;
    }
    this.#parts.push(text);
    this.#chars += text.length;
    this.#last = name;
    return true;
  }

  end(): Page {
    const body = this.#parts.length === 0 ? '' : `[${this.#parts.join(',')}]`;
    return this.#isCut ? { body, notes: { Next: encodeURIComponent(this.#last) } } : { body };
  }
}
