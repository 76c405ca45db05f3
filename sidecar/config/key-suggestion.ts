/** A typing error of one or two letters in a key of at least four. */
const MAX_TYPO_DISTANCE = 2;
const MIN_TYPO_LENGTH = 4;
/** Longer keys are no typing errors of ours, and the comparison costs their length. */
const MAX_TYPO_LENGTH = 64;

/** The key that was probably meant, if one is close enough. */
export function nearestKey(key: string, candidates: readonly string[]): string | undefined {
  if (key.length < MIN_TYPO_LENGTH || key.length > MAX_TYPO_LENGTH) return undefined;
  const distances = candidates.map((name) => ({
    name,
    distance: editDistance(key.toLowerCase(), name),
  }));
  const best = distances.toSorted((a, b) => a.distance - b.distance)[0];
  return best !== undefined && best.distance <= MAX_TYPO_DISTANCE ? best.name : undefined;
}

/** Levenshtein's distance, one row at a time. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(row[j]! + 1, next[j - 1]! + 1, substitution));
    }
    row = next;
  }
  return row[b.length]!;
}
