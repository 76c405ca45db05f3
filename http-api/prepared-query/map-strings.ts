/** Every string of a query's service that a template may fill in. */
import type { ServiceQuery } from '../../protocol/types/prepared-query.ts';

/** @param path such as `.Tags[0]` or `.NodeMeta[rack]`; keys of maps are no strings of their own */
export type MapString = (text: string, path: string) => string;

/** A copy with `map` applied to each string, in Consul's order of fields. */
export function mapStrings(service: ServiceQuery, map: MapString): ServiceQuery {
  return {
    ...service,
    Service: map(service.Service, '.Service'),
    SamenessGroup: map(service.SamenessGroup, '.SamenessGroup'),
    Failover: {
      ...service.Failover,
      Datacenters: mapList(service.Failover.Datacenters, '.Failover.Datacenters', map),
      Targets:
        service.Failover.Targets?.map(({ Peer, Datacenter }, index) => ({
          Peer: map(Peer, `.Failover.Targets[${index}].Peer`),
          Datacenter: map(Datacenter, `.Failover.Targets[${index}].Datacenter`),
        })) ?? null,
    },
    IgnoreCheckIDs: mapList(service.IgnoreCheckIDs, '.IgnoreCheckIDs', map),
    Near: map(service.Near, '.Near'),
    Tags: mapList(service.Tags, '.Tags', map),
    NodeMeta: mapValues(service.NodeMeta, '.NodeMeta', map),
    ServiceMeta: mapValues(service.ServiceMeta, '.ServiceMeta', map),
    Peer: map(service.Peer, '.Peer'),
  };
}

function mapList(list: readonly string[] | null, path: string, map: MapString): string[] | null {
  return list === null ? null : list.map((text, index) => map(text, `${path}[${index}]`));
}

function mapValues(
  values: Readonly<Record<string, string>> | null,
  path: string,
  map: MapString,
): Record<string, string> | null {
  if (values === null) return null;
  const entries = Object.entries(values).map(([key, text]) => [key, map(text, `${path}[${key}]`)]);
  return Object.fromEntries(entries) as Record<string, string>;
}
