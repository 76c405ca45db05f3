/**
 * What the chain of a service may do while peers see the service (Consul: agent/consul/state/config_entry.go,
 * validateProposedConfigEntryInServiceGraph).
 */
import type { Entry } from '../../protocol/config-entries/kinds.ts';
import { invalid } from '../../protocol/errors.ts';
import type { ChainTarget } from '../discovery-chain/chain.ts';
import { isHTTPLike } from '../discovery-chain/chain-entries.ts';
import { foldName } from '../state/catalog-topics.ts';
import { ANY_DATACENTER, type CheckedChain } from '../state/config-chain.ts';
import type { EntryReader, Proposal } from '../state/config-reader.ts';
import { quote } from './kind-rules.ts';

const EVERY_SERVICE = '*';

/** Whether peers see a service, as the entries stand. */
export function exportedToPeers(entries: EntryReader): (service: string) => boolean {
  const names = new Set(peerNames(entries.find('exported-services', 'default')).map(foldName));
  return (service) => names.has(foldName(service)) || names.has(EVERY_SERVICE);
}

function peerNames({ Services = [] }: Partial<Entry<'exported-services'>> = {}): string[] {
  return Services.filter(({ Consumers = [] }) => Consumers.some(({ Peer }) => Peer)).map(
    ({ Name = '' }) => Name,
  );
}

/** Services that a write shows to peers; of a wildcard those whose own entries lead elsewhere. */
export function newlyExported(entries: EntryReader, { kind, entry }: Proposal): string[] {
  if (kind !== 'exported-services') return [];
  return peerNames(entry as Entry<'exported-services'> | undefined).flatMap((name) =>
    name === EVERY_SERVICE ? entries.all('service-resolver').map(({ Name = '' }) => Name) : [name],
  );
}

/**
 * A peer is told of a service once: connections that are no requests cannot be led on to what it does not know, and what comes
 * from a peer is no one's to pass on.
 *
 * @param before the same chain as it stands
 * @throws RPCError
 */
export function checkPeerExport(
  service: string,
  chain: CheckedChain,
  before: () => CheckedChain,
): void {
  if (chain.targets.some(({ peer }) => peer !== ''))
    throw invalid(`peer exported service ${quote(service)} contains cross-peer resolver redirect`);
  if (chain.targets.some(({ peer, datacenter }) => peer === '' && datacenter !== ANY_DATACENTER)) {
    throw invalid(
      `peer exported service ${quote(service)} contains cross-datacenter resolver redirect`,
    );
  }
  if (isHTTPLike(chain.protocol)) return;
  // Subsets are the service's own affair.
  const known = new Set(before().targets.map(placeOf));
  const added = chain.targets.find((target) => !known.has(placeOf(target)));
  if (added === undefined) return;
  throw invalid(
    `peer exported service ${quote(service)} uses protocol=${quote(chain.protocol)} and cannot ` +
      `introduce new discovery chain targets like ${quote(added.id)}`,
  );
}

function placeOf({ service, datacenter }: ChainTarget): string {
  return `${foldName(service)}/${datacenter}`;
}
