/**
 * /v1/operator/ (Consul: agent/operator_endpoint.go): usage, and what tools ask about Raft and Autopilot.
 *
 * A datacenter is one durable object: one server that leads and votes alone, and is healthy when it answers at all. Reads
 * say so. Nothing that would change the set of servers can succeed, and nothing pretends to.
 */
import type { ServiceUsage } from '../../protocol/types/operator.ts';
import { HTTPError } from '../http-error.ts';
import { parseQueryOptions, parseWriteOptions } from '../query-options.ts';
import { callJSON } from '../call.ts';
import { readAnswer } from '../read.ts';
import { answerHeaders, renderValue } from '../render.ts';
import { withRight } from '../rights.ts';
import type { APIContext, APIRequest, APIResponse, Handler, Route } from '../route.ts';
import type { CallOptions } from '../server-rpc.ts';
import { describeServer } from '../server-identity.ts';
import { autopilotHealth, autopilotState, parseAutopilot } from './autopilot.ts';

const reading = (handler: Handler): Handler => withRight('operator', 'read', handler);
const writing = (handler: Handler): Handler => withRight('operator', 'write', handler);

export const operatorRoutes: Route[] = [
  { path: '/v1/operator/usage', methods: { GET: getUsage } },
  { path: '/v1/operator/raft/configuration', methods: { GET: reading(getRaftConfiguration) } },
  { path: '/v1/operator/raft/peer', methods: { DELETE: writing(removePeer) } },
  { path: '/v1/operator/raft/transfer-leader', methods: { POST: writing(transferLeader) } },
  {
    path: '/v1/operator/autopilot/configuration',
    methods: {
      GET: getAutopilotConfiguration,
      PUT: putAutopilotConfiguration,
    },
  },
  { path: '/v1/operator/autopilot/health', methods: { GET: reading(getAutopilotHealth) } },
  { path: '/v1/operator/autopilot/state', methods: { GET: reading(getAutopilotState) } },
];

/** As in Consul `?dc=` means nothing here: usage is that of the own datacenter, with `?global` of all that answer. */
async function getUsage(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = { ...parseQueryOptions(request, context), datacenter: '' };
  const answer = await readAnswer(request, context, 'operator.usage', {}, options);
  const Usage = { [context.datacenter]: JSON.parse(answer.body) as ServiceUsage };
  if (isGlobal(request)) Object.assign(Usage, await usageElsewhere(context, options));
  const level = options.consistency === 'default' ? 'leader' : options.consistency;
  const body = {
    Usage,
    Index: answer.index,
    LastContact: 0,
    KnownLeader: true,
    ConsistencyLevel: level,
    NotModified: false,
    Backend: 0,
    ResultsFilteredByACLs: false,
  };
  return renderValue(request, body, answerHeaders(answer, options.consistency));
}

function isGlobal({ query }: APIRequest): boolean {
  return query.has('global');
}

/** One that is gone costs its own line only. */
async function usageElsewhere(
  context: APIContext,
  options: CallOptions,
): Promise<Record<string, ServiceUsage>> {
  const others = (await context.otherDatacenters?.()) ?? [];
  const found = await Promise.allSettled(
    others.map((datacenter) =>
      context.rpc.call('operator.usage', {}, { ...options, datacenter, cached: false }),
    ),
  );
  const usage: Record<string, ServiceUsage> = {};
  for (const [at, result] of found.entries()) {
    if (result.status === 'fulfilled')
      usage[others[at]!] = JSON.parse(result.value.body) as ServiceUsage;
  }
  return usage;
}

async function getRaftConfiguration(
  request: APIRequest,
  context: APIContext,
): Promise<APIResponse> {
  const { node, address, info } = await describeServer(request, context);
  const server = {
    ID: node.id,
    Node: node.name,
    Address: address,
    Leader: true,
    ProtocolVersion: '3',
    Voter: true,
    LastIndex: info.Index,
  };
  return renderValue(request, { Servers: [server], Index: 0 });
}

async function removePeer(request: APIRequest, context: APIContext): Promise<never> {
  const { query } = request;
  const id = query.get('id');
  const address = query.get('address');
  if (id === '' && address === '') {
    const text =
      "Must specify either ?id with the server's ID or ?address with IP:port of peer to remove";
    throw new HTTPError(400, text);
  }
  if (id !== '' && address !== '') {
    throw new HTTPError(400, 'Must specify only one of ?id or ?address');
  }
  const server = await describeServer(request, context);
  if (id === server.node.id || address === server.address) {
    throw new HTTPError(501, `${ONE_SERVER}: the only one cannot be removed`);
  }
  const what = id === '' ? 'address' : 'id';
  const named = JSON.stringify(id === '' ? address : id);
  throw new HTTPError(500, `${what} ${named} was not found in the Raft configuration`);
}

async function transferLeader(request: APIRequest, context: APIContext): Promise<never> {
  const id = request.query.get('id');
  const { node } = await describeServer(request, context);
  if (id === node.id) {
    throw new HTTPError(501, `${ONE_SERVER}: it leads already, and nobody can follow it`);
  }
  throw new HTTPError(
    500,
    id === '' ? 'cannot find peer' : `Could not find address for server id ${id}`,
  );
}

const ONE_SERVER = 'A datacenter of Lictor is one durable object, which is its only server';

/** Without an index: Consul's does not block. */
function getAutopilotConfiguration(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return callJSON(request, context.rpc, 'autopilot.get', {}, parseWriteOptions(request));
}

async function putAutopilotConfiguration(
  request: APIRequest,
  context: APIContext,
): Promise<APIResponse> {
  const configuration = parseAutopilot(await request.body());
  const cas = parseCAS(request);
  const args = { configuration, ...(cas !== undefined && { cas }) };
  return callJSON(request, context.rpc, 'autopilot.set', args, parseWriteOptions(request));
}

/** Other than elsewhere an empty one is refused, and with 400. */
function parseCAS({ query }: APIRequest): number | undefined {
  const text = query.has('cas') ? query.get('cas') : undefined;
  if (text === undefined) return undefined;
  if (/^\d+$/.test(text) && Number.isSafeInteger(Number(text))) return Number(text);
  throw new HTTPError(
    400,
    `Error parsing cas value: strconv.ParseUint: parsing ${JSON.stringify(text)}: invalid syntax`,
  );
}

async function getAutopilotHealth(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return renderValue(request, autopilotHealth(await describeServer(request, context)));
}

async function getAutopilotState(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return renderValue(request, autopilotState(await describeServer(request, context)));
}
