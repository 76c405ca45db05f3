/**
 * Key ranges: prefixes are read by primary key, never by LIKE.
 */

/**
 * The smallest text that sorts after everything that starts with `prefix`, in SQLite's byte order of UTF-8, or null
 * when there is none (the empty prefix, or one of only the highest code point).
 */
export function prefixEnd(prefix: string): string | null {
  const points = Array.from(prefix);
  for (let last = points.length - 1; last >= 0; last--) {
    const next = nextCodePoint(points[last]!.codePointAt(0)!);
    if (next !== null) return points.slice(0, last).join('') + String.fromCodePoint(next);
  }
  return null;
}

/** Surrogates are no characters, so the range skips them. */
function nextCodePoint(point: number): number | null {
  if (point >= 0x10ffff) return null;
  return point === 0xd7ff ? 0xe000 : point + 1;
}

/** A WHERE clause over `column` and its bindings. */
export function prefixRange(column: string, prefix: string): { where: string; bindings: string[] } {
  if (prefix === '') return { where: '1', bindings: [] };
  const end = prefixEnd(prefix);
  if (end === null) return { where: `${column} >= ?`, bindings: [prefix] };
  return { where: `${column} >= ? AND ${column} < ?`, bindings: [prefix, end] };
}
