/**
 * Registration and deregistration (Consul: agent/consul/state/catalog.go, ensureRegistrationTxn;
 * agent/consul/fsm).
 *
 * One request, one index: the node, its service and its checks come together or not at all.
 */
import { RPCError } from '../../protocol/errors.ts';
import type { DeregisterRequest, RegisterRequest } from '../../protocol/types/catalog.ts';
import type { WriteTxn } from '../writer.ts';
import type { CatalogHooks } from './catalog-hooks.ts';
import { type CheckInput, deleteCheckTxn, upsertCheckTxn } from './checks.ts';
import { findNodeRow } from './nodes-rows.ts';
import { deleteNodeTxn, upsertNodeTxn } from './nodes.ts';
import type { ServiceInput } from './services-content.ts';
import { deleteServiceTxn, upsertServiceTxn } from './services.ts';

/** A registration whose parts went through catalog-prepare.ts. */
export interface PreparedRegistration extends RegisterRequest {
  Service?: ServiceInput;
  Check?: undefined;
  /** The request's `Checks`, followed by its `Check`. */
  Checks: CheckInput[];
}

/** @throws RPCError; the whole registration is then undone by the writer */
export function registerTxn(
  tx: WriteTxn,
  request: PreparedRegistration,
  hooks: CatalogHooks,
): void {
  const known = findNodeRow(tx.sql, request.Node);
  const isKept = known !== undefined && request.SkipNodeUpdate === true;
  if (!isKept) {
    const { NodeMeta, ...node } = request;
    told('failed inserting node', () => upsertNodeTxn(tx, nodeOf(node, NodeMeta), hooks));
  }
  const { Service } = request;
  if (Service !== undefined) {
    told('failed inserting service', () => upsertServiceTxn(tx, request.Node, Service));
  }
  for (const check of request.Checks) {
    told(`failed inserting check on node ${JSON.stringify(request.Node)}`, () =>
      upsertCheckTxn(tx, check, hooks, isKept ? known : undefined),
    );
  }
}

/**
 * Removes a service, or a check, or the whole node: the first that the request names. What is
 * absent is no change.
 */
export function deregisterTxn(tx: WriteTxn, request: DeregisterRequest, hooks: CatalogHooks): void {
  if (request.ServiceID) deleteServiceTxn(tx, request.Node, request.ServiceID, hooks);
  else if (request.CheckID) deleteCheckTxn(tx, request.Node, request.CheckID, hooks);
  else deleteNodeTxn(tx, request.Node, hooks);
}

function nodeOf(
  request: Omit<RegisterRequest, 'NodeMeta'>,
  meta: Record<string, string> | undefined,
) {
  const { Node, ID, Address, TaggedAddresses, Locality } = request;
  return { Node, ID, Address, TaggedAddresses, Locality, Meta: meta };
}

/** Says in Consul's words which part of a registration failed. */
function told<T>(what: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (error instanceof RPCError) throw new RPCError(error.code, `${what}: ${error.message}`);
    throw error;
  }
}
