/**
 * JSON with the keys of maps sorted, as Go renders them: equal values have equal texts.
 */

export function canonicalJSON(value: unknown): string {
  if (Array.isArray(value))
    return `[${value.map((item) => canonicalJSON(item ?? null)).join(',')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null';
  const fields: string[] = [];
  for (const name of Object.keys(value).toSorted(compareUTF8)) {
    const field = (value as Record<string, unknown>)[name];
    if (field !== undefined) fields.push(`${JSON.stringify(name)}:${canonicalJSON(field)}`);
  }
  return `{${fields.join(',')}}`;
}

/** Go and SQLite compare bytes of UTF-8; JavaScript's own order differs beyond the basic plane. */
export function compareUTF8(a: string, b: string): number {
  if (a === b) return 0;
  const left = Array.from(a, (point) => point.codePointAt(0)!);
  const right = Array.from(b, (point) => point.codePointAt(0)!);
  for (let at = 0; at < left.length && at < right.length; at++) {
    if (left[at] !== right[at]) return left[at]! - right[at]!;
  }
  return left.length - right.length;
}
