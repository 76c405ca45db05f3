/** KV methods (Consul: agent/consul/kvs_endpoint.go). */
import { badRequest, invalid } from '../../protocol/errors.ts';
import { renderDuration } from '../../protocol/duration.ts';
import type { Notes } from '../../protocol/frames.ts';
import { MAX_PAGE_KEYS } from '../../protocol/limits.ts';
import type { KVWriteArgs } from '../../protocol/methods.ts';
import type { ACLSettings } from '../acl-settings.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import { LockError, lockKeyTxn, unlockKeyTxn } from '../state/kv-lock.ts';
import { readKeysPage, readTreePage } from '../state/kv-page.ts';
import { foldName, nameRows, readKey, readKeys, readTree, treeRows } from '../state/kv-read.ts';
import { findKVRow } from '../state/kv-rows.ts';
import { checkKeyTTL } from '../state/kv-ttl.ts';
import {
  type KVEntry,
  deleteKeyCASTxn,
  deleteKeyTxn,
  deleteTreeTxn,
  setKeyCASTxn,
  setKeyTxn,
} from '../state/kv-write.ts';
import { groupRows } from '../state/list-rows.ts';
import { lockDelayLeftMs } from '../state/locks.ts';
import { keyPrefixTopic, keyTopic } from '../watch/topics.ts';
import type { WriteTxn } from '../writer.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';
import { checkValue } from './value-limit.ts';

export const kvReads: ReadEndpoints<'kv.get' | 'kv.list' | 'kv.keys' | 'kv.page'> = {
  'kv.get': {
    kind: 'read',
    topics: ({ key }) => [keyTopic(key)],
    read({ sql }, { key }, authorizer) {
      authorizer.keyRead(key);
      return readKey(sql, key);
    },
  },
  'kv.list': {
    kind: 'read',
    topics: ({ prefix }) => [keyPrefixTopic(prefix)],
    read({ sql, acl }, { prefix }, authorizer) {
      authorizeList(acl, prefix, authorizer);
      return readTree(sql, prefix, seesKey(authorizer));
    },
    rows: {
      topics: ({ prefix }) => [keyPrefixTopic(prefix)],
      groups: ({ prefix }, { keys }) => keys.filter((key) => key.startsWith(prefix)),
      read({ sql, acl }, { prefix }, authorizer, keys) {
        authorizeList(acl, prefix, authorizer);
        // The names of keys that it may not read are not told either.
        const seen = keys.filter(seesKey(authorizer));
        return groupRows(seen, treeRows(sql, seen));
      },
    },
  },
  'kv.keys': {
    kind: 'read',
    topics: ({ prefix }) => [keyPrefixTopic(prefix)],
    read({ sql, acl }, { prefix, separator = '' }, authorizer) {
      authorizeList(acl, prefix, authorizer);
      return readKeys(sql, prefix, separator, seesKey(authorizer));
    },
    rows: {
      topics: ({ prefix }) => [keyPrefixTopic(prefix)],
      groups: ({ prefix, separator = '' }, { keys }) => {
        const below = keys.filter((key) => key.startsWith(prefix));
        return [...new Set(below.map((key) => foldName(key, prefix, separator)))];
      },
      read({ sql, acl }, { prefix, separator = '' }, authorizer, names) {
        authorizeList(acl, prefix, authorizer);
        const seen = names.filter(seesKey(authorizer));
        return groupRows(seen, nameRows(sql, seen, prefix, separator));
      },
    },
  },
  'kv.page': {
    kind: 'read',
    topics: () => [],
    read({ sql, info, acl }, { prefix, form, separator = '', after = '', limit }, authorizer) {
      authorizeList(acl, prefix, authorizer);
      if (!Number.isSafeInteger(limit) || limit < 1)
        throw badRequest('a page has a positive limit');
      const count = Math.min(limit, MAX_PAGE_KEYS);
      const page =
        form === 'keys'
          ? readKeysPage(sql, prefix, separator, after, count, seesKey(authorizer))
          : readTreePage(sql, prefix, after, count, seesKey(authorizer));
      return { index: info().Index, ...page };
    },
  },
};

export const kvWrites: WriteEndpoints<'kv.apply'> = {
  'kv.apply': {
    kind: 'write',
    throwsBeforeWriting: true,
    prepare({ kvMaxValueBytes }, args, authorizer) {
      authorizeWrite(args, authorizer);
      checkValue(args.key, args.value, kvMaxValueBytes);
      return args;
    },
    apply(tx, args) {
      const isDone = applyAlone(tx, args);
      return { body: String(isDone), notes: isDone ? undefined : refusalNotes(tx, args) };
    },
  },
};

/** With `acl.enable_key_list_policy` a list takes a right of its own; a tree read in a transaction does not, as in Consul. */
function authorizeList(acl: ACLSettings, prefix: string, authorizer: Authorizer): void {
  if (acl.keyListPolicy) authorizer.keyList(prefix);
}

/** Lists show what may be read of them, whatever stands below the prefix, as in Consul. */
function seesKey(authorizer: Authorizer): (key: string) => boolean {
  return (key) => authorizer.allows('key', 'read', key);
}

function authorizeWrite(args: KVWriteArgs, authorizer: Authorizer): void {
  if (typeof args.key !== 'string') throw badRequest('a key is missing');
  if (args.verb === 'delete-tree') {
    authorizer.keyWritePrefix(args.key);
    return;
  }
  if (args.key === '') throw invalid('Must provide key');
  authorizer.keyWrite(args.key);
  if (args.ttlMs !== undefined) checkKeyTTL(args.ttlMs);
}

/** Who stands in the way of a lock, and for how long at least. */
function refusalNotes({ sql, now }: WriteTxn, { verb, key }: KVWriteArgs): Notes | undefined {
  if (verb !== 'lock') return undefined;
  const delayMs = lockDelayLeftMs(sql, key, now);
  if (delayMs > 0) return { 'Lock-Delay': renderDuration(delayMs) };
  const holder = findKVRow(sql, key)?.session;
  return holder ? { 'Lock-Holder': holder } : undefined;
}

/** What a write by itself is refused with bears the words of Consul's log around it; in a transaction it does not. */
function applyAlone(tx: WriteTxn, args: KVWriteArgs): boolean {
  try {
    return applyKVWriteTxn(tx, args);
  } catch (error) {
    if (!(error instanceof LockError)) throw error;
    throw invalid(`raft apply failed: ${error.message}`);
  }
}

/** @returns false for a refused check-and-set or lock. */
function applyKVWriteTxn(tx: WriteTxn, args: KVWriteArgs): boolean {
  const entry: KVEntry = {
    key: args.key,
    value: args.value ?? '',
    flags: String(args.flags ?? 0),
    ttlMs: args.ttlMs,
  };
  switch (args.verb) {
    case 'set':
      setKeyTxn(tx, entry);
      return true;
    case 'cas':
      return setKeyCASTxn(tx, entry, args.index ?? 0) !== null;
    case 'lock':
      return lockKeyTxn(tx, entry, args.session ?? '') !== null;
    case 'unlock':
      return unlockKeyTxn(tx, entry, args.session ?? '') !== null;
    case 'delete':
      deleteKeyTxn(tx, args.key);
      return true;
    case 'delete-cas':
      return deleteKeyCASTxn(tx, args.key, args.index ?? 0);
    case 'delete-tree':
      deleteTreeTxn(tx, args.key);
      return true;
    default:
      throw badRequest(`unknown KV operation ${JSON.stringify(args.verb)}`);
  }
}
