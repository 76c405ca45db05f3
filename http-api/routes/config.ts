/** /v1/config (Consul: agent/config_endpoint.go). */
import { EntryDecodeError, decodeEntry } from '../../protocol/config-entries/decode.ts';
import { isKind } from '../../protocol/config-entries/kinds.ts';
import { SERVICE_DEFAULTS_FIELDS } from '../filter/fields/config-fields.ts';
import { HTTPError } from '../http-error.ts';
import { parsePrimaryOptions, parseQueryOptions } from '../query-options.ts';
import { readAnswer, readJSON } from '../read.ts';
import { answerHeaders, renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { callJSON } from '../call.ts';
import { refuseTenancy, tenancyFault } from '../tenancy.ts';
import { filterRows } from './catalog-query.ts';
import { parseBody } from './entry-body.ts';

export const configRoutes: Route[] = [
  { path: '/v1/config', methods: { PUT: applyEntry } },
  { path: '/v1/config/', methods: { GET: getEntries, DELETE: deleteEntry } },
];

async function applyEntry(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const entry = parseBody(await request.body());
  const fault = tenancyFault(request, 'both');
  if (fault !== undefined) {
    refuseUndecodable(entry);
    throw fault;
  }
  const cas = parseCAS(request);
  const args = { entry, ...(cas === undefined ? {} : { cas }) };
  return callJSON(
    request,
    context.rpc,
    'config.apply',
    args,
    parsePrimaryOptions(request, context),
  );
}

/** What is no entry is refused before anything else. @throws HTTPError 400 */
function refuseUndecodable(entry: unknown): void {
  try {
    decodeEntry(entry);
  } catch (error) {
    if (!(error instanceof EntryDecodeError)) throw error;
    throw new HTTPError(400, `Request decoding failed: ${error.message}`);
  }
}

function parseCAS({ query }: APIRequest): number | undefined {
  const text = query.get('cas');
  if (text === '') return undefined;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new HTTPError(500, `strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`);
}

/** What follows `/v1/config/`: a kind, and after the first slash a name, which may hold slashes itself. */
function splitPath({ rest }: APIRequest): { kind: string; name: string | undefined } {
  const at = rest.indexOf('/');
  return at < 0
    ? { kind: rest, name: undefined }
    : { kind: rest.slice(0, at), name: rest.slice(at + 1) };
}

async function getEntries(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  refuseTenancy(request);
  const { kind, name } = splitPath(request);
  if (name === undefined) return listEntries(request, context, kind);
  const answer = await readAnswer(request, context, 'config.get', { kind, name }, options);
  const headers = answerHeaders(answer);
  if (answer.body !== '') return renderJSON(request, answer.body, headers);
  const [quotedKind, quotedName] = [JSON.stringify(kind), JSON.stringify(name)];
  throw new HTTPError(404, `Config entry not found for ${quotedKind} / ${quotedName}`, headers);
}

function listEntries(request: APIRequest, context: APIContext, kind: string): Promise<APIResponse> {
  const hasFilter = request.query.get('filter') !== '';
  // Which kind it shall be is looked at later, unless it is none.
  if (hasFilter && (kind === '' || isKind(kind)) && kind !== 'service-defaults') {
    throw new HTTPError(500, `filtering not supported for config entry kind=${kind}`);
  }
  const keep = isKind(kind)
    ? filterRows<Record<string, unknown>>(request, SERVICE_DEFAULTS_FIELDS)
    : undefined;
  return readJSON(request, context, 'config.list', { kind }, {}, keep);
}

async function deleteEntry(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const { kind, name } = splitPath(request);
  if (name === undefined) throw new HTTPError(404, 'Must provide both a kind and name to delete');
  if (!isKind(kind)) throw new HTTPError(400, `invalid config entry kind: ${kind}`);
  refuseTenancy(request);
  const cas = parseCAS(request);
  const args = { kind, name, ...(cas === undefined ? {} : { cas }) };
  const answer = await context.rpc.call(
    'config.delete',
    args,
    parsePrimaryOptions(request, context),
  );
  return renderJSON(request, cas === undefined ? '{}' : answer.body);
}
