/** The older calls on intentions, by ID (Consul: agent/intentions_endpoint.go). */
import type { IntentionApplyArgs } from '../../protocol/types/intention.ts';
import { decodeBody } from '../decode.ts';
import { HTTPError } from '../http-error.ts';
import { parsePrimaryOptions, parseQueryOptions } from '../query-options.ts';
import { readAnswer } from '../read.ts';
import { renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { refuseTenancy } from '../tenancy.ts';
import { callJSON } from '../call.ts';
import {
  INTENTION,
  type IntentionBody,
  isDefaultNamespace,
  requireDefaultNamespace,
  toInput,
} from './intention-fields.ts';

export const intentionsByIDRoutes: Route[] = [
  {
    path: '/v1/connect/intentions/',
    methods: { GET: getByID, PUT: updateByID, DELETE: deleteByID },
  },
];

export async function createByID(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const body = await decodeForCreation(request);
  if (body.ID) throw new HTTPError(500, 'ID must be empty when creating a new intention');
  refusePartitions(body);
  for (const end of ['Source', 'Destination'] as const) {
    const namespace = body[`${end}NS`] ?? '';
    if (isDefaultNamespace(namespace)) continue;
    throw new HTTPError(
      400,
      `Invalid ${end}NS(${namespace}): Namespaces is a Consul Enterprise feature`,
    );
  }
  return apply(request, context, { op: 'create-by-id', intention: toInput(body) });
}

/** @throws HTTPError 400 */
function refusePartitions(body: IntentionBody): void {
  for (const end of ['Source', 'Destination'] as const) {
    if (!body[`${end}Partition`]) continue;
    throw new HTTPError(400, `Cannot specify a ${end.toLowerCase()} partition with this endpoint`);
  }
}

/** What cannot be decoded is a 500 here, as in Consul. */
async function decodeForCreation(request: APIRequest): Promise<IntentionBody & { ID?: string }> {
  try {
    const prefix = 'Failed to decode request body: ';
    return decodeBody<IntentionBody | undefined>(await request.body(), INTENTION, { prefix }) ?? {};
  } catch (error) {
    const isUndecodable = error instanceof HTTPError && error.status === 400;
    throw isUndecodable ? new HTTPError(500, error.message) : error;
  }
}

async function getByID(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  if (request.rest === '') throw new HTTPError(404, 'Intention not found');
  const args = { id: request.rest };
  const answer = await readAnswer(request, context, 'intention.get', args, options);
  if (answer.body === '') throw new HTTPError(404, 'Intention not found');
  return renderJSON(request, answer.body);
}

async function updateByID(request: APIRequest, context: APIContext): Promise<APIResponse> {
  refuseTenancy(request);
  const body = decodeBody<IntentionBody | undefined>(await request.body(), INTENTION) ?? {};
  refusePartitions(body);
  requireDefaultNamespace(body.SourceNS ?? '', 'source namespace');
  requireDefaultNamespace(body.DestinationNS ?? '', 'destination namespace');
  return apply(request, context, {
    op: 'update-by-id',
    id: request.rest,
    intention: toInput(body),
  });
}

function deleteByID(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return apply(request, context, { op: 'delete-by-id', id: request.rest });
}

async function apply(
  request: APIRequest,
  context: APIContext,
  args: IntentionApplyArgs,
): Promise<APIResponse> {
  const options = parsePrimaryOptions(request, context);
  return callJSON(request, context.rpc, 'intention.apply', args, options);
}
