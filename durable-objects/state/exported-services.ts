/** Which services other datacenters may see, with the wildcard of their entry spelled out. */
import type { SQL } from '../db/storage.ts';
import type { Visibility } from './catalog-instances.ts';
import { findEntry } from './config-entries.ts';

export interface ExportedService {
  readonly Service: string;
  readonly Consumers: { readonly Peers?: readonly string[] };
}

/** In the order of names; the peers of each in theirs. */
export function exportedServices(sql: SQL, sees: Visibility): ExportedService[] {
  const peersOf = new Map<string, Set<string>>();
  const { Services = [] } = findEntry(sql, 'exported-services', 'default') ?? {};
  for (const { Name = '', Consumers = [] } of Services) {
    const peers = Consumers.flatMap(({ Peer }) => (Peer ? [Peer] : []));
    for (const service of Name === '*' ? typicalServices(sql) : [Name]) {
      if (!sees.serviceRead(service) || peers.length === 0) continue;
      peersOf.set(service, new Set([...(peersOf.get(service) ?? []), ...peers]));
    }
  }
  return [...peersOf]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([Service, peers]) => ({ Service, Consumers: { Peers: [...peers].toSorted() } }));
}

/** What a wildcard means: services of hosts, neither proxies and gateways nor the datacenter's own. */
function typicalServices(sql: SQL): string[] {
  return sql
    .exec<{ name: string }>(
      "SELECT MIN(name) AS name FROM services WHERE kind = '' AND name_key <> 'consul' GROUP BY name_key",
    )
    .toArray()
    .map(({ name }) => name);
}
