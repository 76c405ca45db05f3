/** What is done to a chain's graph once it stands: circles, splitters below splitters, nodes that nothing leads to. */
import { invalid } from '../../protocol/errors.ts';
import { type ChainNode, type Split, type SplitterNode, nodeKey } from './chain.ts';
import { mergeSplits } from './split-definition.ts';

export type Nodes = Map<string, ChainNode>;

function nextOf(node: ChainNode): readonly string[] {
  switch (node.type) {
    case 'router':
      return node.routes.map(({ next }) => next);
    case 'splitter':
      return node.splits.map(({ next }) => next);
    case 'resolver':
      return [];
  }
}

/** @throws RPCError with the way from the start into the circle; of several the one behind the last share */
export function refuseCircles(nodes: Nodes, start: string): void {
  const path: string[] = [];
  const visit = (key: string): void => {
    if (path.includes(key)) {
      throw invalid(`detected circular reference: [${[...path, key].join(' -> ')}]`);
    }
    path.push(key);
    for (const next of nextOf(nodes.get(key)!).toReversed()) visit(next);
    path.pop();
  };
  visit(start);
}

/** Puts the shares of a splitter below a splitter into its place. The graph has no circles. */
export function flattenSplitters(nodes: Nodes): void {
  const done = new Set<SplitterNode>();
  const flatten = (node: SplitterNode): readonly Split[] => {
    if (done.has(node)) return node.splits;
    done.add(node);
    node.splits = node.splits.flatMap((split) => {
      const below = nodes.get(split.next);
      return below?.type === 'splitter'
        ? flatten(below).map((inner) => within(split, inner))
        : [split];
    });
    return node.splits;
  };
  for (const node of nodes.values()) if (node.type === 'splitter') flatten(node);
}

function within(outer: Split, inner: Split): Split {
  return {
    definition: mergeSplits(outer.definition, inner.definition),
    weight: roundWeight((outer.weight * inner.weight) / 100),
    next: inner.next,
  };
}

/** Weights have two decimals. */
function roundWeight(weight: number): number {
  return Math.fround(Math.round(Math.fround(weight) * 100) / 100);
}

/** @returns the nodes that may be reached, in the order of their keys */
export function reachable(nodes: Nodes, start: string): Nodes {
  const found = new Set<string>();
  const visit = (key: string): void => {
    if (found.has(key)) return;
    found.add(key);
    for (const next of nextOf(nodes.get(key)!)) visit(next);
  };
  visit(start);
  const kept = [...nodes.values()].filter((node) => found.has(nodeKey(node)));
  return new Map(
    kept.map((node) => [nodeKey(node), node] as const).toSorted(([a], [b]) => (a < b ? -1 : 1)),
  );
}
