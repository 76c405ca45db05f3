/** What the row of a service instance holds of what its writer said. */
import { canonicalJSON } from '../../protocol/canonical-json.ts';
import type { NodeService, ServiceAddress } from '../../protocol/types/catalog.ts';
import { localityJSON, nonEmptyJSON, optionalJSON } from './catalog-json.ts';
import { renderProxy } from './catalog-proxy.ts';
import type { Content } from './catalog-table.ts';
import { foldName } from './catalog-topics.ts';
import type { ServiceRow } from './services-rows.ts';

/** What a writer says of an instance, after `prepareService`; absent fields become empty. */
export type ServiceInput = Pick<NodeService, 'ID' | 'Service'> & Partial<NodeService>;

export function serviceContent(node: string, service: ServiceInput): Content<ServiceRow> {
  return {
    node,
    key: foldName(service.ID),
    id: service.ID,
    name_key: foldName(service.Service),
    name: service.Service,
    kind: service.Kind ?? '',
    tags: JSON.stringify(service.Tags ?? []),
    address: service.Address ?? '',
    tagged_addresses: renderTaggedAddresses(service.TaggedAddresses ?? {}),
    meta: optionalJSON(service.Meta),
    port: service.Port ?? 0,
    socket_path: service.SocketPath ?? '',
    weight_passing: service.Weights?.Passing ?? 1,
    weight_warning: service.Weights?.Warning ?? 1,
    enable_tag_override: service.EnableTagOverride === true ? 1 : 0,
    proxy: renderProxy(service.Proxy),
    connect: renderConnect(service),
    locality: localityJSON(service.Locality),
    connect_key: connectKey(service),
  };
}

/** Null for none, which Consul leaves out; of an address both parts are always there. */
export function renderTaggedAddresses(
  tagged: Readonly<Record<string, Partial<ServiceAddress>>>,
): string | null {
  const entries = Object.entries(tagged).map(([tag, given]) => {
    const address: ServiceAddress = { Address: given?.Address ?? '', Port: given?.Port ?? 0 };
    return [tag, address] as const;
  });
  return nonEmptyJSON(Object.fromEntries(entries));
}

/**
 * Consul leaves `Native: false` out. A sidecar definition is the agent's to act upon, here it is
 * only kept.
 */
function renderConnect({ Connect }: ServiceInput): string {
  const sidecar = Connect?.SidecarService ?? undefined;
  return canonicalJSON({ Native: Connect?.Native === true || undefined, SidecarService: sidecar });
}

/** A proxy makes its destination reachable, a native service itself. */
function connectKey(service: ServiceInput): string {
  if (service.Kind === 'connect-proxy')
    return foldName(service.Proxy?.DestinationServiceName ?? '');
  return service.Connect?.Native === true ? foldName(service.Service) : '';
}
