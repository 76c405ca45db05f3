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

/**
 * Go and SQLite compare bytes of UTF-8; JavaScript's own order differs where surrogates stand beside the highest code
 * units.
 */
export function compareUTF8(a: string, b: string): number {
  const length = Math.min(a.length, b.length);
  for (let at = 0; at < length; at++) {
    const left = a.charCodeAt(at);
    const right = b.charCodeAt(at);
    if (left !== right) return rankOf(left) - rankOf(right);
  }
  return a.length - b.length;
}

/** Surrogates stand for the planes above all other code units. */
function rankOf(unit: number): number {
  return unit >= 0xd800 && unit < 0xe000 ? unit + 0x10000 : unit;
}
