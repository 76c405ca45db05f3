/** /v1/acl/templated-policies and its neighbours (Consul: agent/acl_endpoint.go). */
import type { PolicyTemplateView } from '../../protocol/types/acl.ts';
import { TEMPLATE_PREVIEW } from '../acl/acl-input.ts';
import { decodeBody } from '../decode.ts';
import { HTTPError } from '../http-error.ts';
import { parseWriteOptions } from '../query-options.ts';
import { renderValue } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';
import { callJSON } from '../call.ts';
import { requireRest, whereEnabled } from './acl-support.ts';

export const aclTemplateRoutes: Route[] = whereEnabled([
  {
    path: '/v1/acl/templated-policies',
    methods: {
      GET: async (request, context) => renderValue(request, await readTemplates(request, context)),
    },
  },
  { path: '/v1/acl/templated-policy/name/', methods: { GET: readTemplate } },
  { path: '/v1/acl/templated-policy/preview/', methods: { POST: preview } },
]);

async function readTemplates(
  request: APIRequest,
  { rpc }: APIContext,
): Promise<Record<string, PolicyTemplateView>> {
  const { body } = await rpc.call('acl.templates', {}, parseWriteOptions(request));
  return JSON.parse(body) as Record<string, PolicyTemplateView>;
}

async function readTemplate(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const name = requireRest(request, 'templated policy Name');
  const templates = await readTemplates(request, context);
  if (Object.hasOwn(templates, name)) return renderValue(request, templates[name]);
  throw new HTTPError(400, `Invalid templated policy Name: ${name}`);
}

async function preview(request: APIRequest, { rpc }: APIContext): Promise<APIResponse> {
  const template = requireRest(request, 'templated policy Name');
  const { Name: name = '' } =
    decodeBody<{ Name?: string } | undefined>(await request.body(), TEMPLATE_PREVIEW, {
      prefix: 'Failed to decode request body: ',
    }) ?? {};
  const args = { template, name };
  return callJSON(request, rpc, 'acl.template-preview', args, parseWriteOptions(request));
}
