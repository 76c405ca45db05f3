/** History of keys, reads of the past, rollback. Consul has none of them. */
import { badRequest, invalid } from '../../protocol/errors.ts';
import { HISTORY_PAGE_ENTRIES } from '../../protocol/limits.ts';
import type { KVPastArgs } from '../../protocol/types/history.ts';
import type { KVRollbackResult } from '../../protocol/types/history.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import type { SQL } from '../db/storage.ts';
import { readHistory } from '../state/kv-history.ts';
import { pairAt, treeAt } from '../state/kv-past.ts';
import { foldName } from '../state/kv-read.ts';
import { rollBackTxn } from '../state/kv-rollback.ts';
import { resolveMoment } from '../state/log-time.ts';
import { keyTopic } from '../watch/topics.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';

export const kvHistoryReads: ReadEndpoints<'kv.history' | 'kv.at'> = {
  'kv.history': {
    kind: 'read',
    topics: ({ key }) => [keyTopic(key)],
    read({ sql }, { key, start, limit = HISTORY_PAGE_ENTRIES }, authorizer) {
      authorizer.keyRead(key);
      if (!isPositive(limit) || (start !== undefined && !isPositive(start)))
        throw badRequest('a page of a history has a positive start and limit');
      return readHistory(sql, key, start, Math.min(limit, HISTORY_PAGE_ENTRIES));
    },
  },
  'kv.at': {
    kind: 'read',
    topics: () => [],
    read({ sql, now }, args, authorizer) {
      authorizeRead(args, authorizer);
      const index = resolveMoment(sql, String(args.at), now());
      return { index, body: renderPast(sql, args, index, authorizer) };
    },
  },
};

export const kvHistoryWrites: WriteEndpoints<'kv.rollback'> = {
  'kv.rollback': {
    kind: 'write',
    prepare(_context, args, authorizer) {
      if (typeof args.key !== 'string' || typeof args.to !== 'string')
        throw badRequest('a rollback needs a key and a moment');
      if (args.recurse === true) authorizer.keyWritePrefix(args.key);
      else if (args.key === '') throw invalid('Must provide key');
      else authorizer.keyWrite(args.key);
      return args;
    },
    apply(tx, { key, to, recurse = false }) {
      const { set, deleted } = rollBackTxn(tx, key, to, recurse);
      const Index = tx.changed ? tx.index : 0;
      return JSON.stringify({ Index, Set: set, Deleted: deleted } satisfies KVRollbackResult);
    },
  },
};

function isPositive(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}

function authorizeRead({ key, form }: KVPastArgs, authorizer: Authorizer): void {
  if (typeof key !== 'string') throw badRequest('a key is missing');
  if (form === 'get') authorizer.keyRead(key);
}

/** The texts are those of kv.get, kv.list and kv.keys. */
function renderPast(
  sql: SQL,
  { key, form, separator = '' }: KVPastArgs,
  index: number,
  authorizer: Authorizer,
): string {
  if (form === 'get') {
    const pair = pairAt(sql, key, index);
    return pair === null ? '' : `[${pair}]`;
  }
  const pairs = [...treeAt(sql, key, index)].filter(
    ([name, pair]) => pair !== null && authorizer.allows('key', 'read', name),
  );
  if (pairs.length === 0) return '';
  if (form === 'list') return `[${pairs.map(([, pair]) => pair).join(',')}]`;
  return JSON.stringify([...new Set(pairs.map(([name]) => foldName(name, key, separator)))]);
}
