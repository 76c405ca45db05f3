/** Connects the DNS server's view of the catalog with the link, the configuration and the other datacenters. */
import { ReachablePlaces } from '../http-api/prepared-query/reachable-places.ts';
import type { AgentConfig } from './config/agent-config.ts';
import { ReplicaDNSSource } from './replica-dns-source.ts';
import type { ServerLink } from './server-link/server-link.ts';

export function createDNSSource(config: AgentConfig, link: ServerLink): ReplicaDNSSource {
  const token = (): string => config.acl.tokens.dns;
  return new ReplicaDNSSource({
    replica: link.replica,
    datacenter: config.datacenter,
    nodeName: config.nodeName,
    token,
    places(args) {
      const consistency = 'default';
      const options = { token: token(), datacenter: '', consistency, cached: false } as const;
      return new ReachablePlaces(link.rpc, () => [], args, options);
    },
  });
}
