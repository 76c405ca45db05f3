/** A local service as /v1/agent shows it (api.AgentService), and the hash that stands for it. */
import { createHash } from 'node:crypto';
import type { ServiceAddress } from '../../protocol/types/catalog.ts';
import { renderProxy } from './proxy-view.ts';
import type { LocalService } from './deps.ts';

/** Always with an ID; the other members as api.AgentService has them. */
export type ServiceView = Record<string, unknown> & { readonly ID: string };

/**
 * Members that Go omits when empty are absent. Indexes are never shown: only the catalog's copy
 * has them.
 */
export function renderService(service: LocalService, datacenter: string): ServiceView {
  const { Kind, TaggedAddresses, SocketPath, Locality } = service;
  return {
    ...(Kind ? { Kind } : {}),
    ID: service.ID,
    Service: service.Service,
    Tags: service.Tags,
    Meta: service.Meta ?? {},
    Port: service.Port,
    Address: service.Address,
    ...(SocketPath ? { SocketPath } : {}),
    ...(TaggedAddresses && Object.keys(TaggedAddresses).length > 0
      ? { TaggedAddresses: mapValues(TaggedAddresses, renderAddress) }
      : {}),
    Weights: service.Weights,
    EnableTagOverride: service.EnableTagOverride,
    // Only proxies and gateways show how they proxy.
    ...(Kind && PROXIES.test(Kind) ? { Proxy: renderProxy(service.Proxy) } : {}),
    ...(service.Connect.Native ? { Connect: { Native: true } } : {}),
    ...(Locality ? { Locality: { Region: '', Zone: '', ...Locality } } : {}),
    Datacenter: datacenter,
  };
}

const PROXIES = /^connect-proxy$|-gateway$/;

/** Both parts are always there, as Go renders a structure. */
function renderAddress({ Address, Port }: Partial<ServiceAddress>): ServiceAddress {
  return { Address: Address ?? '', Port: Port ?? 0 };
}

function mapValues<A, B>(map: Readonly<Record<string, A>>, render: (value: A) => B) {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, render(value)]));
}

/** Characters of the hash, as many as Consul's 64-bit one has. */
const HASH_CHARS = 16;

/** Equal definitions give equal hashes, across restarts too; health does not count. */
export function hashOf(view: unknown): string {
  return createHash('sha256').update(sortedJSON(view)).digest('hex').slice(0, HASH_CHARS);
}

/**
 * Members sorted at every level: the order in which a definition was written must not change its
 * hash.
 */
function sortedJSON(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    typeof item === 'object' && item !== null && !Array.isArray(item)
      ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : item,
  );
}
