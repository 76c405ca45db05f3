/** /v1/coordinate/ (Consul: agent/coordinate_endpoint.go). */
import type { CoordinateEntry } from '../../protocol/types/coordinate.ts';
import { type Struct, decodeBody } from '../decode.ts';
import { HTTPError } from '../http-error.ts';
import { withQueryHeaders } from '../query-errors.ts';
import { parseQueryOptions, parseToken, parseWriteOptions } from '../query-options.ts';
import { readAnswer } from '../read.ts';
import { JSON_TYPE, answerHeaders, renderJSON, renderValue } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Handler, Route } from '../route.ts';
import { refuseTenancy } from '../tenancy.ts';
import { callJSON } from '../call.ts';
import type { Answer } from '../server-rpc.ts';

export const coordinateRoutes: Route[] = [
  { path: '/v1/coordinate/datacenters', methods: { GET: unlessDisabled(listDatacenters) } },
  { path: '/v1/coordinate/nodes', methods: { GET: unlessDisabled(listNodes) } },
  { path: '/v1/coordinate/node/', methods: { GET: unlessDisabled(getNode) } },
  { path: '/v1/coordinate/update', methods: { PUT: unlessDisabled(update) } },
];

function unlessDisabled(handler: Handler): Handler {
  return (request, context) => {
    if (context.disableCoordinates) throw new HTTPError(401, 'Coordinate support disabled');
    return handler(request, context);
  };
}

/** No query of its own: it neither blocks nor takes `?dc=`, for it speaks of all datacenters. */
async function listDatacenters(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const maps = await context.datacenterMaps?.();
  if (maps !== undefined) return renderValue(request, maps);
  const options = {
    token: parseToken(request),
    datacenter: '',
    consistency: 'default',
    cached: false,
  } as const;
  return callJSON(request, context.rpc, 'coordinate.datacenters', {}, options);
}

async function listNodes(request: APIRequest, context: APIContext): Promise<APIResponse> {
  // Consul caches no coordinates: `?cached` means nothing here.
  const options = { ...parseQueryOptions(request, context), cached: false };
  const answer = await readAnswer(request, context, 'coordinate.nodes', {}, options).catch(fail);
  return renderJSON(request, ofSegment(request, answer), answerHeaders(answer));
}

async function getNode(request: APIRequest, context: APIContext): Promise<APIResponse> {
  // Consul caches no coordinates: `?cached` means nothing here.
  const options = { ...parseQueryOptions(request, context), cached: false };
  const args = { node: request.rest };
  const answer = await readAnswer(request, context, 'coordinate.node', args, options).catch(fail);
  const body = ofSegment(request, answer);
  if (body === '[]') return { status: 404, headers: answerHeaders(answer), body: null };
  return renderJSON(request, body, answerHeaders(answer));
}

function fail(error: unknown): never {
  throw withQueryHeaders(error);
}

/** `?segment=` keeps the coordinates of one segment; the bare name those of the default one. */
function ofSegment({ query }: APIRequest, { body }: Answer): string {
  if (!query.has('segment')) return body;
  const segment = query.get('segment');
  const entries = JSON.parse(body) as CoordinateEntry[];
  return JSON.stringify(entries.filter((entry) => entry.Segment === segment));
}

interface UpdateBody extends Partial<CoordinateEntry> {
  Datacenter?: string;
}

const BODY: Struct = {
  struct: 'structs.CoordinateUpdateRequest',
  fields: {
    Datacenter: 'string',
    Node: 'string',
    Segment: 'string',
    Coord: {
      struct: 'coordinate.Coordinate',
      fields: { Vec: { list: 'float' }, Error: 'float', Adjustment: 'float', Height: 'float' },
    },
    Token: 'string',
  },
};

async function update(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const body = decodeBody<UpdateBody | undefined>(await request.body(), BODY) ?? {};
  refuseTenancy(request);
  const options = parseWriteOptions(request);
  const { Vec = [], Error = 0, Adjustment = 0, Height = 0 } = body.Coord ?? {};
  const entry: CoordinateEntry = {
    Node: body.Node ?? '',
    Segment: body.Segment ?? '',
    Coord: { Vec: Vec.map((value) => value ?? 0), Error, Adjustment, Height },
  };
  const datacenter = options.datacenter || (body.Datacenter ?? '');
  await context.rpc.call('coordinate.update', entry, { ...options, datacenter });
  return { status: 200, headers: { 'Content-Type': JSON_TYPE }, body: '' };
}
