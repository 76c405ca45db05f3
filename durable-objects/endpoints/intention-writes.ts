/** Writes of single intentions, each of which is a write of the `service-intentions` entry of its destination. */
import { canonicalJSON } from '../../protocol/canonical-json.ts';
import { forbidden, invalid } from '../../protocol/errors.ts';
import type { Entry } from '../../protocol/config-entries/kinds.ts';
import { renderEntry } from '../../protocol/config-entries/render.ts';
import type { IntentionApplyArgs, IntentionInput } from '../../protocol/types/intention.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import {
  toSource,
  validateByID,
  withLegacySource,
  withSource,
  withoutLegacySource,
  withoutSource,
} from '../config-entries/intention-writes.ts';
import {
  normalizeSources,
  validateIntentions,
} from '../config-entries/rules/service-intentions.ts';
import { checkProposal } from '../config-entries/write-checks.ts';
import type { SQL } from '../db/storage.ts';
import { removeEntryTxn, writeEntryTxn } from '../state/config-effects.ts';
import { findEntry, findEntryRow } from '../state/config-entries.ts';
import { findIntentionByID } from '../state/intentions.ts';
import type { WriteTxn } from '../writer.ts';
import type { WriteEndpoints } from './endpoint.ts';
import { checkIDForWrite } from './intentions.ts';

const KIND = 'service-intentions';
type ServiceIntentions = Entry<typeof KIND>;

export const intentionWrites: WriteEndpoints<'intention.apply'> = {
  'intention.apply': {
    kind: 'write',
    prepare(context, args, authorizer) {
      if ('intention' in args) refusePeer(args.intention);
      if (args.op === 'create-by-id') {
        authorize(authorizer, args.intention.DestinationName);
        validateByID(args.intention);
        return { ...args, id: context.newUUID() };
      }
      if (args.op === 'put' || args.op === 'delete') authorize(authorizer, args.destination);
      else authorize(authorizer, destinationOf(context.sql, args));
      if (args.op === 'update-by-id') validateByID(args.intention);
      if (args.op === 'put') refuseMeta(context.sql, args);
      return args;
    },
    apply(tx, args) {
      switch (args.op) {
        case 'put':
          return putTxn(tx, args);
        case 'delete':
          return deleteTxn(tx, args);
        case 'delete-by-id':
          return deleteByIDTxn(tx, args.id);
        default:
          return writeByIDTxn(tx, args);
      }
    },
  },
};

/** Whoever names no destination may not write it, as in Consul. @throws RPCError forbidden */
function authorize(authorizer: Authorizer, destination: string | undefined): void {
  // Consul says no more here, other than for the entry in which intentions stand.
  const named = destination !== undefined && destination !== '';
  if (!named || !authorizer.allows('intention', 'write', destination)) {
    throw forbidden('Permission denied');
  }
}

function refusePeer({ SourcePeer }: IntentionInput): void {
  if (!SourcePeer) return;
  throw invalid('SourcePeer field is not supported on this endpoint. Use config entries instead');
}

/** @throws RPCError when there is none with the ID, or its destination is to change */
function destinationOf(
  sql: SQL,
  args: Extract<IntentionApplyArgs, { op: 'update-by-id' | 'delete-by-id' }>,
): string {
  // The path names nothing: Consul looks at the rights first.
  if (args.id === '' && args.op === 'delete-by-id') return '';
  checkIDForWrite(args.id);
  const verb = args.op === 'delete-by-id' ? 'delete' : 'modify';
  const existing = findIntentionByID(sql, args.id);
  if (existing === undefined) {
    throw invalid(`Cannot ${verb} non-existent intention: '${args.id}'`);
  }
  const { DestinationName } = existing;
  if (args.op === 'update-by-id' && args.intention.DestinationName !== DestinationName) {
    throw invalid(
      'Cannot modify Destination partition/namespace/name for an intention once it exists.',
    );
  }
  return DestinationName;
}

/** Metadata is the entry's, so only what it says already may be said again. @throws RPCError */
function refuseMeta(sql: SQL, args: Extract<IntentionApplyArgs, { op: 'put' }>): void {
  const { Meta = {} } = args.intention;
  if (Object.keys(Meta).length === 0) return;
  const existing = findEntry(sql, KIND, args.destination);
  if (existing === undefined) throw invalid('Meta must not be specified');
  if (canonicalJSON(Meta) === canonicalJSON(existing.Meta ?? {})) return;
  throw invalid('Meta must not be specified, or should be unchanged during an update.');
}

function putTxn(tx: WriteTxn, args: Extract<IntentionApplyArgs, { op: 'put' }>): string {
  const source = toSource(args.intention, args.source);
  const existing = findEntry(tx.sql, KIND, args.destination);
  storeTxn(tx, existing, withSource(existing, args.destination, source), 'entry');
  return 'true';
}

/** Deleting what is not there is no error. */
function deleteTxn(tx: WriteTxn, args: Extract<IntentionApplyArgs, { op: 'delete' }>): string {
  const existing = findEntry(tx.sql, KIND, args.destination);
  if (existing === undefined) return 'true';
  storeTxn(tx, existing, withoutSource(existing, args.source), 'entry');
  return 'true';
}

function writeByIDTxn(
  tx: WriteTxn,
  args: Extract<IntentionApplyArgs, { op: 'create-by-id' | 'update-by-id' }>,
): string {
  const id = args.id!;
  const { intention } = args;
  const existing = findEntry(tx.sql, KIND, intention.DestinationName!);
  const previous = existing?.Sources?.find(({ LegacyID }) => LegacyID === id);
  const updatedAt = new Date(tx.now).toISOString();
  const hasMeta = Object.keys(intention.Meta ?? {}).length > 0;
  const legacy = {
    id,
    meta: hasMeta ? intention.Meta : undefined,
    createdAt: previous?.LegacyCreateTime ?? updatedAt,
    updatedAt,
  };
  const source = toSource(intention, intention.SourceName!);
  const entry = withLegacySource(existing, intention.DestinationName!, source, legacy);
  storeTxn(tx, existing, entry, 'by-id');
  return JSON.stringify({ ID: id });
}

function deleteByIDTxn(tx: WriteTxn, id: string): string {
  const intention = findIntentionByID(tx.sql, id)!;
  const existing = findEntry(tx.sql, KIND, intention.DestinationName)!;
  storeTxn(tx, existing, withoutLegacySource(existing, id), 'by-id');
  return 'true';
}

/** Writes the entry as if it came as a whole: the same rules hold, and an equal one writes nothing. */
function storeTxn(
  tx: WriteTxn,
  existing: ServiceIntentions | undefined,
  entry: ServiceIntentions | undefined,
  writer: 'entry' | 'by-id',
): void {
  if (entry === undefined) {
    const name = existing?.Name ?? '';
    checkProposal(tx.sql, { kind: KIND, name, entry: undefined });
    removeEntryTxn(tx, KIND, name);
    return;
  }
  if (entry === existing) return;
  normalizeSources(entry);
  validateIntentions(entry, writer);
  const name = entry.Name ?? '';
  if (findEntryRow(tx.sql, KIND, name)?.content === renderEntry(entry, 'server')) return;
  checkProposal(tx.sql, { kind: KIND, name, entry });
  writeEntryTxn(tx, entry);
}
