/**
 * Transactions: all operations or none, one index for the whole (Consul: agent/consul/txn_endpoint.go, state/txn.go).
 *
 * Operations run in their order and see the work of those before them. A failed one does not stop the others, so that
 * the answer names every failure; then the whole is thrown away.
 */
import { RPCError } from '../../protocol/errors.ts';
import type { TxnError, TxnOp } from '../../protocol/types/txn.ts';
import type { SQL } from '../db/storage.ts';
import type { WriteTxn } from '../writer.ts';
import { ListSize } from './list-size.ts';
import { applyCatalogOpTxn, checkCatalogOp, isCatalogWrite, readCatalogOp } from './txn-catalog.ts';
import { applyKVOpTxn, checkKVOp, checkKVWords, isKVWrite, readKVOp } from './txn-kv.ts';

export interface TxnEnvironment {
  readonly datacenter: string;
  /** Whether the reader is told that something was left out. */
  readonly tells?: boolean;
  /** False for a result, in JSON, that is left out. */
  sees(result: string): boolean;
}

/** JSON of each result, in the order of the operations; some have none, `get-tree` has many. */
type Results = string[];

export function isTxnWrite(op: TxnOp): boolean {
  return op.KV === undefined ? isCatalogWrite(op) : isKVWrite(op.KV);
}

/**
 * Runs the operations inside the caller's write.
 *
 * @returns JSON of the answer
 * @throws RPCError `conflict` whose text is the JSON of the answer; the caller's write must be undone, which the
 * writer does for whatever is thrown
 */
export function applyTxn(tx: WriteTxn, ops: readonly TxnOp[], environment: TxnEnvironment): string {
  check(ops, (op) => checkOp(tx.sql, tx.now, op), renderAnswer);
  const results = run(ops, (op) => applyOpTxn(tx, op, environment), renderAnswer);
  return renderAnswer(
    results.filter((result) => environment.sees(result)),
    null,
  );
}

/**
 * Runs operations of which none writes.
 *
 * @returns JSON of the answer, with the fields that Consul adds to queries
 * @throws RPCError as applyTxn does
 */
export function readTxn(
  sql: SQL,
  now: number,
  ops: readonly TxnOp[],
  environment: TxnEnvironment,
): string {
  check(ops, (op) => checkOp(sql, now, op), renderUnread);
  const results = run(ops, (op) => readOp(sql, op, environment), renderRead);
  const seen = results.filter((result) => environment.sees(result));
  const isFiltered = environment.tells === true && seen.length < results.length;
  return renderQueryAnswer(seen, null, true, isFiltered);
}

export type Render = (results: Results | null, errors: readonly TxnError[] | null) => string;

function renderAnswer(results: Results | null, errors: readonly TxnError[] | null): string {
  const list = results === null ? 'null' : `[${results.join(',')}]`;
  return `{"Results":${list},"Errors":${JSON.stringify(errors)}}`;
}

const renderRead: Render = (results, errors) => renderQueryAnswer(results, errors, true);
/** For operations that were refused before anything was read: Consul then knows no leader. */
export const renderUnread: Render = (results, errors) => renderQueryAnswer(results, errors, false);

function renderQueryAnswer(
  results: Results | null,
  errors: readonly TxnError[] | null,
  hasRun: boolean,
  isFiltered = false,
): string {
  const meta =
    `"Index":${hasRun ? 1 : 0},"LastContact":0,"KnownLeader":${hasRun},` +
    '"ConsistencyLevel":"","NotModified":false,"Backend":0,' +
    `"ResultsFilteredByACLs":${isFiltered}`;
  return `${renderAnswer(results, errors).slice(0, -1)},${meta}}`;
}

/** The answer for operations that a token may not do, or that failed. */
export function conflict(errors: readonly TxnError[], render: Render = renderAnswer): RPCError {
  return new RPCError('conflict', render(null, errors));
}

function check(ops: readonly TxnOp[], checkOne: (op: TxnOp) => void, render: Render): void {
  run(
    ops,
    (op) => {
      checkOne(op);
      return [];
    },
    render,
  );
}

function run(ops: readonly TxnOp[], runOne: (op: TxnOp) => Results, render: Render): Results {
  const results: Results = [];
  const errors: TxnError[] = [];
  // All results are one answer: trees of 128 operations must not add up to more than fits.
  const size = new ListSize('read less in one transaction');
  for (const [OpIndex, op] of ops.entries()) {
    try {
      for (const result of runOne(op)) {
        size.add(result);
        results.push(result);
      }
    } catch (error) {
      if (!(error instanceof RPCError)) throw error;
      errors.push({ OpIndex, What: error.message });
    }
  }
  if (errors.length > 0) throw conflict(errors, render);
  return results;
}

function checkOp(sql: SQL, now: number, op: TxnOp): void {
  if (op.KV !== undefined) checkKVOp(sql, now, op.KV);
  else checkCatalogOp(op);
}

/** What is wrong with an operation by itself, which Consul says before it looks at rights. @throws RPCError */
export function checkOpWords(op: TxnOp): void {
  if (op.KV !== undefined) checkKVWords(op.KV);
  else checkCatalogOp(op);
}

/** Of an operation with several members the first counts, and one with none does nothing. */
function readOp(sql: SQL, op: TxnOp, environment: TxnEnvironment): Results {
  return op.KV === undefined ? readCatalogOp(sql, op, environment) : readKVOp(sql, op.KV);
}

function applyOpTxn(tx: WriteTxn, op: TxnOp, environment: TxnEnvironment): Results {
  return op.KV === undefined ? applyCatalogOpTxn(tx, op, environment) : applyKVOpTxn(tx, op.KV);
}
