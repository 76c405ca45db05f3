/** Which services there are, and how each of them takes part in the mesh. */
import type { SQL } from '../db/storage.ts';
import { foldName } from './catalog-topics.ts';

/** What stands for Consul's servers is no part of the mesh. */
const SERVER_SERVICE = 'consul';

export interface MeshService {
  readonly name: string;
  hasInstances: boolean;
  /** Some instance speaks Connect itself. */
  isNative: boolean;
  /** Mesh clients can come to it: by a proxy, by itself or by a gateway. */
  isReachable: boolean;
  proxies: number;
  transparent: number;
  /** Services that its proxies are told to reach. */
  readonly upstreams: Set<string>;
}

interface ProxyPart {
  DestinationServiceName?: string;
  Mode?: string;
  Upstreams?: readonly {
    DestinationType?: string;
    DestinationName?: string;
    DestinationPeer?: string;
  }[];
}

type Row = { name: string; kind: string; proxy: string; connect: string };

/** By folded name. Reads every instance: only the web interface asks for so much. */
export function readMeshServices(sql: SQL): Map<string, MeshService> {
  const services = new Map<string, MeshService>();
  const of = (name: string): MeshService => {
    const key = foldName(name);
    let service = services.get(key);
    if (service === undefined) {
      const counts = { proxies: 0, transparent: 0, upstreams: new Set<string>() };
      service = { name, hasInstances: false, isNative: false, isReachable: false, ...counts };
      services.set(key, service);
    }
    return service;
  };
  const query =
    "SELECT name, kind, proxy, connect FROM services WHERE kind IN ('', 'connect-proxy')";
  for (const row of sql.exec<Row>(query)) {
    if (row.kind === '') addInstance(of(row.name), row);
    else addProxy(of, JSON.parse(row.proxy) as ProxyPart);
  }
  services.delete(SERVER_SERVICE);
  return services;
}

function addInstance(service: MeshService, { connect }: Row): void {
  service.hasInstances = true;
  if ((JSON.parse(connect) as { Native?: boolean }).Native !== true) return;
  service.isNative = true;
  service.isReachable = true;
}

function addProxy(of: (name: string) => MeshService, proxy: ProxyPart): void {
  const service = of(proxy.DestinationServiceName ?? '');
  service.isReachable = true;
  service.proxies++;
  if (proxy.Mode === 'transparent') service.transparent++;
  for (const { DestinationType, DestinationName = '', DestinationPeer } of proxy.Upstreams ?? []) {
    // What a prepared query finds is not known before it is asked.
    const isService = (DestinationType || 'service') === 'service' && !DestinationPeer;
    if (isService && DestinationName !== '') service.upstreams.add(DestinationName);
  }
}
