/**
 * KV operations of a transaction (Consul: agent/consul/state/txn.go, txnKVS).
 *
 * Each gives the entries that it answers with, as JSON of `{KV: ...}`, or throws an RPCError whose text becomes the
 * `What` of the operation. Writes and checks answer entries without their values.
 */
import { invalid } from '../../protocol/errors.ts';
import type { TxnKVOp } from '../../protocol/types/txn.ts';
import type { SQL } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';
import { lockKeyTxn, unlockKeyTxn } from './kv-lock.ts';
import { type KVRow, findKVRow, kvRowsBelow, renderKVRow } from './kv-rows.ts';
import {
  type KVEntry,
  deleteKeyCASTxn,
  deleteKeyTxn,
  deleteTreeTxn,
  setKeyCASTxn,
  setKeyTxn,
} from './kv-write.ts';
import { ListSize } from './list-size.ts';
import { lockDelayLeftMs } from './locks.ts';

type ReadOp = (sql: SQL, op: TxnKVOp) => string[];
type WriteOp = (tx: WriteTxn, op: TxnKVOp) => string[];

/** What an operation throws: the text is for the client. */
const refuse = (what: string): never => {
  throw invalid(what);
};
const quote = (text: string | undefined): string => JSON.stringify(text ?? '');

const withoutValue = (row: KVRow): string[] => [`{"KV":${renderKVRow(row, false)}}`];
const withValue = (row: KVRow): string => `{"KV":${renderKVRow(row)}}`;

const READS: Readonly<Record<string, ReadOp>> = {
  get: (sql, { Key }) => [
    withValue(findKVRow(sql, Key) ?? refuse(`key ${quote(Key)} doesn't exist`)),
  ],
  'get-or-empty': (sql, op) => [withValue(findKVRow(sql, op.Key) ?? emptyRow(op))],
  'get-tree'(sql, { Key }) {
    const size = new ListSize('read less in one transaction');
    const results: string[] = [];
    for (const row of kvRowsBelow(sql, Key)) {
      const result = withValue(row);
      size.add(result);
      results.push(result);
    }
    return results;
  },
  'check-index'(sql, { Key, Index = 0 }) {
    const row =
      findKVRow(sql, Key) ?? refuse(`failed to check index, key ${quote(Key)} doesn't exist`);
    if (row.modify_index === Index) return withoutValue(row);
    return refuse(
      `failed index check for key ${quote(Key)}, current modify index ${row.modify_index} != ${Index}`,
    );
  },
  'check-session'(sql, { Key, Session }) {
    const row =
      findKVRow(sql, Key) ?? refuse(`failed to check session, key ${quote(Key)} doesn't exist`);
    if (row.session === (Session ?? '')) return withoutValue(row);
    return refuse(
      `failed session check for key ${quote(Key)}, current session ${quote(row.session)} != ${quote(Session)}`,
    );
  },
  'check-not-exists': (sql, { Key }) =>
    findKVRow(sql, Key) === undefined ? [] : refuse(`key ${quote(Key)} exists`),
};

const WRITES: Readonly<Record<string, WriteOp>> = {
  set: (tx, op) => withoutValue(setKeyTxn(tx, toEntry(op))),
  cas: (tx, op) =>
    withoutValue(
      setKeyCASTxn(tx, toEntry(op), op.Index ?? 0) ??
        refuse(`failed to set key ${quote(op.Key)}, index is stale`),
    ),
  lock: (tx, op) =>
    withoutValue(
      lockKeyTxn(tx, toEntry(op), op.Session ?? '') ??
        refuse(`failed to lock key ${quote(op.Key)}, lock is already held`),
    ),
  unlock: (tx, op) =>
    withoutValue(
      unlockKeyTxn(tx, toEntry(op), op.Session ?? '') ??
        refuse(
          `failed to unlock key ${quote(op.Key)}, lock isn't held, or is held by another session`,
        ),
    ),
  delete(tx, { Key }) {
    deleteKeyTxn(tx, Key);
    return [];
  },
  'delete-cas': (tx, { Key, Index = 0 }) =>
    deleteKeyCASTxn(tx, Key, Index)
      ? []
      : refuse(`failed to delete key ${quote(Key)}, index is stale`),
  'delete-tree'(tx, { Key }) {
    deleteTreeTxn(tx, Key);
    return [];
  },
};

export function isKVWrite({ Verb }: TxnKVOp): boolean {
  return Object.hasOwn(WRITES, Verb);
}

/** What is wrong with an operation by itself. */
export function checkKVWords(op: TxnKVOp): void {
  if (op.Key === '' && op.Verb !== 'delete-tree') refuse('Must provide key');
  if (!Object.hasOwn(READS, op.Verb) && !isKVWrite(op)) refuse(`unknown KV operation: ${op.Verb}`);
}

/**
 * What is wrong with an operation whatever the operations before it do (agent/consul/kvs_endpoint.go, kvsPreApply).
 *
 * The lock-delay stands here because Consul asks it before the transaction.
 */
export function checkKVOp(sql: SQL, now: number, op: TxnKVOp): void {
  checkKVWords(op);
  if (op.Verb === 'lock' && lockDelayLeftMs(sql, op.Key, now) > 0) {
    refuse(`failed to lock key ${quote(op.Key)} due to lock delay`);
  }
}

export function readKVOp(sql: SQL, op: TxnKVOp): string[] {
  return READS[op.Verb]!(sql, op);
}

export function applyKVOpTxn(tx: WriteTxn, op: TxnKVOp): string[] {
  return isKVWrite(op) ? WRITES[op.Verb]!(tx, op) : readKVOp(tx.sql, op);
}

function toEntry({ Key, Value, Flags }: TxnKVOp): KVEntry {
  return { key: Key, value: Value ?? '', flags: String(Flags ?? 0) };
}

/** Consul answers an absent key with what the operation itself said about it. */
function emptyRow({ Key, Flags, Session, Index }: TxnKVOp): KVRow {
  return {
    key: Key,
    value: '',
    flags: String(Flags ?? 0),
    session: Session ?? '',
    lock_index: 0,
    create_index: 0,
    modify_index: Index ?? 0,
    chunks: 0,
  };
}
