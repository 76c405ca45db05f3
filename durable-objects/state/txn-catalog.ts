/**
 * Operations of a transaction on nodes, services and checks (Consul: agent/consul/state/txn.go, txnNode, txnService
 * and txnCheck).
 *
 * The contract of txn-kv.ts: results as JSON, an RPCError whose text is the operation's `What`.
 */
import type {
  TxnCheckOp,
  TxnNodeOp,
  TxnOp,
  TxnResult,
  TxnServiceOp,
} from '../../protocol/types/txn.ts';
import { invalid } from '../../protocol/errors.ts';
import type { SQL } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';
import { prepareCheck, prepareNode, prepareService } from './catalog-prepare.ts';
import { type CheckRow, findCheckRow, renderCheck } from './checks-rows.ts';
import {
  deleteCheckCASTxn,
  deleteCheckTxn,
  requireKey,
  upsertCheckCASTxn,
  upsertCheckTxn,
} from './checks.ts';
import { type NodeRow, findNodeRow, findNodeRowByID, renderNode } from './nodes-rows.ts';
import { requireNodeID } from './node-id.ts';
import { deleteNodeCASTxn, deleteNodeTxn, upsertNodeCASTxn, upsertNodeTxn } from './nodes.ts';
import {
  type ServiceRow,
  findServiceRow,
  renderNodeService,
  nullIfEmpty,
} from './services-rows.ts';
import {
  deleteServiceCASTxn,
  deleteServiceTxn,
  upsertServiceCASTxn,
  upsertServiceTxn,
} from './services.ts';
import { sessionHooks } from './session-invalidation.ts';

/** What rows do not say of themselves. */
export interface CatalogEnvironment {
  readonly datacenter: string;
}

const VERBS: ReadonlySet<string> = new Set(['get', 'set', 'cas', 'delete', 'delete-cas']);

/** Unknown verbs are writes, for they are refused as such: Consul answers them without the fields of a query. */
export function isCatalogWrite({ Node, Service, Check }: TxnOp): boolean {
  const verb = (Node ?? Service ?? Check)?.Verb;
  return verb !== undefined && verb !== 'get';
}

/** What is wrong with an operation whatever those before it do. Checks are looked at when their turn comes. */
export function checkCatalogOp({ Node, Service, Check }: TxnOp): void {
  if (Node !== undefined) {
    requireKnownVerb('node', Node.Verb);
    if (Node.Verb !== 'get') prepareNode(Node.Node);
  } else if (Service !== undefined) {
    requireKnownVerb('service', Service.Verb);
    if (Service.Verb !== 'get') prepareService(Service.Service);
  } else if (Check !== undefined) {
    requireKnownVerb('check', Check.Verb);
  }
}

function requireKnownVerb(kind: string, verb: string): void {
  if (!VERBS.has(verb)) throw invalid(`unknown ${kind} operation: ${verb}`);
}

export function readCatalogOp(sql: SQL, op: TxnOp, environment: CatalogEnvironment): string[] {
  if (op.Node !== undefined) return [getNode(sql, op.Node, environment)];
  if (op.Service !== undefined) return [getService(sql, op.Service)];
  if (op.Check !== undefined) return [getCheck(sql, op.Check)];
  return [];
}

export function applyCatalogOpTxn(
  tx: WriteTxn,
  op: TxnOp,
  environment: CatalogEnvironment,
): string[] {
  if (!isCatalogWrite(op)) return readCatalogOp(tx.sql, op, environment);
  if (op.Node !== undefined) return applyNodeOpTxn(tx, op.Node, environment);
  if (op.Service !== undefined) return applyServiceOpTxn(tx, op.Service);
  return applyCheckOpTxn(tx, op.Check!);
}

const quote = (text: string | undefined): string => JSON.stringify(text ?? '');

function result(kind: keyof TxnResult, json: string): string {
  return `{"${kind}":${json}}`;
}

/** @throws RPCError that the compare-and-set of `what` failed */
function requireFresh<T>(row: T | null | false, action: 'set' | 'delete', what: string): T {
  if (row === null || row === false) throw invalid(`failed to ${action} ${what}, index is stale`);
  return row;
}

