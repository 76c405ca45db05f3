/** Connects the DNS server's view of the catalog with the links, the configuration and the other datacenters. */
import { datacentersBeside } from '../../../http-api/prepared-query/failover.ts';
import { ReachablePlaces } from '../../../http-api/prepared-query/reachable-places.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import { FederatedDNSSource } from '../federation/federated-dns-source.ts';
import type { Federation } from '../federation/federation.ts';
import { ReplicaDNSSource } from './replica-dns-source.ts';
import type { Replica } from '../../server-link/replica.ts';
import type { ServerLink } from '../../server-link/server-link.ts';
import { directCall } from '../../../http-api/server-rpc.ts';

/** `local` has to be started; what it says of other datacenters is found when somebody asks. */
export function createDNSSource(
  config: AgentConfig,
  token: () => string,
  link: ServerLink,
  federation: Federation,
): { source: FederatedDNSSource; local: ReplicaDNSSource } {
  const { datacenter, nodeName } = config;
  const create = (name: string, replica: Replica): ReplicaDNSSource =>
    new ReplicaDNSSource({
      replica,
      datacenter: name,
      nodeName,
      token,
      places(args) {
        const options = directCall(token(), name === datacenter ? '' : name);
        const others = async (): Promise<readonly string[]> =>
          datacentersBeside(name, datacenter, await federation.otherDatacenters());
        return new ReachablePlaces(federation, others, args, options);
      },
    });
  const local = create(datacenter, link.replica);
  const source = new FederatedDNSSource({
    datacenter,
    local,
    federation,
    createRemote: (remote) => create(remote.name, remote.link.replica),
  });
  return { source, local };
}
