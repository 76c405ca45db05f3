/** Transactions (Consul: agent/consul/txn_endpoint.go). */
import { RPCError, badRequest } from '../../protocol/errors.ts';
import { TXN_MAX_OPS } from '../../protocol/limits.ts';
import type { TxnError, TxnOp } from '../../protocol/types/txn.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import { allows } from '../acl/allows.ts';
import { applyTxn, conflict, isTxnWrite, readTxn } from '../state/txn.ts';
import { type Topic, keyPrefixTopic, keyTopic, nodeTopic } from '../watch/topics.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';
import { checkValue } from './value-limit.ts';

export const txnReads: ReadEndpoints<'txn.read'> = {
  'txn.read': {
    kind: 'read',
    topics: ({ ops }) => ops.flatMap(topicsOf),
    read(context, { ops }, authorizer) {
      const allowed = authorize(ops, authorizer);
      if (allowed.some(isTxnWrite))
        throw badRequest('a transaction that writes was sent as a read');
      return { index: 1, body: readTxn(context.sql, context.now(), allowed, context) };
    },
  },
};

export const txnWrites: WriteEndpoints<'txn.apply'> = {
  'txn.apply': {
    kind: 'write',
    prepare({ kvMaxValueBytes }, { ops }, authorizer) {
      const allowed = authorize(ops, authorizer);
      for (const { KV } of allowed) if (KV) checkValue(KV.Key, KV.Value, kvMaxValueBytes);
      return { ops: allowed };
    },
    apply: (tx, { ops }, context) => applyTxn(tx, ops, context),
  },
};

/**
 * Refuses writes that the token may not do, all of them by name, and drops reads silently, as Consul does.
 *
 * Not yet: a tree of which some keys may be read is dropped or answered whole.
 */
function authorize(ops: readonly TxnOp[], authorizer: Authorizer): TxnOp[] {
  checkShape(ops);
  const errors: TxnError[] = [];
  const allowed = ops.map((op, OpIndex): TxnOp => {
    try {
      return isReadable(op, authorizer) ? op : {};
    } catch (error) {
      if (!(error instanceof RPCError)) throw error;
      errors.push({ OpIndex, What: error.message });
      return {};
    }
  });
  if (errors.length > 0) throw conflict(errors);
  return allowed;
}

/** Operations come from a sidecar, which is not trusted. */
function checkShape(ops: readonly TxnOp[]): void {
  if (!Array.isArray(ops)) throw badRequest('a transaction is a list of operations');
  if (ops.length > TXN_MAX_OPS) {
    throw new RPCError(
      'too-large',
      `Transaction contains too many operations (${ops.length} > ${TXN_MAX_OPS})`,
    );
  }
  for (const { KV } of ops) {
    if (KV !== undefined && (typeof KV.Key !== 'string' || typeof KV.Verb !== 'string')) {
      throw badRequest('a KV operation needs a verb and a key');
    }
  }
}

/**
 * @returns false for a read that gives nothing to this token
 * @throws RPCError for a write, or a check whose outcome would tell something
 */
function isReadable(op: TxnOp, authorizer: Authorizer): boolean {
  if (op.KV !== undefined) return isKVReadable(op.KV, authorizer);
  const isWrite = isTxnWrite(op);
  if (op.Node !== undefined) {
    const name = op.Node.Node.Node ?? '';
    if (!isWrite) return authorizer.nodeRead(name);
    authorizer.nodeWrite(name);
  } else if (op.Service !== undefined) {
    const name = op.Service.Service.Service ?? '';
    if (!isWrite) return authorizer.serviceRead(name);
    authorizer.serviceWrite(name);
  } else if (op.Check !== undefined) {
    const { Node = '', ServiceID, ServiceName = '' } = op.Check.Check;
    if (!isWrite)
      return ServiceID ? authorizer.serviceRead(ServiceName) : authorizer.nodeRead(Node);
    if (ServiceID) authorizer.serviceWrite(ServiceName);
    else authorizer.nodeWrite(Node);
  }
  return true;
}

function isKVReadable({ Verb, Key }: NonNullable<TxnOp['KV']>, authorizer: Authorizer): boolean {
  switch (Verb) {
    case 'get':
    case 'get-or-empty':
      return allows(() => authorizer.keyRead(Key));
    case 'get-tree':
      return allows(() => authorizer.keyList(Key));
    case 'check-index':
    case 'check-session':
    case 'check-not-exists':
      authorizer.keyRead(Key);
      return true;
    case 'delete-tree':
      authorizer.keyWritePrefix(Key);
      return true;
    default:
      authorizer.keyWrite(Key);
      return true;
  }
}

function topicsOf({ KV, Node, Service, Check }: TxnOp): Topic[] {
  if (KV !== undefined) return [KV.Verb === 'get-tree' ? keyPrefixTopic(KV.Key) : keyTopic(KV.Key)];
  const node = Node?.Node.Node ?? Service?.Node ?? Check?.Check.Node;
  return node === undefined ? [] : [nodeTopic(node)];
}
