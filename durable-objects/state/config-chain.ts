/** Whether the discovery chain of a service holds together, for those who would write what breaks it. */
import { compileChain } from '../discovery-chain/compile.ts';
import type { ChainTarget } from '../discovery-chain/chain.ts';
import type { ChainEntries } from '../discovery-chain/chain-entries.ts';

export interface CheckedChain {
  readonly protocol: string;
  /** What a request to the service meets first. */
  readonly startsWith: 'router' | 'splitter' | 'resolver';
  /** Where its traffic ends while nothing fails. */
  readonly targets: readonly ChainTarget[];
}

/** Stand for the datacenter: whether a chain holds together does not depend on it. The first stands in error texts, as in Consul. */
export const ANY_DATACENTER = 'dc1';
const ANY_TRUST_DOMAIN = 'consul';

/** @throws RPCError for a chain that cannot work */
export function checkChain(entries: ChainEntries, service: string): CheckedChain {
  const where = { datacenter: ANY_DATACENTER, trustDomain: ANY_TRUST_DOMAIN };
  const chain = compileChain(entries, { service, ...where });
  const { protocol, startNode, nodes } = chain;
  const targets = [...nodes.values()].flatMap((node) =>
    node.type === 'resolver' ? [chain.targets.get(node.target)!] : [],
  );
  return { protocol, startsWith: nodes.get(startNode)!.type, targets };
}
