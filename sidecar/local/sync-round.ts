/** One pass over what has to be sent: the requests, their order, their outcome. */
import type { DeregisterRequest, RegisterRequest } from '../../protocol/types/catalog.ts';
import type { DirtyKey } from './dirty-set.ts';
import type { CheckEntry } from './entries.ts';
import type { Catalog, NodeInfo } from './interfaces.ts';
import type { LocalState } from './local-state.ts';

/** One call of the catalog. Its keys fail and succeed together. */
export interface SyncRequest {
  /** All keys that this one request settles. */
  readonly keys: readonly DirtyKey[];
  send(catalog: Catalog): Promise<void>;
}

export interface RoundContext {
  readonly state: LocalState;
  readonly node: NodeInfo;
  /** Token for removals: that of what is gone went with it. */
  readonly nodeToken: string;
  /** Token for what names none of its own. */
  readonly defaultToken: string;
}

/**
 * Requests in two phases: a check can only be registered once its service stands. Requests of one
 * phase concern different things and may travel together. A service takes along those of its
 * checks that are due and share its token; a service that goes takes its checks along by itself.
 */
export function planRound(
  keys: readonly DirtyKey[],
  context: RoundContext,
): [SyncRequest[], SyncRequest[]] {
  const { state } = context;
  const checkKeys = keys.filter(({ kind }) => kind === 'check');
  const carried = new Set<DirtyKey>();
  const services = keys
    .filter(({ kind }) => kind === 'service')
    .map((key) => {
      const token = state.service(key.id)?.token;
      const own = checkKeys.filter(
        ({ id, serviceID }) => serviceID === key.id && state.check(id)?.token === token,
      );
      for (const check of own) carried.add(check);
      return serviceRequest(key, own, context);
    });
  const checks = checkKeys
    .filter((key) => !carried.has(key) && !isGoneWithService(key, state))
    .map((key) => checkRequest(key, context));
  return [services, checks];
}

/** Its service's removal is sent, or has been: that removes the check as well. */
function isGoneWithService({ id, serviceID }: DirtyKey, state: LocalState): boolean {
  const isGone = state.check(id) === undefined;
  return isGone && serviceID !== '' && state.service(serviceID) === undefined;
}

/**
 * A registration with those of its checks that are due, or the removal of a service that is gone.
 */
function serviceRequest(
  key: DirtyKey,
  checkKeys: readonly DirtyKey[],
  { state, node, nodeToken, defaultToken }: RoundContext,
): SyncRequest {
  const entry = state.service(key.id);
  if (entry === undefined) {
    const request: DeregisterRequest = { ...target(node), ServiceID: key.id };
    return { keys: [key], send: (catalog) => catalog.deregister(request, nodeToken) };
  }
  const checks = checkKeys.map(({ id }) => state.check(id)!.check);
  const request: RegisterRequest = {
    ...registration(node),
    Service: entry.service,
    ...(checks.length > 0 ? { Checks: checks } : {}),
  };
  const token = entry.token || defaultToken;
  return { keys: [key, ...checkKeys], send: (catalog) => catalog.register(request, token) };
}

function checkRequest(
  key: DirtyKey,
  { state, node, nodeToken, defaultToken }: RoundContext,
): SyncRequest {
  const entry: CheckEntry | undefined = state.check(key.id);
  if (entry === undefined) {
    const request: DeregisterRequest = { ...target(node), CheckID: key.id };
    return { keys: [key], send: (catalog) => catalog.deregister(request, nodeToken) };
  }
  const request: RegisterRequest = { ...registration(node), Check: entry.check };
  const token = entry.token || defaultToken;
  return { keys: [key], send: (catalog) => catalog.register(request, token) };
}

const target = ({ Datacenter, Node }: NodeInfo): DeregisterRequest => ({ Datacenter, Node });

/** The node itself is sent apart, so no other request needs to carry or to change it. */
const registration = ({ Datacenter, ID, Node, Address }: NodeInfo): RegisterRequest => ({
  Datacenter,
  ID,
  Node,
  Address,
  SkipNodeUpdate: true,
});

/** The node alone, with everything that the catalog keeps of it. */
export function nodeRequest(node: NodeInfo): RegisterRequest {
  const { Datacenter, ID, Node, Address, TaggedAddresses, Meta } = node;
  return { Datacenter, ID, Node, Address, TaggedAddresses, NodeMeta: Meta };
}
