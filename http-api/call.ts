/** An endpoint that waits for nothing: one call, and the datacenter's answer as it came, without the headers of a query. */
import type { MethodArgs, MethodName } from '../protocol/methods.ts';
import { renderJSON } from './render.ts';
import type { APIRequest, APIResponse } from './route.ts';
import type { CallOptions, ServerRPC } from './server-rpc.ts';

export async function callJSON<M extends MethodName>(
  request: APIRequest,
  rpc: ServerRPC,
  method: M,
  args: MethodArgs<M>,
  options: CallOptions,
): Promise<APIResponse> {
  const { body } = await rpc.call(method, args, options);
  return renderJSON(request, body);
}
