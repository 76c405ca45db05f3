/** /v1/internal/ui/: what the web interface reads (Consul: agent/ui_endpoint.go). */
import type { MethodArgs, MethodReply } from '../../protocol/methods.ts';
import type { NodeInfo } from '../../protocol/types/ui.ts';
import { CHECK_SERVICE_NODE_FIELDS, NODE_INFO_FIELDS } from '../filter/fields/catalog-fields.ts';
import { HTTPError } from '../http-error.ts';
import { queryError, withQueryHeaders } from '../query-errors.ts';
import { parseQueryOptions } from '../query-options.ts';
import { readAnswer } from '../read.ts';
import { answerHeaders, renderJSON, renderValue } from '../render.ts';
import { requireRights } from '../rights.ts';
import type { APIContext, APIRequest, APIResponse, Handler, Route } from '../route.ts';
import { parseFilter, requireName } from './catalog-query.ts';
import { summarizeCatalog } from './ui-overview.ts';
import { summarizeGateway, summarizeServices } from './ui-services.ts';

export const uiRoutes: Route[] = [
  { path: '/v1/internal/ui/nodes', methods: { GET: listNodes } },
  { path: '/v1/internal/ui/node/', methods: { GET: getNode } },
  { path: '/v1/internal/ui/services', methods: { GET: listServices } },
  { path: '/v1/internal/ui/catalog-overview', methods: { GET: getOverview } },
  { path: '/v1/internal/ui/exported-services', methods: { GET: listExported } },
  { path: '/v1/internal/ui/gateway-services-nodes/', methods: { GET: listBehindGateway } },
  { path: '/v1/internal/ui/metrics-proxy/', methods: { GET: refuseProxy } },
];

type DumpMethod = 'internal.node-dump' | 'internal.service-dump' | 'internal.gateway-dump';

/** A read whose answer is made here. `transform` is made late, so that a filter's faults come last. */
async function readDump<M extends DumpMethod>(
  request: APIRequest,
  context: APIContext,
  method: M,
  args: MethodArgs<M>,
  transform: () => (value: MethodReply<M>) => unknown,
): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  try {
    const render = transform();
    const answer = await readAnswer(request, context, method, args, options);
    const value = render(JSON.parse(answer.body) as MethodReply<M>);
    const headers = answerHeaders(answer);
    if (value === undefined) return { status: 404, headers, body: null };
    return renderJSON(request, JSON.stringify(value), headers);
  } catch (error) {
    throw withQueryHeaders(error);
  }
}

function listNodes(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return readDump(request, context, 'internal.node-dump', {}, () => {
    const matches = parseFilter(request, NODE_INFO_FIELDS);
    return (nodes: NodeInfo[]) => (matches === undefined ? nodes : nodes.filter(matches));
  });
}

function getNode(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const node = requireName(request, context, 'node name');
  return readDump(
    request,
    context,
    'internal.node-dump',
    { node },
    () =>
      ([found]) =>
        found,
  );
}

function listServices(request: APIRequest, context: APIContext): Promise<APIResponse> {
  return readDump(request, context, 'internal.service-dump', {}, () => {
    const matches = parseFilter(request, CHECK_SERVICE_NODE_FIELDS);
    return ({ Nodes, Gateways }) =>
      summarizeServices(matches === undefined ? Nodes : Nodes.filter(matches), Gateways);
  });
}

/** Consul counts every few seconds, so that nobody can wait for it; ours is of the present. */
async function getOverview(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  await requireRights(request, context, { Resource: 'operator', Access: 'read' });
  const { body } = await context.rpc.call('internal.node-dump', {}, options);
  return renderValue(request, summarizeCatalog(JSON.parse(body) as NodeInfo[]));
}

function listBehindGateway(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const gateway = requireName(request, context, 'gateway name');
  return readDump(request, context, 'internal.gateway-dump', { gateway }, () => (dump) => {
    return summarizeGateway(dump, context.datacenter);
  });
}

/** What the datacenter exports to a peer. */
async function listExported(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  const peer = request.query.get('peer');
  if (peer === '') throw queryError(500, 'must provide PeerName');
  const answer = await readAnswer(request, context, 'exported-services.list', {}, options).catch(
    (error: unknown) => {
      throw withQueryHeaders(error);
    },
  );
  const services = (JSON.parse(answer.body) as MethodReply<'exported-services.list'>)
    .filter(({ Consumers }) => Consumers.Peers?.includes(peer))
    .map(({ Service }) => ({ Name: Service }));
  return renderValue(request, services, answerHeaders(answer));
}

/** The metrics of a mesh would come from a server that the configuration of the web interface names. */
const REFUSAL = 'UI is not enabled';

function refuseProxy(..._args: Parameters<Handler>): never {
  throw new HTTPError(404, REFUSAL);
}
