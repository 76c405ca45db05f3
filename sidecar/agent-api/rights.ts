/** What the endpoints need to know of tokens. sidecar/agent/acl implements it. */
import { parseToken } from '../../http-api/query-options.ts';
import { FILTERED_HEADER } from '../../http-api/render.ts';
import type { APIRequest, Handler } from '../../http-api/route.ts';
import { RPCError } from '../../protocol/errors.ts';
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
  // Of no items nobody asks, but whose token it is.
  if (items.length === 0) await rights.require(token);
  const sees = items.length === 0 ? [] : await rights.allows(token, items.map(rightOf));
  const shown = items.filter((_item, at) => sees[at]);
  // Requests without a token are not told, as in Consul.
  const isTold = token !== '' && shown.length < items.length;
  return { items: shown, headers: isTold ? { [FILTERED_HEADER]: 'true' } : {} };
}

/**
 * What is wrong with a definition is said before what is wrong with the token, as in Consul; it is looked for only when the
 * token is refused.
 *
 * @param plan throws RPCError bad-request for a definition that nobody could register. @throws RPCError
 */
export async function faultsBeforeRights(
  authorized: Promise<void>,
  plan: () => unknown,
): Promise<void> {
  try {
    await authorized;
  } catch (refusal) {
    try {
      plan();
    } catch (fault) {
      if (isBefore(fault, refusal)) throw fault;
    }
    throw refusal;
  }
}

/** Whose token it is Consul looks up in between: after names, addresses and states, before all else. */
const BEFORE_TOKEN =
  /^(?:Missing (?:service|check) name|Invalid service address|Bad check status)$/;

function isBefore(fault: unknown, refusal: unknown): boolean {
  if (!(fault instanceof RPCError) || fault.code !== 'bad-request') return false;
  const isUnknownToken = refusal instanceof RPCError && refusal.message === 'ACL not found';
  return !isUnknownToken || BEFORE_TOKEN.test(fault.message);
}
