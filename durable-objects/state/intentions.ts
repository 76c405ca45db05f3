/**
 * Intentions, read from the `service-intentions` entries that hold them: an entry for each destination, with its sources.
 *
 * Nothing is indexed by source: whoever asks for those of a source reads all entries, as the list does.
 */
import type { Intention } from '../../protocol/types/intention.ts';
import type { SQL } from '../db/storage.ts';
import { hashText } from './config-hash.ts';
import { type ConfigEntryRow, entryRowsOfKind, findEntryRow } from './config-entries.ts';

const KIND = 'service-intentions';
/** The only namespace that there is. */
const NAMESPACE = 'default';

/** A source as its entry's JSON shows it. */
interface StoredSource {
  Name: string;
  Type: string;
  Action?: Intention['Action'];
  Permissions?: Intention['Permissions'];
  Precedence: number;
  Description?: string;
  Peer?: string;
  LegacyID?: string;
  LegacyMeta?: Record<string, string>;
  LegacyCreateTime?: string;
  LegacyUpdateTime?: string;
}

interface StoredEntry {
  Name: string;
  Sources: StoredSource[];
  JWT?: Intention['JWT'];
  Meta?: Record<string, string>;
}

export function intentionsOfRow(row: ConfigEntryRow): Intention[] {
  const entry = JSON.parse(row.content) as StoredEntry;
  return entry.Sources.map((source) => toIntention(row, entry, source));
}

function toIntention(row: ConfigEntryRow, entry: StoredEntry, source: StoredSource): Intention {
  const { LegacyID, LegacyMeta, LegacyCreateTime, LegacyUpdateTime } = source;
  const meta = LegacyID === undefined ? entry.Meta : LegacyMeta;
  return {
    ...(LegacyCreateTime === undefined ? {} : { CreatedAt: LegacyCreateTime }),
    ...(LegacyUpdateTime === undefined ? {} : { UpdatedAt: LegacyUpdateTime }),
    ...(LegacyID === undefined ? {} : { ID: LegacyID }),
    ...(source.Description === undefined ? {} : { Description: source.Description }),
    SourceNS: NAMESPACE,
    SourceName: source.Name,
    DestinationNS: NAMESPACE,
    DestinationName: row.name,
    ...(source.Peer === undefined ? {} : { SourcePeer: source.Peer }),
    SourceType: source.Type,
    ...(source.Action === undefined ? {} : { Action: source.Action }),
    ...(source.Permissions === undefined ? {} : { Permissions: source.Permissions }),
    ...(entry.JWT === undefined ? {} : { JWT: entry.JWT }),
    ...(meta === undefined ? {} : { Meta: meta }),
    Precedence: source.Precedence,
    // Clients compare it, and nothing else.
    ...(LegacyID === undefined ? {} : { Hash: btoa(hashText(JSON.stringify(source))) }),
    CreateIndex: row.create_index,
    ModifyIndex: row.modify_index,
  };
}

/** Those that win first in front; equals by their names, those of peers behind. */
function compare(a: Intention, b: Intention): number {
  return (
    b.Precedence - a.Precedence ||
    compareText(a.SourcePeer ?? '', b.SourcePeer ?? '') ||
    compareText(a.SourceName, b.SourceName) ||
    compareText(a.DestinationName, b.DestinationName)
  );
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function allIntentions(sql: SQL): Intention[] {
  return entryRowsOfKind(sql, KIND).flatMap(intentionsOfRow).toSorted(compare);
}

/** All that bear on connections to a service. */
export function intentionsTo(sql: SQL, destination: string): Intention[] {
  const names = destination === '*' ? ['*'] : [destination, '*'];
  return names
    .flatMap((name) => findEntryRow(sql, KIND, name) ?? [])
    .flatMap(intentionsOfRow)
    .toSorted(compare);
}

/** All that bear on connections from a service of this datacenter. Names of sources regard case, as in Consul. */
export function intentionsFrom(sql: SQL, source: string): Intention[] {
  return allIntentions(sql).filter(
    ({ SourceName, SourcePeer = '' }) =>
      SourcePeer === '' && (SourceName === source || SourceName === '*'),
  );
}

export function findIntention(
  sql: SQL,
  source: string,
  destination: string,
): Intention | undefined {
  const row = findEntryRow(sql, KIND, destination);
  const intentions = row === undefined ? [] : intentionsOfRow(row);
  return intentions.find(
    ({ SourceName, SourcePeer = '' }) => SourceName === source && SourcePeer === '',
  );
}

export function findIntentionByID(sql: SQL, id: string): Intention | undefined {
  return entryRowsOfKind(sql, KIND)
    .filter(({ content }) => content.includes(id))
    .flatMap(intentionsOfRow)
    .find(({ ID }) => ID === id);
}
