/** GET /v1/audit: who changed what. Consul has nothing like it in its community edition. */
import type { AuditArgs } from '../../protocol/types/history.ts';
import { parseQueryOptions } from '../query-options.ts';
import { answerHeaders, renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { parsePositive } from './kv-history.ts';

export const auditRoutes: Route[] = [{ path: '/v1/audit', methods: { GET: getAudit } }];

const TEXTS = ['kind', 'prefix', 'actor', 'from', 'to', 'filter', 'before'] as const;

async function getAudit(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const { query } = request;
  const args: AuditArgs = {};
  for (const name of TEXTS) if (query.get(name) !== '') args[name] = query.get(name);
  const limit = parsePositive(request, 'limit');
  if (limit !== undefined) args.limit = limit;
  if (query.has('values')) args.values = true;
  // A page of the past is nothing to subscribe to, or to wait for.
  const options = { ...parseQueryOptions(request, context), cached: false };
  const call = { ...options, consistency: 'default' as const };
  const answer = await context.rpc.call('audit.list', args, call);
  return renderJSON(request, answer.body, answerHeaders(answer));
}
