/** Transactions (Consul: agent/consul/txn_endpoint.go). */
import { RPCError, badRequest } from '../../protocol/errors.ts';
import { TXN_MAX_OPS } from '../../protocol/limits.ts';
import type { TxnError, TxnOp, TxnResult } from '../../protocol/types/txn.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import {
  type Render,
  applyTxn,
  checkOpWords,
  conflict,
  isTxnWrite,
  readTxn,
  renderUnread,
} from '../state/txn.ts';
import { type Topic, keyPrefixTopic, keyTopic, nodeTopic } from '../watch/topics.ts';
import type { ReadEndpoints, WriteEndpoints } from './endpoint.ts';
import { checkValue } from './value-limit.ts';

export const txnReads: ReadEndpoints<'txn.read'> = {
  'txn.read': {
    kind: 'read',
    topics: ({ ops }) => ops.flatMap(topicsOf),
    read(context, { ops }, authorizer) {
      authorize(ops, authorizer, renderUnread);
      if (ops.some(isTxnWrite)) throw badRequest('a transaction that writes was sent as a read');
      const { sql, datacenter } = context;
      const tells = authorizer.notice !== undefined;
      const environment = { datacenter, tells, sees: seesResult(authorizer) };
      return { index: 1, body: readTxn(sql, context.now(), ops, environment) };
    },
  },
};

export const txnWrites: WriteEndpoints<'txn.apply'> = {
  'txn.apply': {
    kind: 'write',
    prepare({ kvMaxValueBytes }, { ops }, authorizer) {
      authorize(ops, authorizer);
      for (const { KV } of ops) if (KV) checkValue(KV.Key, KV.Value, kvMaxValueBytes);
      const prepared: PreparedTxn = { ops, sees: seesResult(authorizer) };
      return prepared;
    },
    apply: (tx, args, { datacenter }) =>
      applyTxn(tx, args.ops, { datacenter, sees: (args as PreparedTxn).sees }),
  },
};

interface PreparedTxn {
  ops: TxnOp[];
  readonly sees: (result: string) => boolean;
}

/** Refuses what the token may not write, all of it by name. What it may not read is left out of the results. */
function authorize(ops: readonly TxnOp[], authorizer: Authorizer, render?: Render): void {
  checkShape(ops);
  // Nothing need be asked for who may do everything.
  if (authorizer.identity === '') return;
  const errors: TxnError[] = [];
  for (const [OpIndex, op] of ops.entries()) {
    try {
      checkOpWords(op);
      authorizeOp(op, authorizer);
    } catch (error) {
      if (!(error instanceof RPCError)) throw error;
      errors.push({ OpIndex, What: error.message });
    }
  }
  if (errors.length > 0) throw conflict(errors, render);
}

/** Whether a result, in JSON, may be seen (Consul: agent/consul/filter.go FilterTxnResults). */
function seesResult(authorizer: Authorizer): (result: string) => boolean {
  return (result) => {
    if (authorizer.identity === '') return true;
    const { KV, Node, Service, Check } = JSON.parse(result) as TxnResult;
    if (KV !== undefined) return authorizer.allows('key', 'read', KV.Key);
    if (Node !== undefined) return authorizer.nodeRead(Node.Node);
    if (Service !== undefined) return authorizer.serviceRead(Service.Service);
    if (Check === undefined) return true;
    return Check.ServiceName === ''
      ? authorizer.nodeRead(Check.Node)
      : authorizer.serviceRead(Check.ServiceName);
  };
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

/** @throws RPCError for a write, or a check whose outcome would tell something */
function authorizeOp(op: TxnOp, authorizer: Authorizer): void {
  if (op.KV !== undefined) {
    authorizeKV(op.KV, authorizer);
    return;
  }
  if (!isTxnWrite(op)) return;
  if (op.Node !== undefined) authorizer.nodeWrite(op.Node.Node.Node ?? '');
  else if (op.Service !== undefined) authorizer.serviceWrite(op.Service.Service.Service ?? '');
  else if (op.Check !== undefined) {
    const { Node = '', ServiceID, ServiceName = '' } = op.Check.Check;
    if (ServiceID) authorizer.serviceWrite(ServiceName);
    else authorizer.nodeWrite(Node);
  }
}

function authorizeKV({ Verb, Key }: NonNullable<TxnOp['KV']>, authorizer: Authorizer): void {
  switch (Verb) {
    case 'get':
    case 'get-or-empty':
    case 'get-tree':
      return;
    case 'check-index':
    case 'check-session':
      authorizer.keyRead(Key);
      return;
    case 'delete-tree':
      authorizer.keyWritePrefix(Key);
      return;
    default:
      authorizer.keyWrite(Key);
  }
}

function topicsOf({ KV, Node, Service, Check }: TxnOp): Topic[] {
  if (KV !== undefined) return [KV.Verb === 'get-tree' ? keyPrefixTopic(KV.Key) : keyTopic(KV.Key)];
  const node = Node?.Node.Node ?? Service?.Node ?? Check?.Check.Node;
  return node === undefined ? [] : [nodeTopic(node)];
}
