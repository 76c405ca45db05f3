/** What the endpoints need to know of tokens. sidecar/agent/acl implements it. */
import { parseToken } from '../../http-api/query-options.ts';
import { FILTERED_HEADER } from '../../http-api/render.ts';
import type { APIRequest, Handler } from '../../http-api/route.ts';
import type { ACLAuthorizationRequest } from '../../protocol/types/acl.ts';

export interface AgentRights {
  /**
   * @param requests none asks whether anybody has the token
   * @throws RPCError forbidden, in Consul's words, for the first that the token may not do
   */
  require(token: string, ...requests: ACLAuthorizationRequest[]): Promise<void>;
  /** For lists, from which what may not be seen is left out; answers in the order of the questions. */
  allows(token: string, requests: readonly ACLAuthorizationRequest[]): Promise<boolean[]>;
}

export const right = (
  Resource: string,
  Access: 'read' | 'write',
  Segment = '',
): ACLAuthorizationRequest => ({ Resource, Access, Segment });

/** The same endpoint for who has a right on this agent: `agent` and `node` are named by its node, `operator` has no name. */
export function guard(
  rights: AgentRights,
  resource: 'agent' | 'node' | 'operator' | 'keyring',
  access: 'read' | 'write',
  handler: Handler,
): Handler {
  return async (request, context) => {
    const isNamed = resource === 'agent' || resource === 'node';
    await rights.require(
      parseToken(request),
      right(resource, access, isNamed ? context.nodeName : ''),
    );
    return handler(request, context);
  };
}

/** The items that the token may read, and whether there were others. */
export async function visible<Item>(
  rights: AgentRights,
  request: APIRequest,
  items: readonly Item[],
  rightOf: (item: Item) => ACLAuthorizationRequest,
): Promise<{ readonly items: Item[]; readonly headers: Record<string, string> }> {
  const token = parseToken(request);
  const sees = items.length === 0 ? [] : await rights.allows(token, items.map(rightOf));
  const shown = items.filter((_item, at) => sees[at]);
  // Requests without a token are not told, as in Consul.
  const isTold = token !== '' && shown.length < items.length;
  return { items: shown, headers: isTold ? { [FILTERED_HEADER]: 'true' } : {} };
}
