/**
 * Sorting by distance from a node (Consul: agent/consul/rtt.go, sortNodesByDistanceFrom).
 *
 * The sort is stable; whatever stands on a node without a coordinate comes last. Without a coordinate of the node
 * itself there is nothing to sort by, and the order stays.
 */
import {
  type CoordinateSet,
  compareDistances,
  distanceBetween,
} from '../../protocol/coordinate.ts';
import { RPCError } from '../../protocol/errors.ts';
import type { SQL } from '../db/storage.ts';
import { coordinatesOf } from './coordinates.ts';

/** Distances in seconds by node name, each node looked up once; Infinity for the unknown. */
export class Distances {
  readonly #sql: SQL;
  readonly #origin: CoordinateSet;
  readonly #known = new Map<string, number>();

  /** @param near a node's name; '' for none */
  constructor(sql: SQL, near: string) {
    this.#sql = sql;
    this.#origin = near === '' ? new Map() : coordinatesOf(sql, near);
  }

  /** False when every distance is unknown because the origin is. */
  get isKnown(): boolean {
    return this.#origin.size > 0;
  }

  to(node: string): number {
    if (!this.isKnown) return Infinity;
    let distance = this.#known.get(node);
    if (distance === undefined) {
      distance = distanceBetween(this.#origin, coordinatesOf(this.#sql, node));
      this.#known.set(node, distance);
    }
    return distance;
  }
}

/** Sorted items are all in memory at once: about 1 KB each. */
const MAX_SORTED_ITEMS = 40_000;

/**
 * @param nodeOf the name of the node that an item stands on
 * @returns the items themselves, one by one, where there is nothing to sort by
 * @throws RPCError too-large for more than MAX_SORTED_ITEMS
 */
export function sortByDistance<T>(
  sql: SQL,
  near: string | undefined,
  items: Iterable<T>,
  nodeOf: (item: T) => string,
): Iterable<T> {
  const distances = new Distances(sql, near ?? '');
  if (!distances.isKnown) return items;
  return takeAtMost(items, MAX_SORTED_ITEMS).toSorted((a, b) =>
    compareDistances(distances.to(nodeOf(a)), distances.to(nodeOf(b))),
  );
}

function takeAtMost<T>(items: Iterable<T>, limit: number): T[] {
  const taken: T[] = [];
  for (const item of items) {
    if (taken.length === limit)
      throw new RPCError('too-large', `at most ${limit} can be sorted by distance: ask for fewer`);
    taken.push(item);
  }
  return taken;
}
