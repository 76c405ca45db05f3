/** /v1/internal/ui/service-topology/ and gateway-intentions/ (Consul: agent/ui_endpoint.go). */
import type { ServiceTopology, TopologyLink } from '../../protocol/types/ui.ts';
import { HTTPError } from '../http-error.ts';
import { withQueryHeaders } from '../query-errors.ts';
import { parseQueryOptions } from '../query-options.ts';
import { readAnswer } from '../read.ts';
import { answerHeaders, renderJSON, renderValue } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { requireName } from './catalog-query.ts';
import { type ServiceSummary, summarizeNamed } from './ui-services.ts';

export const uiTopologyRoutes: Route[] = [
  { path: '/v1/internal/ui/service-topology/', methods: { GET: getTopology } },
  { path: '/v1/internal/ui/gateway-intentions/', methods: { GET: listTowardsGateway } },
];

/** '' stands for a service that is neither proxy nor gateway. */
const KINDS = new Set(['', 'ingress-gateway']);

async function getTopology(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  const service = requireName(request, context, 'service name');
  if (!request.query.has('kind')) throw new HTTPError(400, 'Missing service kind');
  const kind = request.query.get('kind');
  if (!KINDS.has(kind)) {
    throw new HTTPError(400, `Unsupported service kind ${JSON.stringify(kind)}`);
  }
  const args = { service, kind: kind as '' | 'ingress-gateway' };
  try {
    const answer = await readAnswer(request, context, 'internal.service-topology', args, options);
    const { Nodes, Upstreams, Downstreams, ...rest } = JSON.parse(answer.body) as ServiceTopology;
    const { FilteredByACLs, ...facts } = rest;
    const summarize = (links: readonly TopologyLink[]): (ServiceSummary & TopologyLink)[] =>
      summarizeNamed(Nodes, links, context.datacenter);
    return renderValue(
      request,
      {
        ...facts,
        Upstreams: summarize(Upstreams),
        Downstreams: summarize(Downstreams),
        FilteredByACLs,
      },
      answerHeaders(answer),
    );
  } catch (error) {
    throw withQueryHeaders(error);
  }
}

async function listTowardsGateway(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const options = parseQueryOptions(request, context);
  const gateway = requireName(request, context, 'gateway name');
  try {
    const answer = await readAnswer(
      request,
      context,
      'internal.gateway-intentions',
      { gateway },
      options,
    );
    return renderJSON(request, answer.body, answerHeaders(answer));
  } catch (error) {
    throw withQueryHeaders(error);
  }
}
