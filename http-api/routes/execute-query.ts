/**
 * Executing and explaining prepared queries: `/v1/query/<name or ID>/execute` and `/explain`.
 *
 * Neither blocks: `?index` is taken and has no effect, and the answer's index is always 1, as in Consul.
 */
import type { QueryExecuteArgs } from '../../protocol/types/prepared-query.ts';
import type {
  PreparedQuery,
  QueryExecution,
  QueryResult,
} from '../../protocol/types/prepared-query.ts';
import { HTTPError } from '../http-error.ts';
import { clientAddress } from '../client-address.ts';
import { parseBool } from '../parse-bool.ts';
import { arrangeNodes } from '../prepared-query/arrange.ts';
import { datacentersBeside, failOver } from '../prepared-query/failover.ts';
import { ReachablePlaces } from '../prepared-query/reachable-places.ts';
import { queryError, withQueryHeaders } from '../query-errors.ts';
import { type QueryOptions, parseQueryOptions } from '../query-options.ts';
import { answerHeaders, renderValue } from '../render.ts';
import type { APIContext, APIRequest, APIResponse } from '../route.ts';
import type { Answer } from '../server-rpc.ts';

/** Consul sets no index on these answers, which clients see as 1. */
const NO_INDEX = 1;

export async function executeQuery(
  request: APIRequest,
  context: APIContext,
  nameOrID: string,
): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  const limit = parseLimit(request);
  const args: QueryExecuteArgs = { nameOrID, ...parseSource(request, context) };
  if (parseConnect(request)) args.connect = true;
  const answer = await context.rpc.call('query.execute', args, options).catch(fail);
  // Consul's cache does not know this error for what it is.
  const home = requireAnswer<QueryExecution>(answer, options.cached ? 500 : 404);
  const others = async (): Promise<readonly string[]> => {
    const known = (await context.otherDatacenters?.()) ?? [];
    return datacentersBeside(options.datacenter, context.datacenter, known);
  };
  const places = new ReachablePlaces(context.rpc, others, args, options);
  const { execution, failovers } = await failOver(home, places);
  const { Service, DNS, Datacenter, PeerName } = execution;
  const Nodes = arrangeNodes(execution, limit, Math.random);
  const result: QueryResult = { Service, Nodes, DNS, Datacenter, PeerName, Failovers: failovers };
  return render(request, result, answer, options);
}

export async function explainQuery(
  request: APIRequest,
  context: APIContext,
  nameOrID: string,
): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  parseLimit(request);
  const answer = await context.rpc.call('query.explain', { nameOrID }, options).catch(fail);
  const Query = requireAnswer<PreparedQuery>(answer);
  return render(request, { Query }, answer, options);
}

function parseSource(
  request: APIRequest,
  { nodeName }: APIContext,
): Omit<QueryExecuteArgs, 'nameOrID'> {
  const near = request.query.get('near');
  return {
    agent: nodeName,
    ip: clientAddress(request),
    ...(near === '' ? {} : { near }),
  };
}

/** What Go's strconv.Atoi takes. */
const INTEGER = /^[-+]?\d+$/;
const MAX_INT = 2n ** 63n - 1n;

function parseLimit({ query }: APIRequest): number {
  const text = query.get('limit');
  if (text === '') return 0;
  const fault = (what: string): HTTPError =>
    new HTTPError(500, `Bad limit: strconv.Atoi: parsing ${JSON.stringify(text)}: ${what}`);
  if (!INTEGER.test(text)) throw fault('invalid syntax');
  const limit = BigInt(text.replace('+', ''));
  if (limit > MAX_INT || limit < -MAX_INT - 1n) throw fault('value out of range');
  return Number(limit);
}

function parseConnect({ query }: APIRequest): boolean {
  const text = query.get('connect');
  const connect = parseBool(text || 'false');
  if (connect !== null) return connect;
  const fault = `strconv.ParseBool: parsing ${JSON.stringify(text)}: invalid syntax`;
  throw new HTTPError(500, `Error parsing 'connect' value: ${fault}`);
}

function fail(error: unknown): never {
  throw withQueryHeaders(error);
}

function requireAnswer<T>({ body }: Answer, absent = 404): T {
  if (body === '') throw queryError(absent, 'Query not found');
  return JSON.parse(body) as T;
}

const NANOSECONDS_PER_MS = 1e6;

/** The answer with the facts about itself, which Consul gives in the body here as well as in the headers. */
function render(
  request: APIRequest,
  result: object,
  answer: Answer,
  { consistency }: QueryOptions,
): APIResponse {
  const value = {
    ...result,
    Index: NO_INDEX,
    LastContact: Math.round((answer.lastContactMs ?? 0) * NANOSECONDS_PER_MS),
    KnownLeader: true,
    ConsistencyLevel: consistency === 'default' ? 'leader' : consistency,
    NotModified: false,
    Backend: 0,
    ResultsFilteredByACLs: answer.notes?.Filtered === 'true',
  };
  const headers = answerHeaders({ ...answer, index: NO_INDEX }, consistency);
  return renderValue(request, value, headers);
}
