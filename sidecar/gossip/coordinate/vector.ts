/** Vectors as plain arrays of equal length. */

/** Below this two points count as one: normalising their difference would only amplify noise. */
export const ZERO_THRESHOLD = 1e-6;

export function add(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value + (b[i] ?? 0));
}

export function subtract(a: readonly number[], b: readonly number[]): number[] {
  return a.map((value, i) => value - (b[i] ?? 0));
}

export function scale(a: readonly number[], factor: number): number[] {
  return a.map((value) => value * factor);
}

export function magnitude(a: readonly number[]): number {
  return Math.sqrt(a.reduce((sum, value) => sum + value * value, 0));
}

export interface Direction {
  /** Of length 1. */
  readonly unit: number[];
  /** How far the two points lie apart; 0 when they are one and the direction was drawn. */
  readonly distance: number;
}

/**
 * The direction from `b` to `a`. Nodes all start in the origin, so points that coincide get a random direction: without it
 * they would never part.
 */
export function directionFrom(
  b: readonly number[],
  a: readonly number[],
  random: () => number,
): Direction {
  const difference = subtract(a, b);
  const distance = magnitude(difference);
  if (distance > ZERO_THRESHOLD) return { unit: scale(difference, 1 / distance), distance };
  const drawn = a.map(() => random() - 0.5);
  const length = magnitude(drawn);
  if (length > ZERO_THRESHOLD) return { unit: scale(drawn, 1 / length), distance: 0 };
  return { unit: a.map((_, i) => (i === 0 ? 1 : 0)), distance: 0 };
}
