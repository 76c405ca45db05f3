/** /v1/kv-schema/: JSON schemas that the values below a prefix have to fit. Consul has nothing like it. */
import { MAX_SCHEMA_BYTES } from '../../protocol/limits.ts';
import { HTTPError } from '../http-error.ts';
import { parseWriteOptions } from '../query-options.ts';
import { readAnswer, readJSON } from '../read.ts';
import { answerHeaders, renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { callJSON } from '../call.ts';

export const kvSchemaRoutes: Route[] = [
  { path: '/v1/kv-schema/', methods: { GET: getSchema, PUT: putSchema, DELETE: deleteSchema } },
  {
    path: '/v1/kv-schemas',
    methods: { GET: (request, context) => readJSON(request, context, 'kv-schema.list', {}) },
  },
];

async function getSchema(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const answer = await readAnswer(request, context, 'kv-schema.get', { prefix: request.rest });
  const headers = answerHeaders(answer);
  if (answer.body === '') return { status: 404, headers, body: null };
  return renderJSON(request, answer.body, headers);
}

async function putSchema(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const bytes = await request.body(MAX_SCHEMA_BYTES);
  let schema: string;
  try {
    schema = new TextDecoder('utf-8', { fatal: true, ignoreBOM: false }).decode(bytes);
  } catch {
    throw new HTTPError(400, 'Invalid schema: the body is no text in UTF-8');
  }
  const args = { prefix: request.rest, schema };
  return callJSON(request, context.rpc, 'kv-schema.set', args, parseWriteOptions(request));
}

/** As with keys, deleting what is not there is fine. */
async function deleteSchema(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const args = { prefix: request.rest };
  await context.rpc.call('kv-schema.delete', args, parseWriteOptions(request));
  return renderJSON(request, 'true');
}
