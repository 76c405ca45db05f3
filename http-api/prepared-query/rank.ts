/** The order of what a query found: by distance, with equal distances marked as such. */
import { compareDistances } from '../../protocol/coordinate.ts';

export interface Ranked<T> {
  readonly items: readonly T[];
  /** One for each item: 0 for the nearest, equal ones for equal distances. */
  readonly ranks: number[];
}

/** @param distanceOf in seconds, Infinity for the unknown */
export function rankByDistance<T>(found: readonly T[], distanceOf: (item: T) => number): Ranked<T> {
  const measured = found.map((item) => ({ item, distance: distanceOf(item) }));
  measured.sort((a, b) => compareDistances(a.distance, b.distance));
  let rank = 0;
  const ranks = measured.map(({ distance }, index) => {
    if (index > 0 && distance !== measured[index - 1]!.distance) rank += 1;
    return rank;
  });
  return { items: measured.map(({ item }) => item), ranks };
}
