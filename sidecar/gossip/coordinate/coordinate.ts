/** How a place in the space of a pool is pushed about. Distances between two places: `protocol/coordinate.ts`. */
import type { Coordinate } from '../../../protocol/types/coordinate.ts';
import { add, directionFrom, magnitude, scale, subtract, ZERO_THRESHOLD } from './vector.ts';

export interface CoordinateConfig {
  readonly dimensionality: number;
  /** Start value and ceiling of `Error`. */
  readonly errorMax: number;
  /** How much one observation moves the error (c_e of the paper). */
  readonly errorWeight: number;
  /** How much one observation moves the point (c_c of the paper). */
  readonly coordinateWeight: number;
  /** Observations behind `Adjustment`; 0 switches it off. */
  readonly adjustmentWindow: number;
  readonly heightMinSeconds: number;
  /** Round trips kept for each node, of which the median counts. */
  readonly latencyFilterSize: number;
  /** The larger, the weaker the pull towards the origin that keeps the whole cloud from drifting. */
  readonly gravityRho: number;
}

/** Serf's values. All members must agree on them, above all on the number of dimensions. */
export const DEFAULT_COORDINATE_CONFIG: CoordinateConfig = {
  dimensionality: 8,
  errorMax: 1.5,
  errorWeight: 0.25,
  coordinateWeight: 0.25,
  adjustmentWindow: 20,
  heightMinSeconds: 10e-6,
  latencyFilterSize: 3,
  gravityRho: 150,
};

export function originOf(config: CoordinateConfig): Coordinate {
  return {
    Vec: Array.from({ length: config.dimensionality }, () => 0),
    Error: config.errorMax,
    Adjustment: 0,
    Height: config.heightMinSeconds,
  };
}

/** Without the adjustments, seconds. Both must have the same number of dimensions. */
export function rawDistanceSeconds(a: Coordinate, b: Coordinate): number {
  return magnitude(subtract(a.Vec, b.Vec)) + a.Height + b.Height;
}

/**
 * `coordinate` pushed by `force` seconds away from `other`; a negative force pulls.
 *
 * @param random uniform in [0, 1): the direction when both are one point
 */
export function applyForce(
  coordinate: Coordinate,
  force: number,
  other: Coordinate,
  config: CoordinateConfig,
  random: () => number,
): Coordinate {
  const { unit, distance } = directionFrom(other.Vec, coordinate.Vec, random);
  const Vec = add(coordinate.Vec, scale(unit, force));
  if (distance <= ZERO_THRESHOLD) return { ...coordinate, Vec };
  const Height = ((coordinate.Height + other.Height) * force) / distance + coordinate.Height;
  return { ...coordinate, Vec, Height: Math.max(Height, config.heightMinSeconds) };
}
