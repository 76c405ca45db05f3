/** The datacenters of a deployment beside the one that it names itself: one row each. */
import { RPCError, badRequest } from '../../protocol/errors.ts';
import {
  DATACENTER_NAME,
  type DatacenterRecord,
  JURISDICTIONS,
  LOCATIONS,
} from '../../protocol/types/datacenters.ts';
import { MAX_DATACENTERS } from '../../protocol/limits.ts';
import { type SQL, firstRow } from '../db/storage.ts';

type DatacenterRow = {
  name: string;
  location: string;
  jurisdiction: string;
  created_at: number;
};

const COLUMNS = 'name, location, jurisdiction, created_at';

/** The object has this table only; it is no datacenter, and its schema not one of theirs. */
export function createListTable(sql: SQL): void {
  sql.exec(
    `CREATE TABLE IF NOT EXISTS datacenters (
       name TEXT PRIMARY KEY NOT NULL, location TEXT NOT NULL, jurisdiction TEXT NOT NULL, created_at INTEGER NOT NULL
     ) WITHOUT ROWID`,
  );
}

/** In the order of names. */
export function listDatacenters(sql: SQL): DatacenterRecord[] {
  return sql
    .exec<DatacenterRow>(`SELECT ${COLUMNS} FROM datacenters ORDER BY name`)
    .toArray()
    .map(({ name, location, jurisdiction, created_at }) => ({
      Name: name,
      Location: location,
      Jurisdiction: jurisdiction,
      CreatedAt: new Date(created_at).toISOString(),
    }));
}

/**
 * Said twice in the same words it changes nothing: whoever got no answer may say it again.
 *
 * @returns whether it is new
 * @throws RPCError for one that stands there already in another place, or what is wrong with the words
 */
export function addDatacenter(
  sql: SQL,
  { Name, Location, Jurisdiction }: Omit<DatacenterRecord, 'CreatedAt'>,
  now: number,
): boolean {
  checkDatacenter(Name, Location, Jurisdiction);
  const existing = firstRow<DatacenterRow>(
    sql,
    `SELECT ${COLUMNS} FROM datacenters WHERE name = ?`,
    Name,
  );
  if (existing !== undefined) {
    if (existing.location === Location && existing.jurisdiction === Jurisdiction) return false;
    throw new RPCError('unprocessable', `the datacenter ${Name} exists, in another place`);
  }
  const { count } = firstRow<{ count: number }>(sql, 'SELECT COUNT(*) AS count FROM datacenters')!;
  if (count >= MAX_DATACENTERS)
    throw new RPCError('too-large', `a deployment has at most ${MAX_DATACENTERS} datacenters`);
  sql.exec(
    `INSERT INTO datacenters (${COLUMNS}) VALUES (?, ?, ?, ?)`,
    Name,
    Location,
    Jurisdiction,
    now,
  );
  return true;
}

/** @returns false when there was none */
export function removeDatacenter(sql: SQL, name: string): boolean {
  const wasThere = firstRow(sql, 'SELECT 1 AS one FROM datacenters WHERE name = ?', name);
  sql.exec('DELETE FROM datacenters WHERE name = ?', name);
  return wasThere !== undefined;
}

/** @throws RPCError bad-request */
export function checkDatacenter(name: string, location: string, jurisdiction: string): void {
  if (!DATACENTER_NAME.test(name)) {
    throw badRequest(
      `a datacenter is called by at most 63 of a-z, 0-9, - and _, not ${JSON.stringify(name)}`,
    );
  }
  requireOneOf('location', location, LOCATIONS);
  requireOneOf('jurisdiction', jurisdiction, JURISDICTIONS);
}

function requireOneOf(what: string, word: string, words: readonly string[]): void {
  if (word === '' || words.includes(word)) return;
  throw badRequest(`the ${what} is one of ${words.join(', ')}, not ${JSON.stringify(word)}`);
}
