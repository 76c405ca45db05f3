/**
 * /v1/query (Consul: agent/prepared_query_endpoint.go).
 *
 * What `/v1/query/<id>` allows depends on how the path ends, so it answers every method itself.
 */
import type { QueryInput } from '../../protocol/types/prepared-query.ts';
import { decodeBody } from '../decode.ts';
import { HTTPError } from '../http-error.ts';
import { type DecodedQuery, QUERY, toQueryInput } from '../prepared-query/query-input.ts';
import { queryError, withQueryHeaders } from '../query-errors.ts';
import { type QueryOptions, parseQueryOptions, parseWriteOptions } from '../query-options.ts';
import { readAnswer } from '../read.ts';
import { JSON_TYPE, allowed, answerHeaders, renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { executeQuery, explainQuery } from './execute-query.ts';

export const preparedQueryRoutes: Route[] = [
  { path: '/v1/query', methods: { GET: listQueries, POST: createQuery } },
  { path: '/v1/query/', methods: {}, any: answerSpecific },
];

type QueryHandler = (
  request: APIRequest,
  context: APIContext,
  nameOrID: string,
) => Promise<APIResponse>;

const SPECIFIC: Readonly<Record<string, QueryHandler>> = {
  GET: getQuery,
  PUT: updateQuery,
  DELETE: deleteQuery,
};
const ACTIONS: Readonly<Record<string, QueryHandler>> = {
  '/execute': executeQuery,
  '/explain': explainQuery,
};

function answerSpecific(
  request: APIRequest,
  context: APIContext,
): Promise<APIResponse> | APIResponse {
  const { method, rest } = request;
  const suffix = Object.keys(ACTIONS).find((ending) => `/${rest}`.endsWith(ending));
  const handlers = suffix === undefined ? SPECIFIC : { GET: ACTIONS[suffix]! };
  const methods = Object.keys(handlers).join(',');
  if (method === 'OPTIONS') return { ...allowed(`OPTIONS,${methods}`), body: '{}' };
  const handler = Object.hasOwn(handlers, method) ? handlers[method as 'GET'] : undefined;
  if (handler === undefined) {
    throw new HTTPError(405, `method ${method} not allowed`, { Allow: methods });
  }
  // A query may be called `execute`: then nothing stands before the slash.
  const isAction = suffix !== undefined && rest.endsWith(suffix);
  return handler(request, context, isAction ? rest.slice(0, -suffix.length) : rest);
}

/** Consul caches what queries find, but not the queries: `?cached` means nothing there. */
function parseReadOptions(request: APIRequest, context: APIContext): QueryOptions {
  return { ...parseQueryOptions(request, context), cached: false };
}

async function listQueries(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseReadOptions(request, context);
  const answer = await readAnswer(request, context, 'query.list', {}, options).catch(fail);
  return renderJSON(request, answer.body, answerHeaders(answer, options.consistency));
}

async function getQuery(
  request: APIRequest,
  context: APIContext,
  id: string,
): Promise<APIResponse> {
  const options = parseReadOptions(request, context);
  let answer = await context.rpc.call('query.get', { id }, options).catch(fail);
  // As in Consul nobody waits for a query that does not exist: IDs are given by the datacenter, so it never will.
  if (options.minIndex > 0 && answer.body !== '') {
    answer = await readAnswer(request, context, 'query.get', { id }, options).catch(fail);
  }
  if (answer.body === '') throw queryError(404, 'Query not found');
  return renderJSON(request, answer.body, answerHeaders(answer, options.consistency));
}

function fail(error: unknown): never {
  throw withQueryHeaders(error);
}

async function createQuery(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const query = decodeQuery(await request.body());
  const options = parseWriteOptions(request);
  const { body } = await context.rpc.call('query.apply', { op: 'create', query }, options);
  return renderJSON(request, `{"ID":${body}}`);
}

/** The ID in the path counts, whatever the body says. */
async function updateQuery(
  request: APIRequest,
  context: APIContext,
  id: string,
): Promise<APIResponse> {
  const bytes = await request.body();
  const query: QueryInput = {
    ...(bytes.length === 0 ? toQueryInput({}) : decodeQuery(bytes)),
    ID: id,
  };
  await context.rpc.call('query.apply', { op: 'update', query }, parseWriteOptions(request));
  return done();
}

async function deleteQuery(
  request: APIRequest,
  context: APIContext,
  id: string,
): Promise<APIResponse> {
  await context.rpc.call('query.apply', { op: 'delete', id }, parseWriteOptions(request));
  return done();
}

function decodeQuery(bytes: Uint8Array): QueryInput {
  return toQueryInput(decodeBody<DecodedQuery | undefined>(bytes, QUERY) ?? {});
}

function done(): APIResponse {
  return { status: 200, headers: { 'Content-Type': JSON_TYPE }, body: '' };
}
