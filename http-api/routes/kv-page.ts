/** `?recurse&limit=&after=` and `?keys&limit=&after=`: a prefix in pages, which Consul does not have. */
import type { KVPageArgs } from '../../protocol/methods.ts';
import { HTTPError } from '../http-error.ts';
import { parseQueryOptions } from '../query-options.ts';
import { answerHeaders, renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse } from '../route.ts';

/**
 * One page. X-Lictor-Next is there when more keys are left: `?after=` it is the next page, as it stands.
 *
 * Pages do not block: the first one's X-Consul-Index is what to wait with on the prefix itself.
 */
export async function getPage(
  request: APIRequest,
  context: APIContext,
  part: Pick<KVPageArgs, 'prefix' | 'form' | 'separator'>,
): Promise<APIResponse> {
  const { query } = request;
  if (query.has('at')) throw new HTTPError(400, 'Cannot specify ?at with ?limit.');
  const options = parseQueryOptions(request, context);
  if (options.minIndex > 0) {
    throw new HTTPError(
      400,
      'Cannot specify ?index with ?limit: wait on the prefix without ?limit.',
    );
  }
  const limit = query.get('limit');
  if (!/^[1-9]\d{0,8}$/.test(limit)) {
    throw new HTTPError(400, `Invalid limit ${JSON.stringify(limit)}: a number from 1 on`);
  }
  const args = { ...part, after: query.get('after'), limit: Number(limit) };
  // Nothing of it is worth a subscription.
  const direct = { ...options, cached: false, consistency: 'default' as const };
  const answer = await context.rpc.call('kv.page', args, direct);
  const headers = answerHeaders(answer);
  if (answer.body !== '') return renderJSON(request, answer.body, headers);
  return { status: 404, headers, body: null };
}
