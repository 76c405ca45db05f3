/**
 * Pushes: what a datacenter tells of watched queries by itself.
 *
 * A push carries the whole answer, or (of a long list) the rows that changed, or nothing: then the sidecar reads. Like a
 * reply it is a line of JSON with lengths in UTF-16 units, a newline, and texts one after the other; the part of a push
 * that is the same for every link is rendered once.
 */

/** One group of a list's rows (`row-lists.ts` says what a group is), as it is now. */
export interface RowGroup {
  readonly group: string;
  /** The rows' JSON in the list's order; none when the group has left the list. */
  readonly rows: readonly string[];
}

/** What makes the answer at `base` the answer at the push's own index. */
export interface RowChanges {
  /**
   * The index of the answer that the receiver has to hold. -1: whichever it holds, as long as it came over this link:
   * a datacenter that slept knows that it told everything before it slept, not which index that had.
   */
  readonly base: number;
  readonly groups: readonly RowGroup[];
}

export const ANY_BASE = -1;

export interface Push {
  /** The number that the sidecar gave its subscription. */
  readonly id: number;
  readonly index: number;
  /** Null when the answer does not travel with the push. */
  readonly body: string | null;
  /** What changed, in place of the body. */
  readonly changes?: RowChanges;
}

/** A push without its receiver's number: the same for every link. */
export interface RenderedPush {
  readonly index: number;
  /** The whole answer; null when it does not travel. */
  readonly body: string | null;
  /** What stands behind the number in the header. */
  readonly head: string;
  /** What stands behind the header line. */
  readonly text: string;
}

export function renderAnswerPush(index: number, body: string): RenderedPush {
  return { index, body, head: `${index},${body.length}`, text: body };
}

/** Something changed: the receiver is to read if it wants to know. */
export function renderBump(index: number): RenderedPush {
  return { index, body: null, head: `${index},-1`, text: '' };
}

export function renderChangesPush(index: number, { base, groups }: RowChanges): RenderedPush {
  const text = groups.map(({ rows }) => rows.join('')).join('');
  const lengths = groups.map(({ group, rows }) => [group, ...rows.map((row) => row.length)]);
  return {
    index,
    body: null,
    head: `${index},${text.length},${base},${JSON.stringify(lengths)}`,
    text,
  };
}

export function encodePushes(
  pushes: readonly { readonly id: number; readonly push: RenderedPush }[],
): string {
  const heads = pushes.map(({ id, push }) => `[${id},${push.head}]`);
  return `{"p":[${heads.join(',')}]}\n${pushes.map(({ push }) => push.text).join('')}`;
}

type GroupHead = [group: string, ...lengths: number[]];
export type PushHead = [
  id: number,
  index: number,
  length: number,
  base?: number,
  groups?: GroupHead[],
];

/** @param take gives the next so many units of the text, and throws RangeError beyond its end */
export function decodePush(head: PushHead, take: (length: number) => string): Push {
  const [id, index, length, base, groups] = head;
  if (length < 0) return { id, index, body: null };
  if (base === undefined || groups === undefined) return { id, index, body: take(length) };
  const decoded = groups.map(([group, ...lengths]) => ({ group, rows: lengths.map(take) }));
  return { id, index, body: null, changes: { base, groups: decoded } };
}
