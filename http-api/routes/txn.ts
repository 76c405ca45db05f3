/** PUT /v1/txn (Consul: agent/txn_endpoint.go). */
import { RPCError } from '../../protocol/errors.ts';
import { TXN_MAX_OPS } from '../../protocol/limits.ts';
import type { TxnOp, TxnResponse } from '../../protocol/types/txn.ts';
import { decodedBytes, tooLarge } from '../../protocol/value-size.ts';
import { HTTPError } from '../http-error.ts';
import { parseQueryOptions, parseWriteOptions } from '../query-options.ts';
import { renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { decodeTxn } from './txn-body.ts';

export const txnRoutes: Route[] = [{ path: '/v1/txn', methods: { PUT: putTxn } }];

async function putTxn(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const given = decodeTxn(await request.body(context.limits.txnMaxBytes, 'txn_max_req_len'));
  checkSizes(given, context.limits.kvMaxValueBytes);
  // Empty ones are counted, and go no further: the numbers in errors go by what is left.
  const ops = given.filter((op) => Object.keys(op).length > 0);
  const isRead = !ops.some(isWrite);
  try {
    const { body } = isRead
      ? await context.rpc.call('txn.read', { ops }, parseQueryOptions(request, context))
      : await context.rpc.call('txn.apply', { ops }, parseWriteOptions(request));
    return renderJSON(request, body, isRead ? leaderHeaders(true) : {});
  } catch (error) {
    if (error instanceof RPCError && error.code === 'conflict') {
      return renderConflict(request, error.message);
    }
    throw error;
  }
}

/** The error's text is the answer itself: which operations failed, and why. */
function renderConflict(request: APIRequest, body: string): APIResponse {
  const { KnownLeader } = JSON.parse(body) as TxnResponse;
  const headers = KnownLeader === undefined ? {} : leaderHeaders(KnownLeader);
  return renderJSON(request, body, headers, 409);
}

/** Only answers to transactions without writes speak of the leader. They have no index: nobody can block on them. */
function leaderHeaders(isKnown: boolean): Record<string, string> {
  return { 'X-Consul-Knownleader': String(isKnown), 'X-Consul-Lastcontact': '0' };
}

const KV_WRITES: ReadonlySet<string> = new Set([
  'set',
  'cas',
  'lock',
  'unlock',
  'delete',
  'delete-cas',
  'delete-tree',
]);

/** Unknown verbs count as reads on keys and as writes on the catalog, as in Consul. */
function isWrite({ KV, Node, Service, Check }: TxnOp): boolean {
  if (KV !== undefined) return KV_WRITES.has(KV.Verb);
  const catalog = Node ?? Service ?? Check;
  return catalog !== undefined && catalog.Verb !== 'get';
}

function checkSizes(ops: readonly TxnOp[], maxValueBytes: number): void {
  if (ops.length > TXN_MAX_OPS) {
    throw new HTTPError(
      413,
      `Transaction contains too many operations (${ops.length} > ${TXN_MAX_OPS})`,
    );
  }
  for (const { KV } of ops) {
    const bytes = decodedBytes(KV?.Value ?? '');
    if (bytes <= maxValueBytes) continue;
    throw new HTTPError(413, tooLarge(KV?.Key ?? '', bytes, maxValueBytes));
  }
}
