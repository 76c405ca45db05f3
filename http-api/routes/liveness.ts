/** /v1/operator/liveness: who is in doubt, and the brake on mass failures. Consul has nothing like it. */
import { parseWriteOptions } from '../query-options.ts';
import { readJSON } from '../read.ts';
import { renderValue } from '../render.ts';
import type { APIContext, APIRequest, APIResponse, Route } from '../route.ts';

export const livenessRoutes: Route[] = [
  {
    path: '/v1/operator/liveness',
    methods: { GET: (request, context) => readJSON(request, context, 'liveness.status', {}) },
  },
  { path: '/v1/operator/liveness/release', methods: { PUT: release } },
];

async function release(request: APIRequest, context: APIContext): Promise<APIResponse> {
  const { body } = await context.rpc.call('liveness.release', {}, parseWriteOptions(request));
  return renderValue(request, { Released: Number(body) });
}
