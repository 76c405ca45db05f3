/**
 * Defaults and refusals of what a client says of nodes, services and checks, before anything is
 * written (Consul: agent/consul/catalog_endpoint.go, nodePreApply, servicePreApply and
 * checkPreApply).
 *
 * Registrations and transactions go through the same functions, so both take and refuse the same
 * things.
 */
import { invalid } from '../../protocol/errors.ts';
import { renderFaults } from '../../protocol/multi-error.ts';
import { serviceFaults } from '../../protocol/service-faults.ts';
import type { HealthCheck, NodeService, Weights } from '../../protocol/types/catalog.ts';
import { renderCheckDefinition } from './catalog-definition.ts';
import type { CheckInput } from './checks.ts';
import type { NodeInput } from './nodes.ts';
import type { ServiceInput } from './services-content.ts';

/** @throws RPCError for a missing name or a malformed ID */
export function prepareNode(node: Partial<NodeInput>): NodeInput {
  const Node = node.Node ?? '';
  if (Node === '') throw invalid('Must provide node');
  const fault = uuidFault(node.ID ?? '');
  if (fault !== null) throw invalid(`Bad node ID: ${fault}`);
  return { ...node, Node };
}

/** Addresses that mean "every address" cannot be connected to. */
const UNSPECIFIED_ADDRESSES: ReadonlySet<string> = new Set(['0.0.0.0', '::', '[::]']);

/**
 * Fills in the ID and the weights of an instance and checks the rest.
 *
 * @throws RPCError
 */
export function prepareService(service: Partial<NodeService>): ServiceInput {
  const faults = serviceFaults(service);
  if (faults.length > 0) throw invalid(renderFaults(faults));
  const Service = service.Service ?? '';
  const ID = service.ID || Service;
  if (ID !== '' && Service === '') {
    throw invalid('Must provide service name (Service.Service) when service ID is provided');
  }
  const prepared = { ...service, ID, Service, Weights: usableWeights(service.Weights) };
  if (UNSPECIFIED_ADDRESSES.has(service.Address ?? '')) throw invalid('Invalid service address');
  return prepared;
}

/**
 * Fills in what a check takes from its request: its ID from its name, the node, and its type
 * from its definition (a transaction leaves that out, as Consul does).
 *
 * @throws RPCError when it names another node, or has a duration that is none
 */
export function prepareCheck(node: string, check: Partial<HealthCheck>): CheckInput {
  const CheckID = check.CheckID || (check.Name ?? '');
  const Node = check.Node || node;
  if (Node.toLowerCase() !== node.toLowerCase()) {
    throw invalid(
      `Node '${Node}' for check '${CheckID}' doesn't match register request node '${node}'`,
    );
  }
  const { type } = renderCheckDefinition(check.Definition);
  return { ...check, CheckID, Node, Type: check.Type || type };
}

/** DNS gives weights 16 bits. */
const MAX_WEIGHT = 65_535;

/** Weights that cannot be used count as none given, as in Consul. */
function usableWeights(weights: Partial<Weights> | null | undefined): Weights {
  const Passing = weights?.Passing ?? 0;
  const Warning = weights?.Warning ?? 0;
  const usable = Passing >= 1 && Passing <= MAX_WEIGHT && Warning >= 0 && Warning <= MAX_WEIGHT;
  return usable ? { Passing, Warning } : { Passing: 1, Warning: 1 };
}

const UUID_CHARS = 36;

/** What is wrong with a node's ID in Consul's words, or null; no ID is right too. */
function uuidFault(id: string): string | null {
  if (id === '') return null;
  if (id.length !== UUID_CHARS) return 'uuid string is wrong length';
  if (!/^.{8}-.{4}-.{4}-.{4}-.{12}$/.test(id)) return 'uuid is improperly formatted';
  const bad = /[^0-9a-fA-F-]/.exec(id);
  if (bad === null) return null;
  const point = bad[0].codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
  return `encoding/hex: invalid byte: U+${point} '${bad[0]}'`;
}
