/**
 * The blocking-query loop that every read goes through.
 *
 * Contract: without `?index` the answer is the present one. With it the answer comes when its index exceeds the given
 * one or when the wait is over, whichever is first; it is never withheld for a change that the query does not depend
 * on, and no change between read and park is lost (that is the ServerRPC's part).
 */
import type { MethodArgs, MethodReply, ReadMethod } from '../protocol/methods.ts';
import { type QueryOptions, parseQueryOptions } from './query-options.ts';
import { answerHeaders, renderJSON } from './render.ts';
import type { APIContext, APIRequest, APIResponse } from './route.ts';
import type { Answer } from './server-rpc.ts';

export async function readAnswer<M extends ReadMethod>(
  request: APIRequest,
  context: APIContext,
  method: M,
  args: MethodArgs<M>,
  options: QueryOptions = parseQueryOptions(request, context),
): Promise<Answer> {
  const answer = await (options.minIndex === 0
    ? context.rpc.call(method, args, options)
    : context.rpc.watch(method, args, options, options.minIndex, options.waitMs, request.signal));
  return NAMES_CACHE.has(method) ? answer : withoutCache(answer);
}

/**
 * The reads on which Consul has `?cached`, and says so in X-Cache. On others the parameter means nothing to it: ours may
 * come from the replica all the same, which is kept up to date, and X-Consul-LastContact tells how well.
 */
const NAMES_CACHE: ReadonlySet<ReadMethod> = new Set<ReadMethod>([
  'catalog.service',
  'catalog.services',
  'health.service',
  'connect.roots',
  'discovery-chain.get',
]);

function withoutCache(answer: Answer): Answer {
  // Most have none: a copy of each would cost more than this look.
  if (answer.cache === undefined && answer.ageMs === undefined) return answer;
  const { cache: _cache, ageMs: _ageMs, ...rest } = answer;
  return rest;
}

export interface RenderOptions {
  /** Names the effective consistency, as catalog and health endpoints do. */
  readonly namesConsistency?: boolean;
  /** What stands for "there is no such thing"; `[]` unless given. */
  readonly absent?: string;
}

/**
 * A whole read endpoint: options, answer, headers, JSON.
 *
 * @param transform changes the parsed answer, e.g. filters it; without it the datacenter's text goes out untouched
 */
export async function readJSON<M extends ReadMethod>(
  request: APIRequest,
  context: APIContext,
  method: M,
  args: MethodArgs<M>,
  render: RenderOptions = {},
  transform?: (value: MethodReply<M>) => unknown,
): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  const answer = await readAnswer(request, context, method, args, options);
  const text = answer.body === '' ? (render.absent ?? '[]') : answer.body;
  const body =
    transform === undefined ? text : JSON.stringify(transform(JSON.parse(text) as MethodReply<M>));
  const consistency = render.namesConsistency ? options.consistency : undefined;
  return renderJSON(request, body, answerHeaders(answer, consistency));
}
