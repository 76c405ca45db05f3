/** Distances between Vivaldi network coordinates (Dabek et al. 2004, with heights), as Serf computes them. */

export interface Coordinate {
  readonly Vec: readonly number[];
  /** Seconds, as are all other members. */
  readonly Error: number;
  readonly Adjustment: number;
  readonly Height: number;
}

const MS_PER_SECOND = 1000;

/** The estimated round-trip time in milliseconds. Coordinates of different pools must not be mixed. */
export function distanceMs(left: Coordinate, right: Coordinate): number {
  const squares = left.Vec.map((value, axis) => (value - (right.Vec[axis] ?? 0)) ** 2);
  const straight = Math.sqrt(squares.reduce((sum, square) => sum + square, 0));
  const raw = straight + left.Height + right.Height;
  const adjusted = raw + left.Adjustment + right.Adjustment;
  // An adjustment may outweigh a short distance; a time below zero would be no estimate at all.
  return (adjusted > 0 ? adjusted : raw) * MS_PER_SECOND;
}
