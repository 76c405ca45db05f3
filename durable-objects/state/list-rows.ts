/** Rows of an answer that is a list, each with the group that it changes with (`protocol/row-lists.ts`). */
import type { RowGroup } from '../../protocol/pushes.ts';
import { ListText } from './list-text.ts';

export interface ListRow {
  readonly group: string;
  readonly text: string;
}

/**
 * An answer that is a list. Items are taken one by one, so that rows need not all be in memory beside their text.
 *
 * @param remedy what a client can do whose list is too long, a clause
 * @throws RPCError too-large beyond MAX_LIST_CHARS
 */
export function renderList(items: Iterable<string>, remedy: string): string {
  const list = new ListText(remedy);
  for (const item of items) list.add(item);
  return list.render() || '[]';
}

/** A list within an item of an answer, which as a whole has its bound. */
export function joinItems(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}

/** @throws RPCError as renderList */
export function renderRows(rows: Iterable<ListRow>, remedy: string): string {
  const list = new ListText(remedy);
  for (const { text } of rows) list.add(text);
  return list.render() || '[]';
}

/** The rows of each of `groups`, also of those that have none. */
export function groupRows(groups: readonly string[], rows: Iterable<ListRow>): RowGroup[] {
  const byGroup = new Map(groups.map((group) => [group, [] as string[]]));
  for (const { group, text } of rows) byGroup.get(group)?.push(text);
  return [...byGroup].map(([group, texts]) => ({ group, rows: texts }));
}
