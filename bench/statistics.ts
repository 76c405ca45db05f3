/** The two statistics that the report uses. Both take samples in any order. */

/** @returns the middle of `values` (the mean of the two middle ones), NaN when there are none. */
export function median(values: readonly number[]): number {
  return percentile(values, 50);
}

/**
 * The percentile `rank` (0 to 100), by linear interpolation between the closest ranks.
 *
 * @returns NaN when `values` is empty.
 */
export function percentile(values: readonly number[], rank: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * (rank / 100);
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return below + (above - below) * (position - Math.floor(position));
}
