/**
 * Answers that are long lists, and how their rows are told apart, so that a push can carry the rows that changed.
 *
 * Rows come in groups that change together: a key, or whatever stands on one node. Both ends have to agree on this table:
 * the datacenter names groups, the sidecar finds their rows in the text that it holds.
 */
import type { ReadMethod } from './methods.ts';

export interface RowList {
  /** The brackets of the list. */
  readonly open: '[' | '{';
  readonly close: ']' | '}';
  /** The group of a row, given its JSON. */
  groupOf(row: string): string;
  /** By whose UTF-8 bytes the list is sorted, the group itself unless given; rows of one group keep their order. */
  orderOf?(row: string): string;
}

interface OnNode {
  readonly Node: string | { readonly Node: string };
}

/** Names of nodes are compared, and sorted, without regard to case. */
const byNode: RowList = {
  open: '[',
  close: ']',
  groupOf(row) {
    const { Node } = JSON.parse(row) as OnNode;
    return (typeof Node === 'string' ? Node : Node.Node).toLowerCase();
  },
};

/** A member of an object. */
const nameOf = (row: string): string => Object.keys(JSON.parse(`{${row}}`) as object)[0] ?? '';

export const ROW_LISTS = {
  'kv.list': {
    open: '[',
    close: ']',
    groupOf: (row) => (JSON.parse(row) as { Key: string }).Key,
  },
  'kv.keys': { open: '[', close: ']', groupOf: (row) => JSON.parse(row) as string },
  'catalog.nodes': byNode,
  'catalog.service': byNode,
  /** Spellings of a name that differ in case are one group, and may stand apart. */
  'catalog.services': {
    open: '{',
    close: '}',
    groupOf: (row) => nameOf(row).toLowerCase(),
    orderOf: nameOf,
  },
  'health.service': byNode,
  'health.checks': byNode,
  'health.state': byNode,
  'coordinate.nodes': byNode,
} as const satisfies Partial<Record<ReadMethod, RowList>>;

export type RowListMethod = keyof typeof ROW_LISTS;

export function findRowList(method: string): RowList | undefined {
  return Object.hasOwn(ROW_LISTS, method) ? ROW_LISTS[method as RowListMethod] : undefined;
}
