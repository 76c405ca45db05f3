/**
 * Which services' tags may have changed: what a watcher of the list of services is told after a write.
 *
 * An instance that is like another which was there before changes nothing in that list. A service that grows to a thousand
 * instances would otherwise be read a thousand times, each time with one more.
 */
import type { SQL } from '../db/storage.ts';
import type { TouchedRows } from '../watch/touched-rows.ts';
import { foldName } from './catalog-topics.ts';

/** Of each pair those without an instance that stands since before the writes. */
const NEWCOMERS =
  'SELECT p.value ->> 0 AS name_key FROM json_each(?1) AS p WHERE NOT EXISTS (' +
  'SELECT 1 FROM services AS s WHERE s.name_key = p.value ->> 0 AND s.name = p.value ->> 1 ' +
  'AND s.tags = p.value ->> 2 AND s.modify_index <= ?2)';

/** Folded names. For readers to whom every node is visible, else the one that was there might be hidden from them. */
export function namesWithOtherTags(sql: SQL, touched: TouchedRows): string[] {
  const names = new Set(touched.alteredServices);
  const pairs = touched.addedServices
    .map(({ name, tags }) => [foldName(name), name, tags] as const)
    .filter(([key]) => !names.has(key));
  if (pairs.length > 0) {
    for (const row of sql.exec<{ name_key: string }>(
      NEWCOMERS,
      JSON.stringify(pairs),
      touched.since,
    ))
      names.add(row.name_key);
  }
  return [...names];
}
