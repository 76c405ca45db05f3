/** From what a datacenter found to what a client gets: chance, nearness and limit. */
import type { CheckServiceNode } from '../../protocol/types/catalog.ts';
import type { QueryExecution } from '../../protocol/types/prepared-query.ts';

/** Consul looks no further for the node that was asked for: after sorting it cannot stand behind more. */
const NEAR_SEARCH_DEPTH = 10;

/**
 * Instances in the order of their ranks, equal ones in a new random order each time, so that clients which take the
 * first spread over them. The node that was sorted by comes first wherever it stands.
 *
 * @param limit how many at most; 0 or less for all
 * @param random gives numbers in [0, 1)
 */
export function arrangeNodes(
  { Nodes, Ranks, Near }: QueryExecution,
  limit: number,
  random: () => number,
): CheckServiceNode[] {
  const order = Nodes.map((_node, index) => ({ index, rank: Ranks[index] ?? 0, lot: random() }));
  order.sort((a, b) => a.rank - b.rank || a.lot - b.lot);
  const nodes = order.map(({ index }) => Nodes[index]!);
  const near = Near.toLowerCase();
  const at = nodes
    .slice(0, NEAR_SEARCH_DEPTH)
    .findIndex(({ Node }) => near !== '' && Node.Node.toLowerCase() === near);
  if (at > 0) [nodes[0], nodes[at]] = [nodes[at]!, nodes[0]!];
  return limit > 0 ? nodes.slice(0, limit) : nodes;
}
