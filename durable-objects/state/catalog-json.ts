/**
 * JSON as it stands in the catalog's columns: keys of maps sorted, as Go renders them.
 *
 * Equal values have equal texts, so that "does this change anything" is a comparison of strings,
 * and a column goes into an answer as it is.
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

/** A column that tells an absent map (null) from an empty one. */
export function optionalJSON(value: object | null | undefined): string | null {
  return value === null || value === undefined ? null : canonicalJSON(value);
}

/** A column of a map that Consul omits when it is empty. */
export function nonEmptyJSON(value: object | null | undefined): string | null {
  return value === null || value === undefined || Object.keys(value).length === 0
    ? null
    : canonicalJSON(value);
}

/** `,"Name":json`, or nothing for an absent column. */
export function optionalField(name: string, json: string | null): string {
  return json === null ? '' : `,"${name}":${json}`;
}

/** JSON of a string. Most of the catalog's are empty. */
export function quote(text: string): string {
  return text === '' ? '""' : JSON.stringify(text);
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
