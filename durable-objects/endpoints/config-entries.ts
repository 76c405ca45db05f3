/** Configuration entries (Consul: agent/consul/config_endpoint.go). */
import { EntryDecodeError, decodeEntry } from '../../protocol/config-entries/decode.ts';
import {
  type Entry,
  KINDS,
  type KindName,
  type KnownEntry,
  isKind,
  nameOf,
} from '../../protocol/config-entries/kinds.ts';
import { badRequest, invalid } from '../../protocol/errors.ts';
import {
  authorizeEntryRead,
  authorizeEntryWrite,
  mayReadEntry,
} from '../config-entries/permissions.ts';
import { normalizeEntry, validateEntry } from '../config-entries/rules.ts';
import { normalizeSources } from '../config-entries/rules/service-intentions.ts';
import { checkProposal } from '../config-entries/write-checks.ts';
import { removeEntryTxn, writeEntryTxn } from '../state/config-effects.ts';
import { entryRowsOfKind, findEntryRow, renderEntryRow, toEntry } from '../state/config-entries.ts';
import { renderEntry } from '../../protocol/config-entries/render.ts';
import { renderList } from '../state/list-rows.ts';
import { NARROWER } from '../state/list-size.ts';
import { configEntryTopic, configKindTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import { type ReadEndpoints, type WriteEndpoints, topicRead } from './endpoint.ts';

export const configReads: ReadEndpoints<'config.get' | 'config.list'> = {
  'config.get': topicRead(
    'config.get',
    ({ kind, name }) => [configEntryTopic(kind, name)],
    ({ sql }, { kind, name }, authorizer) => {
      const known = requireKind(kind);
      authorizeEntryRead(authorizer, known, name);
      const row = findEntryRow(sql, known, name);
      return row === undefined ? '' : renderEntryRow(row);
    },
  ),
  'config.list': topicRead(
    'config.list',
    ({ kind }) => kindsMeant(kind).map(configKindTopic),
    ({ sql }, { kind }, authorizer) => {
      const rows = kindsMeant(kind).flatMap((known) =>
        entryRowsOfKind(sql, requireKind(known)).filter((row) =>
          mayReadEntry(authorizer, known as KindName, row.name),
        ),
      );
      return renderList(Iterator.from(rows).map(renderEntryRow), NARROWER.entries);
    },
  ),
};

export const configWrites: WriteEndpoints<'config.apply' | 'config.delete'> = {
  'config.apply': {
    kind: 'write',
    prepare(_context, { entry, cas }, authorizer) {
      const decoded = decode(entry);
      normalizeEntry(decoded);
      validateEntry(decoded);
      authorizeEntryWrite(authorizer, decoded.Kind, nameOf(decoded));
      return { entry: decoded, cas };
    },
    apply: (tx, { entry, cas }) => String(applyTxn(tx, entry as KnownEntry, cas)),
  },
  'config.delete': {
    kind: 'write',
    prepare(_context, args, authorizer) {
      const kind = requireKind(args.kind);
      const entry = { Kind: kind, Name: args.name } as KnownEntry;
      normalizeEntry(entry);
      authorizeEntryWrite(authorizer, kind, nameOf(entry));
      return { ...args, name: nameOf(entry) };
    },
    apply: (tx, { kind, name, cas }) => String(removeTxn(tx, kind as KindName, name, cas)),
  },
};

/** No kind means all of them. */
function kindsMeant(kind: string): string[] {
  return kind === '' ? Object.keys(KINDS).toSorted() : [kind];
}

function requireKind(kind: string): KindName {
  if (!isKind(kind)) throw invalid(`invalid config entry kind: ${kind}`);
  return kind;
}

/** @throws RPCError bad-request: the sender is not trusted to have decoded it */
function decode(entry: unknown): KnownEntry {
  try {
    return decodeEntry(entry);
  } catch (error) {
    if (error instanceof EntryDecodeError) {
      throw badRequest(`Request decoding failed: ${error.message}`);
    }
    throw error;
  }
}

/** An entry that stands there already is written whatever index was expected, as in Consul. */
function applyTxn(tx: WriteTxn, given: KnownEntry, cas: number | undefined): boolean {
  const name = nameOf(given);
  const existing = findEntryRow(tx.sql, given.Kind, name);
  const entry = keepingStatus(given, existing === undefined ? undefined : toEntry(existing));
  if (existing?.content === renderEntry(entry, 'server')) return true;
  if (cas !== undefined && (existing?.modify_index ?? 0) !== cas) return false;
  if (name === '') throw invalid('failed inserting config entry: object missing primary index');
  checkProposal(tx.sql, { kind: entry.Kind, name, entry: entry as Entry<KindName> });
  writeEntryTxn(tx, entry);
  return true;
}

/**
 * An entry as the primary datacenter has it, null where it has none. What goes with what is the primary's to judge: half of
 * what it changed at once may be here before the other half.
 */
export function replicateEntryTxn(tx: WriteTxn, kind: string, name: string, value: unknown): void {
  const known = requireKind(kind);
  const existing = findEntryRow(tx.sql, known, name);
  if (value === null) {
    if (existing !== undefined) removeEntryTxn(tx, known, name);
    return;
  }
  const decoded = decode(value);
  // Intentions keep their IDs, which writers of entries may not give.
  if (decoded.Kind === 'service-intentions') normalizeSources(decoded);
  else normalizeEntry(decoded);
  if (decoded.Kind !== known) throw badRequest(`${kind}/${name} is of the kind ${decoded.Kind}`);
  const entry = keepingStatus(decoded, existing === undefined ? undefined : toEntry(existing));
  if (existing?.content !== renderEntry(entry, 'server')) writeEntryTxn(tx, entry);
}

/** The status of a gateway or a route is the datacenter's to write. */
function keepingStatus(given: KnownEntry, existing: Entry<KindName> | undefined): KnownEntry {
  if (given.Kind !== 'api-gateway' && given.Kind !== 'http-route' && given.Kind !== 'tcp-route') {
    return given;
  }
  const { Status } = (existing ?? {}) as Entry<'api-gateway'>;
  return { ...given, Status: Status ?? {} };
}

function removeTxn(tx: WriteTxn, kind: KindName, name: string, cas: number | undefined): boolean {
  const existing = findEntryRow(tx.sql, kind, name);
  if (existing === undefined) return true;
  if (cas !== undefined && existing.modify_index !== cas) return false;
  checkProposal(tx.sql, { kind, name, entry: undefined });
  removeEntryTxn(tx, kind, name);
  return true;
}
