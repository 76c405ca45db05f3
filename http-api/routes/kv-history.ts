/** What Consul's /v1/kv/ does not have: `?history`, `?at=` and `?rollback=`. */
import type { KVPastArgs } from '../../protocol/types/history.ts';
import { HTTPError } from '../http-error.ts';
import { parseQueryOptions, parseWriteOptions } from '../query-options.ts';
import { readAnswer } from '../read.ts';
import { answerHeaders, renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse } from '../route.ts';
import { callJSON } from '../call.ts';
import type { Answer } from '../server-rpc.ts';

/** GET ?history: a page of the key's changes. It blocks as a read of the key does. */
export async function getHistory(
  request: APIRequest,
  context: APIContext,
  key: string,
): Promise<APIResponse> {
  const start = parsePositive(request, 'start');
  const limit = parsePositive(request, 'limit');
  const args = {
    key,
    ...(start !== undefined && { start }),
    ...(limit !== undefined && { limit }),
  };
  const answer = await readAnswer(request, context, 'kv.history', args);
  const headers = answerHeaders(answer);
  if (answer.body === '') return { status: 404, headers, body: null };
  return renderJSON(request, answer.body, headers);
}

/** What the read would have answered at `?at=`; its index is the moment's own. */
export function readPast(
  request: APIRequest,
  context: APIContext,
  args: Omit<KVPastArgs, 'at'>,
): Promise<Answer> {
  const options = parseQueryOptions(request, context);
  if (options.minIndex > 0) {
    throw new HTTPError(400, 'Cannot specify ?index with ?at: the past does not change.');
  }
  // Nothing of it is worth a subscription.
  const direct = { ...options, cached: false, consistency: 'default' as const };
  return context.rpc.call('kv.at', { ...args, at: request.query.get('at') }, direct);
}

/** PUT ?rollback=: puts a key, or with ?recurse a prefix, back to a moment. */
export async function rollBack(
  request: APIRequest,
  context: APIContext,
  key: string,
): Promise<APIResponse> {
  const { query } = request;
  const recurse = query.has('recurse');
  if (key === '' && !recurse) throw new HTTPError(400, 'Missing key name');
  const others = ['cas', 'acquire', 'release', 'flags', 'ttl'].filter((name) => query.has(name));
  if (others.length > 0) {
    throw new HTTPError(400, `Cannot specify ?${others[0]} with ?rollback.`);
  }
  const args = { key, to: query.get('rollback'), ...(recurse && { recurse }) };
  return callJSON(request, context.rpc, 'kv.rollback', args, parseWriteOptions(request));
}

export function parsePositive({ query }: APIRequest, name: string): number | undefined {
  if (!query.has(name)) return undefined;
  const value = Number(query.get(name));
  if (/^\d+$/.test(query.get(name)) && Number.isSafeInteger(value) && value > 0) return value;
  throw new HTTPError(400, `Invalid ${name}: not a positive number`);
}
