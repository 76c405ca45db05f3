/** /v1/connect/intentions (Consul: agent/intentions_endpoint.go). The calls by ID stand in `intentions-by-id.ts`. */
import { renderFaults } from '../../protocol/multi-error.ts';
import type { Intention, IntentionPair } from '../../protocol/types/intention.ts';
import { decodeBody } from '../decode.ts';
import { INTENTION_FIELDS } from '../filter/fields/intention-fields.ts';
import { HTTPError } from '../http-error.ts';
import { queryError, withQueryHeaders } from '../query-errors.ts';
import { parsePrimaryOptions, parseQueryOptions } from '../query-options.ts';
import { readAnswer, readJSON } from '../read.ts';
import { answerHeaders, renderJSON, renderValue } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { filterRows } from './catalog-query.ts';
import {
  INTENTION,
  type IntentionBody,
  missingParameter,
  parseServiceName,
  requireDefaultNamespace,
  requireParameter,
  toInput,
} from './intention-fields.ts';
import { createByID, intentionsByIDRoutes } from './intentions-by-id.ts';

export const intentionRoutes: Route[] = [
  { path: '/v1/connect/intentions', methods: { GET: listIntentions, POST: createByID } },
  {
    path: '/v1/connect/intentions/exact',
    methods: { GET: getExact, PUT: putExact, DELETE: deleteExact },
  },
  { path: '/v1/connect/intentions/match', methods: { GET: matchIntentions } },
  { path: '/v1/connect/intentions/check', methods: { GET: checkIntention } },
  ...intentionsByIDRoutes,
];

async function listIntentions(request: APIRequest, context: APIContext): Promise<APIResponse> {
  parseQueryOptions(request, context);
  try {
    const keep = filterRows<Intention>(request, INTENTION_FIELDS);
    return await readJSON(request, context, 'intention.list', {}, {}, keep);
  } catch (error) {
    throw withQueryHeaders(error);
  }
}

const ENDS = ['source', 'destination'] as const;

/** @throws HTTPError 500 */
function parsePair(
  { query }: APIRequest,
  what: Readonly<Record<keyof IntentionPair, string>>,
  isWrite = false,
): IntentionPair {
  const texts = ENDS.map((end) => {
    const text = requireParameter(query, end);
    // Who writes has to name both.
    if (isWrite && text === '') throw missingParameter(end);
    return text;
  });
  const named = ENDS.map((end, at) => parseServiceName(texts[at]!, end));
  for (const [at, end] of ENDS.entries()) {
    requireDefaultNamespace(named[at]!.namespace, what[end]);
  }
  return { source: named[0]!.name, destination: named[1]!.name };
}

const EXACT = { source: 'SourceNS', destination: 'DestinationNS' };

async function getExact(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  const args = parsePair(request, EXACT);
  const missing = [
    ...(args.source === '' ? ['SourceName is missing'] : []),
    ...(args.destination === '' ? ['DestinationName is missing'] : []),
  ];
  if (missing.length > 0) throw new HTTPError(500, renderFaults(missing));
  const answer = await readAnswer(request, context, 'intention.exact', args, options);
  if (answer.body === '') throw new HTTPError(404, 'Intention not found');
  return renderJSON(request, answer.body);
}

async function putExact(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const pair = parsePair(request, EXACT, true);
  const body = decodeBody<IntentionBody | undefined>(await request.body(), INTENTION) ?? {};
  const args = { op: 'put' as const, ...pair, intention: toInput(body) };
  const options = parsePrimaryOptions(request, context);
  return renderJSON(request, (await context.rpc.call('intention.apply', args, options)).body);
}

async function deleteExact(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const args = { op: 'delete' as const, ...parsePair(request, EXACT, true) };
  const options = parsePrimaryOptions(request, context);
  return renderJSON(request, (await context.rpc.call('intention.apply', args, options)).body);
}

async function matchIntentions(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  const { query } = request;
  const by = requireParameter(query, 'by');
  if (by !== 'source' && by !== 'destination') {
    throw new HTTPError(500, "'by' parameter must be one of 'source' or 'destination'");
  }
  if (!query.has('name')) throw missingParameter('name');
  const given = query.all('name');
  const parsed = given.map((name) => parseServiceName(name, 'name'));
  const names = parsed.map(nameInDefault);
  try {
    const answer = await readAnswer(request, context, 'intention.match', { by, names }, options);
    const lists = JSON.parse(answer.body) as Intention[][];
    // Go has no list where nothing matches.
    const matches = given.map((name, at) => [name, lists[at]!.length === 0 ? null : lists[at]!]);
    matches.sort(([a], [b]) => (a! < b! ? -1 : 1));
    const headers = answerHeaders(answer, options.consistency);
    return renderValue(request, Object.fromEntries(matches), headers);
  } catch (error) {
    throw withQueryHeaders(error);
  }
}

function nameInDefault({ namespace, name }: ReturnType<typeof parseServiceName>): string {
  try {
    requireDefaultNamespace(namespace, 'match entry namespace');
  } catch (error) {
    throw queryError(500, (error as HTTPError).message);
  }
  return name;
}

const CHECK = { source: 'source namespace', destination: 'destination namespace' };

async function checkIntention(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  const sourceType = request.query.get('source-type') || 'consul';
  const args = parsePair(request, CHECK);
  if (sourceType !== 'consul') {
    throw new HTTPError(500, `unsupported SourceType: ${JSON.stringify(sourceType)}`);
  }
  const answer = await readAnswer(request, context, 'intention.check', args, options);
  return renderJSON(request, answer.body);
}
