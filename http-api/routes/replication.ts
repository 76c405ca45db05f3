/** /v1/replication: what a datacenter follows of others, how far it has come, and what an operator says of it. */
import { HTTPError } from '../http-error.ts';
import { parseWriteOptions } from '../query-options.ts';
import { readJSON } from '../read.ts';
import { renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';

export const replicationRoutes: Route[] = [
  {
    path: '/v1/replication',
    methods: { GET: (request, context) => readJSON(request, context, 'replication.list', {}) },
  },
  { path: '/v1/replication/', methods: { PUT: forceStream, DELETE: forgetStream } },
];

async function forceStream(request: APIRequest, context: APIContext): Promise<APIResponse> {
  if (!request.query.has('force')) {
    throw new HTTPError(400, 'Say ?force: the source is right, however little it has');
  }
  return write(request, context, 'replication.force');
}

function forgetStream(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return write(request, context, 'replication.forget');
}

async function write(
  request: APIRequest,
  context: APIContext,
  method: 'replication.force' | 'replication.forget',
): Promise<APIResponse> {
  const { rest: name } = request;
  const { body } = await context.rpc.call(method, { name }, parseWriteOptions(request));
  if (body === 'true') return renderJSON(request, body);
  throw new HTTPError(404, `Nothing is replicated that is called ${JSON.stringify(name)}`);
}
