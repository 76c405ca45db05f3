/** /v1/exported-services and /v1/internal/service-virtual-ip (Consul: agent/config_endpoint.go, agent/http_register.go). */
import { type Struct, decodeBody } from '../decode.ts';
import { parseQueryOptions, parseWriteOptions } from '../query-options.ts';
import { readAnswer } from '../read.ts';
import { answerHeaders, renderJSON } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { callJSON } from '../call.ts';

export const gatewayRoutes: Route[] = [
  { path: '/v1/exported-services', methods: { GET: listExported } },
  { path: '/v1/internal/service-virtual-ip', methods: { PUT: assignVirtualIPs } },
];

async function listExported(request: APIRequest, context: APIContext): Promise<APIResponse> {
  // As in Consul `?dc=` means nothing here: what is exported is each datacenter's own.
  const options = { ...parseQueryOptions(request, context), datacenter: '' };
  const answer = await readAnswer(request, context, 'exported-services.list', {}, options);
  return renderJSON(request, answer.body === '' ? '[]' : answer.body, answerHeaders(answer));
}

const BODY: Struct = {
  struct: 'structs.AssignServiceManualVIPsRequest',
  fields: { Service: 'string', ManualVIPs: { list: 'string' } },
};

async function assignVirtualIPs(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const body = decodeBody<{ Service?: string; ManualVIPs?: string[] } | undefined>(
    await request.body(),
    BODY,
  );
  const args = { service: body?.Service ?? '', addresses: body?.ManualVIPs ?? [] };
  return callJSON(request, context.rpc, 'virtual-ip.assign', args, parseWriteOptions(request));
}
