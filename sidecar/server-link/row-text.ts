/**
 * The JSON text of a long list as its rows, so that changed rows can be put in place without reading the list again.
 *
 * The rows' texts stay exactly as the datacenter rendered them: numbers of 64 bits would not outlive a parser.
 */
import type { RowGroup } from '../../protocol/pushes.ts';
import type { RowList } from '../../protocol/row-lists.ts';
import { compareUTF8 } from '../../protocol/canonical-json.ts';

interface Row {
  readonly group: string;
  readonly order: string;
  readonly text: string;
}

export class RowText {
  readonly #list: RowList;
  #rows: Row[];

  private constructor(list: RowList, rows: Row[]) {
    this.#list = list;
    this.#rows = rows;
  }

  /**
   * @param body the list's JSON without blanks between rows, or '' for a list that does not exist
   * @throws SyntaxError for anything else
   */
  static parse(list: RowList, body: string): RowText {
    const rows = body === '' ? [] : splitRows(body).map((text) => toRow(list, text));
    return new RowText(list, rows);
  }

  get size(): number {
    return this.#rows.length;
  }

  /** Puts each group's rows in place of those that it had. @throws SyntaxError for a row that is no JSON */
  apply(groups: readonly RowGroup[]): void {
    const changed = new Set(groups.map(({ group }) => group));
    const kept = this.#rows.filter(({ group }) => !changed.has(group));
    const fresh = groups
      .flatMap(({ rows }) => rows.map((text) => toRow(this.#list, text)))
      .toSorted((a, b) => compareUTF8(a.order, b.order));
    this.#rows = merge(kept, fresh);
  }

  render(): string {
    return this.#list.open + this.#rows.map(({ text }) => text).join(',') + this.#list.close;
  }
}

function toRow(list: RowList, text: string): Row {
  const group = list.groupOf(text);
  return { group, order: list.orderOf?.(text) ?? group, text };
}

/** Both are sorted; groups never stand in both, so ties do not matter. */
function merge(kept: readonly Row[], fresh: readonly Row[]): Row[] {
  if (fresh.length === 0) return [...kept];
  const merged: Row[] = [];
  let next = 0;
  for (const row of kept) {
    while (next < fresh.length && compareUTF8(fresh[next]!.order, row.order) < 0)
      merged.push(fresh[next++]!);
    merged.push(row);
  }
  for (const row of fresh.slice(next)) merged.push(row);
  return merged;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const OPENING = new Set([0x5b, 0x7b]);
const CLOSING = new Set([0x5d, 0x7d]);

/** The elements of an array or the members of an object, as their texts. */
function splitRows(body: string): string[] {
  if (!OPENING.has(body.charCodeAt(0)) || !CLOSING.has(body.charCodeAt(body.length - 1)))
    throw new SyntaxError('not a list');
  const rows: string[] = [];
  let depth = 0;
  let start = 1;
  const last = body.length - 1;
  for (let at = 1; at < last; at++) {
    const unit = body.charCodeAt(at);
    if (unit === QUOTE) at = endOfString(body, at);
    else if (OPENING.has(unit)) depth++;
    else if (CLOSING.has(unit)) depth--;
    else if (unit === COMMA && depth === 0) {
      rows.push(body.slice(start, at));
      start = at + 1;
    }
  }
  if (start < last) rows.push(body.slice(start, last));
  return rows;
}

/** Where the string that begins at `start` ends; values of many kilobytes are skipped at once. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at >= 0; at = text.indexOf('"', at + 1)) {
    let slashes = 0;
    while (text.charCodeAt(at - 1 - slashes) === BACKSLASH) slashes++;
    if (slashes % 2 === 0) return at;
  }
  throw new SyntaxError('a string without an end');
}
