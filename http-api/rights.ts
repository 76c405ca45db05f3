/** Asks the datacenter whether a token may do something that the datacenter itself takes no part in. */
import type { ACLAuthorizationRequest } from '../protocol/types/acl.ts';
import { parseWriteOptions } from './query-options.ts';
import type { APIContext, APIRequest, Handler } from './route.ts';

/** @throws RPCError forbidden, in Consul's words */
export async function requireRights(
  request: APIRequest,
  context: APIContext,
  ...requests: ACLAuthorizationRequest[]
): Promise<void> {
  await context.rpc.call('acl.require', { requests }, parseWriteOptions(request));
}

/** The same endpoint for whoever has a right that is on no name. */
export function withRight(
  resource: 'operator',
  access: 'read' | 'write',
  handler: Handler,
): Handler {
  return async (request, context) => {
    await requireRights(request, context, { Resource: resource, Access: access });
    return handler(request, context);
  };
}
