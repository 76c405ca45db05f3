/** Who may register and deregister what. */
import { invalid } from '../../protocol/errors.ts';
import type { DeregisterRequest, RegisterRequest } from '../../protocol/types/catalog.ts';
import type { Authorizer } from '../acl/authorizer.ts';
import { localityJSON } from '../state/catalog-json.ts';
import type { CheckInput } from '../state/checks.ts';
import { findCheckRow } from '../state/checks-rows.ts';
import { type NodeRow, findNodeRow } from '../state/nodes-rows.ts';
import { findServiceRow } from '../state/services-rows.ts';
import type { EndpointContext } from './endpoint.ts';

/**
 * Services may be registered by whoever may write them, on a node that stays as it is; a node's own checks, and the node,
 * take the right to write the node (Consul: agent/consul/catalog_endpoint.go vetRegisterWithACL).
 */
export function authorizeRegistration(
  { sql }: EndpointContext,
  request: RegisterRequest,
  authorizer: Authorizer,
): void {
  // Nothing need be looked up for who may do everything.
  if (authorizer.identity === '') return;
  const { Node, Service } = request;
  // Of several rights that are missing the service's is named, but for the servers' own.
  if (Service && Service.Service !== 'consul') authorizer.serviceWrite(Service.Service ?? '');
  const existing = findNodeRow(sql, Node);
  if (existing === undefined || changesNode(existing, request)) authorizer.nodeWrite(Node);
  if (Service) {
    const { ID, Service: name = '' } = Service;
    authorizer.serviceWrite(name);
    const replaced = findServiceRow(sql, Node, ID || name);
    if (replaced !== undefined) authorizer.serviceWrite(replaced.name);
  }
}

/** Of a check that comes with a registration, after `authorizeRegistration`. */
export function authorizeCheck(
  { sql }: EndpointContext,
  { Node, Service }: RegisterRequest,
  { ServiceID }: CheckInput,
  authorizer: Authorizer,
): void {
  if (authorizer.identity === '') return;
  if (!ServiceID) authorizer.nodeWrite(Node);
  else if (ServiceID !== Service?.ID)
    authorizer.serviceWrite(findServiceRow(sql, Node, ServiceID)?.name ?? '');
}

function changesNode(existing: NodeRow, request: RegisterRequest): boolean {
  if (request.SkipNodeUpdate === true) return false;
  const { ID, Address, TaggedAddresses, NodeMeta, Locality } = request;
  return (
    (ID ?? '').toLowerCase() !== existing.id.toLowerCase() ||
    Address !== existing.address ||
    localityJSON(Locality) !== existing.locality ||
    !isEqualMap(existing.tagged_addresses, TaggedAddresses) ||
    !isEqualMap(existing.meta, NodeMeta)
  );
}

/** @param json a column that is null for none */
function isEqualMap(
  json: string | null,
  given: Readonly<Record<string, string>> | null | undefined,
): boolean {
  const held = Object.entries(JSON.parse(json ?? '{}') as Record<string, string>);
  const wanted = given ?? {};
  return (
    held.length === Object.keys(wanted).length &&
    held.every(([key, value]) => wanted[key] === value)
  );
}

/** Whoever may write the node may remove what stands on it; a service's checks are the service's to remove. */
export function authorizeDeregistration(
  { sql }: EndpointContext,
  { Node, ServiceID, CheckID }: DeregisterRequest,
  authorizer: Authorizer,
): void {
  if (authorizer.allows('node', 'write', Node)) return;
  if (ServiceID) {
    const service = findServiceRow(sql, Node, ServiceID);
    if (service === undefined) throw invalid(`Unknown service ID '${ServiceID}'`);
    authorizer.serviceWrite(service.name);
    return;
  }
  const check = CheckID ? findCheckRow(sql, Node, CheckID) : undefined;
  if (CheckID && check === undefined) throw invalid(`Unknown check ID '${CheckID}'`);
  if (check?.service_name) authorizer.serviceWrite(check.service_name);
  else authorizer.nodeWrite(Node);
}
