/** /v1/kv/ (Consul: agent/kvs_endpoint.go). */
import { parseDuration } from '../../protocol/duration.ts';
import type { KVWriteArgs } from '../../protocol/methods.ts';
import type { KVPair } from '../../protocol/types/kv.ts';
import { decodeBase64, encodeBase64 } from '../base64.ts';
import { HTTPError } from '../http-error.ts';
import { parseQueryOptions, parseWriteOptions } from '../query-options.ts';
import { readAnswer } from '../read.ts';
import { answerHeaders, noteHeaders, renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import type { Answer } from '../server-rpc.ts';
import { refuseTenancy } from '../tenancy.ts';
import { getHistory, readPast, rollBack } from './kv-history.ts';
import { getPage } from './kv-page.ts';

export const kvRoutes: Route[] = [
  { path: '/v1/kv/', methods: { GET: getKV, PUT: putKV, DELETE: deleteKV } },
];

async function getKV(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  const { query, rest: key } = request;
  if (!query.has('keys') && !query.has('recurse')) requireKey(key);
  refuseTenancy(request);
  if (query.has('keys')) {
    // The misspelling is as old as Consul, and scripts use it.
    const separator = query.get(query.has('separator') ? 'separator' : 'seperator');
    if (query.has('limit'))
      return getPage(request, context, { prefix: key, form: 'keys', separator });
    const answer = query.has('at')
      ? await readPast(request, context, { key, form: 'keys', separator })
      : await readAnswer(request, context, 'kv.keys', { prefix: key, separator }, options);
    return renderFound(request, answer, key === '' ? '[]' : undefined);
  }
  if (query.has('recurse')) {
    if (query.has('limit')) return getPage(request, context, { prefix: key, form: 'list' });
    const answer = query.has('at')
      ? await readPast(request, context, { key, form: 'list' })
      : await readAnswer(request, context, 'kv.list', { prefix: key }, options);
    return renderFound(request, answer);
  }
  if (query.has('history')) return getHistory(request, context, key);
  const answer = query.has('at')
    ? await readPast(request, context, { key, form: 'get' })
    : await readAnswer(request, context, 'kv.get', { key }, options);
  return query.has('raw') && answer.body !== '' ? renderRaw(answer) : renderFound(request, answer);
}

/** An absent key or prefix is a 404 without a body, and its index can be waited on all the same. */
function renderFound(request: APIRequest, answer: Answer, absent?: string): APIResponse {
  const headers = answerHeaders(answer);
  const body = answer.body === '' ? absent : answer.body;
  if (body === undefined) return { status: 404, headers, body: null };
  return renderJSON(request, body, headers);
}

/** The bytes themselves, marked so that no browser takes them for more than text. */
function renderRaw(answer: Answer): APIResponse {
  const [pair] = JSON.parse(answer.body) as KVPair[];
  return {
    status: 200,
    headers: {
      ...answerHeaders(answer),
      'Content-Type': 'text/plain',
      'X-Content-Type-Options': 'nosniff',
      'Content-Security-Policy': 'sandbox',
    },
    body: decodeBase64(pair?.Value ?? ''),
  };
}

async function putKV(request: APIRequest, context: APIContext): Promise<APIResponse> {
  parseQueryOptions(request, context);
  refuseTenancy(request);
  const { query, rest: key } = request;
  if (query.has('rollback')) return rollBack(request, context, key);
  requireKey(key);
  refuseTogether(request, ['cas', 'acquire', 'release']);
  const write: KVWriteArgs = { verb: 'set', key };
  if (query.has('flags')) write.flags = parseUint64(query.get('flags'));
  if (query.has('cas')) {
    write.verb = 'cas';
    write.index = Number(parseUint64(query.get('cas')));
  }
  if (query.has('acquire')) {
    write.verb = 'lock';
    write.session = query.get('acquire');
  }
  if (query.has('release')) {
    write.verb = 'unlock';
    write.session = query.get('release');
  }
  if (query.has('ttl')) write.ttlMs = parseTTL(query.get('ttl'));
  write.value = encodeBase64(
    await request.body(context.limits.kvMaxValueBytes, 'kv_max_value_size'),
  );
  return applyWrite(request, context, write);
}

async function deleteKV(request: APIRequest, context: APIContext): Promise<APIResponse> {
  parseQueryOptions(request, context);
  refuseTenancy(request);
  const { query, rest: key } = request;
  refuseTogether(request, ['recurse', 'cas']);
  if (query.has('recurse')) return applyWrite(request, context, { verb: 'delete-tree', key });
  requireKey(key);
  if (!query.has('cas')) return applyWrite(request, context, { verb: 'delete', key });
  const index = Number(parseUint64(query.get('cas')));
  return applyWrite(request, context, { verb: 'delete-cas', key, index });
}

async function applyWrite(
  request: APIRequest,
  context: APIContext,
  write: KVWriteArgs,
): Promise<APIResponse> {
  const answer = await context.rpc.call('kv.apply', write, parseWriteOptions(request));
  return renderJSON(request, answer.body, noteHeaders(answer));
}

function requireKey(key: string): void {
  if (key === '') throw new HTTPError(400, 'Missing key name');
}

function refuseTogether({ query }: APIRequest, names: string[]): void {
  if (names.filter((name) => query.has(name)).length < 2) return;
  const given = query
    .entries()
    .map(([name, value]) => `${escapeQuery(name)}=${escapeQuery(value)}`)
    .sort()
    .join('&');
  throw new HTTPError(400, `Conflicting flags: ${given}\n`);
}

/** As Go writes a query (net/url QueryEscape). */
function escapeQuery(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%20', '+')
    .replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16).toUpperCase()}`);
}

/** @throws HTTPError 400 for what is no Go duration; the datacenter knows the bounds */
function parseTTL(text: string): number {
  const ttlMs = parseDuration(text);
  if (ttlMs === null)
    throw new HTTPError(400, `Invalid ttl: ${JSON.stringify(text)} is no duration`);
  return Math.round(ttlMs);
}

const UINT64_MAX = 2n ** 64n - 1n;

/** Decimal text without leading zeros; Go's error text for anything else. */
function parseUint64(text: string): string {
  const quoted = JSON.stringify(text);
  if (!/^\d+$/.test(text)) {
    throw new HTTPError(500, `strconv.ParseUint: parsing ${quoted}: invalid syntax`);
  }
  const value = BigInt(text);
  if (value > UINT64_MAX) {
    throw new HTTPError(500, `strconv.ParseUint: parsing ${quoted}: value out of range`);
  }
  return String(value);
}
