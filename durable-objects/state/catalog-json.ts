/**
 * JSON as it stands in the catalog's columns: keys of maps sorted, as Go renders them.
 *
 * Equal values have equal texts, so that "does this change anything" is a comparison of strings,
 * and a column goes into an answer as it is.
 */
import { canonicalJSON } from '../../protocol/canonical-json.ts';
import type { Locality } from '../../protocol/types/catalog.ts';

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

/** Empty members are left out; a locality without any stays what it is, as in Consul. */
export function localityJSON(locality: Locality | null | undefined): string | null {
  if (locality === null || locality === undefined) return null;
  const { Region, Zone } = locality;
  return canonicalJSON({ ...(Region ? { Region } : {}), ...(Zone ? { Zone } : {}) });
}

/** `,"Name":json`, or nothing for an absent column. */
export function optionalField(name: string, json: string | null): string {
  return json === null ? '' : `,"${name}":${json}`;
}

/** JSON of a string. Most of the catalog's are empty. */
export function quote(text: string): string {
  return text === '' ? '""' : JSON.stringify(text);
}
