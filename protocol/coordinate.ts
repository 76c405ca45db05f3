/**
 * Distances between network coordinates (Dabek et al., "Vivaldi", 2004, with heights and Serf's adjustment term).
 *
 * Pure arithmetic, so that datacenter, sidecar and command line estimate the same round-trip time.
 */
import type { Coordinate } from './types/coordinate.ts';

/** Serf's default; coordinates of another number of dimensions cannot be compared. */
export const COORDINATE_DIMENSIONS = 8;

/** Where a node stands before it has measured anything (serf coordinate.DefaultConfig). */
export const ORIGIN: Coordinate = {
  Vec: Array.from({ length: COORDINATE_DIMENSIONS }, () => 0),
  Error: 1.5,
  Adjustment: 0,
  Height: 1e-5,
};

const NANOSECONDS_PER_SECOND = 1e9;

/**
 * The estimated round-trip time in seconds, cut to whole nanoseconds as Go's time.Duration is: coordinates that are
 * closer than that count as equally far, and keep their order.
 */
export function distanceSeconds(left: Coordinate, right: Coordinate): number {
  let squares = 0;
  for (let axis = 0; axis < left.Vec.length; axis++) {
    squares += (left.Vec[axis]! - (right.Vec[axis] ?? 0)) ** 2;
  }
  const raw = Math.sqrt(squares) + left.Height + right.Height;
  const adjusted = raw + left.Adjustment + right.Adjustment;
  // An adjustment may outweigh a short distance; a time below zero would be no estimate at all.
  const seconds = adjusted > 0 ? adjusted : raw;
  return Math.trunc(seconds * NANOSECONDS_PER_SECOND) / NANOSECONDS_PER_SECOND;
}

/** Whether every member is a number that can be computed with. */
export function isFiniteCoordinate({ Vec, Error, Adjustment, Height }: Coordinate): boolean {
  return [...Vec, Error, Adjustment, Height].every((value) => Number.isFinite(value));
}

/** A node's coordinates by network segment. */
export type CoordinateSet = ReadonlyMap<string, Coordinate>;

/**
 * The distance between two nodes, Infinity when it cannot be known.
 *
 * A node with one segment only may be a client that knows no other, so its segment decides; nodes with several are in all.
 */
export function distanceBetween(left: CoordinateSet, right: CoordinateSet): number {
  const segment = onlySegment(right) ?? onlySegment(left) ?? '';
  const a = left.get(segment);
  const b = right.get(segment);
  return a === undefined || b === undefined ? Infinity : distanceSeconds(a, b);
}

function onlySegment(set: CoordinateSet): string | undefined {
  return set.size === 1 ? set.keys().next().value : undefined;
}

/** Orders distances, the nearest first. Not a subtraction: two unknown distances are equal, not NaN. */
export function compareDistances(a: number, b: number): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