function getNode(sql: SQL, { Node }: TxnNodeOp, { datacenter }: CatalogEnvironment): string {
  requireNodeID(Node.ID ?? '');
  const row = Node.ID ? findNodeRowByID(sql, Node.ID) : findNodeRow(sql, Node.Node ?? '');
  if (row === undefined) throw invalid(`node ${quote(Node.Node)} doesn't exist`);
  return result('Node', renderNode(row, datacenter));
}

function applyNodeOpTxn(
  tx: WriteTxn,
  { Verb, Node }: TxnNodeOp,
  { datacenter }: CatalogEnvironment,
): string[] {
  const node = prepareNode(Node);
  const expected = Node.ModifyIndex ?? 0;
  const what = `node ${quote(node.Node)}`;
  const answer = (row: NodeRow): string[] => [result('Node', renderNode(row, datacenter))];
  switch (Verb) {
    case 'set':
      return answer(upsertNodeTxn(tx, node, sessionHooks));
    case 'cas':
      return answer(requireFresh(upsertNodeCASTxn(tx, node, expected, sessionHooks), 'set', what));
    case 'delete':
      deleteNodeTxn(tx, node.Node, sessionHooks);
      return [];
    default:
      requireFresh(deleteNodeCASTxn(tx, node.Node, expected, sessionHooks), 'delete', what);
      return [];
  }
}

function getService(sql: SQL, { Node, Service }: TxnServiceOp): string {
  const row = findServiceRow(sql, Node, Service.ID ?? '');
  if (row === undefined)
    throw invalid(`service ${quote(Service.ID)} on node ${quote(Node)} doesn't exist`);
  return renderService(row);
}

/** A transaction shows absent tags as null, where the catalog's own endpoints show an empty list. */
function renderService(row: ServiceRow): string {
  return result('Service', renderNodeService({ ...row, tags: nullIfEmpty(row.tags) }));
}

function applyServiceOpTxn(tx: WriteTxn, { Verb, Node, Service }: TxnServiceOp): string[] {
  const service = prepareService(Service);
  const expected = Service.ModifyIndex ?? 0;
  const what = `service ${quote(service.ID)} on node ${quote(Node)}`;
  switch (Verb) {
    case 'set':
      return [renderService(upsertServiceTxn(tx, Node, service))];
    case 'cas':
      return [
        renderService(requireFresh(upsertServiceCASTxn(tx, Node, service, expected), 'set', what)),
      ];
    case 'delete':
      deleteServiceTxn(tx, Node, service.ID, sessionHooks);
      return [];
    default:
      requireFresh(
        deleteServiceCASTxn(tx, Node, service.ID, expected, sessionHooks),
        'delete',
        what,
      );
      return [];
  }
}

function getCheck(sql: SQL, { Check }: TxnCheckOp): string {
  const { Node = '', CheckID = '' } = Check;
  requireKey(Node, CheckID, 'failed check lookup');
  const row = findCheckRow(sql, Node, CheckID);
  if (row === undefined)
    throw invalid(`check ${quote(CheckID)} on node ${quote(Node)} doesn't exist`);
  return renderCheckResult(sql, row);
}

function renderCheckResult(sql: SQL, row: CheckRow): string {
  const node = findNodeRow(sql, row.node)?.name ?? row.node;
  return result(
    'Check',
    renderCheck({ ...row, service_tags: nullIfEmpty(row.service_tags) }, node),
  );
}

function applyCheckOpTxn(tx: WriteTxn, { Verb, Check }: TxnCheckOp): string[] {
  // Only a registration takes a check's type from its definition; a transaction leaves it as it is said.
  const check = { ...prepareCheck(Check.Node ?? '', Check), Type: Check.Type ?? '' };
  const expected = Check.ModifyIndex ?? 0;
  const what = `check ${quote(check.CheckID)} on node ${quote(check.Node)}`;
  const answer = (row: CheckRow): string[] => [renderCheckResult(tx.sql, row)];
  switch (Verb) {
    case 'set':
      return answer(upsertCheckTxn(tx, check, sessionHooks));
    case 'cas':
      return answer(
        requireFresh(upsertCheckCASTxn(tx, check, expected, sessionHooks), 'set', what),
      );
    case 'delete':
      deleteCheckTxn(tx, check.Node, check.CheckID, sessionHooks);
      return [];
    default:
      requireFresh(
        deleteCheckCASTxn(tx, check.Node, check.CheckID, expected, sessionHooks),
        'delete',
        what,
      );
      return [];
  }
}
