/** Rows of an answer that is a list, each with the group that it changes with (`protocol/row-lists.ts`). */
import type { RowGroup } from '../../protocol/pushes.ts';

export interface ListRow {
  readonly group: string;
  readonly text: string;
}

export function renderList(items: readonly string[]): string {
  return `[${items.join(',')}]`;
}

export function renderRows(rows: readonly ListRow[]): string {
  return renderList(rows.map(({ text }) => text));
}

/** The rows of each of `groups`, also of those that have none. */
export function groupRows(groups: readonly string[], rows: readonly ListRow[]): RowGroup[] {
  const byGroup = new Map(groups.map((group) => [group, [] as string[]]));
  for (const { group, text } of rows) byGroup.get(group)?.push(text);
  return [...byGroup].map(([group, texts]) => ({ group, rows: texts }));
}
