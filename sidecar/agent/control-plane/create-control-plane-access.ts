/** Connects the way to the control plane with gossip, from which it may be learned, and with the other datacenters. */
import type { Cluster, PoolName } from '../cluster/cluster.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import { ControlPlaneAccess } from './control-plane-access.ts';
import { discoverControlPlane } from './control-plane-discovery.ts';
import type { Federation } from '../federation/federation.ts';
import { deriveLinkSecret } from '../../lib/link-proof.ts';
import type { Logger } from '../../lib/log.ts';

export interface AccessParts {
  readonly config: AgentConfig;
  /** Read at each use: a reload may change it. */
  readonly edgeToken: () => string;
  readonly dataDir: string;
  readonly log: Logger;
  /** Null before the agent has started it, and when it stops. */
  readonly cluster: () => Cluster | null;
  readonly federation: () => Federation | null;
}

export function createControlPlaneAccess(parts: AccessParts): ControlPlaneAccess {
  const { config, dataDir, log } = parts;
  const secretsOf = (pool: PoolName): Buffer[] =>
    (parts.cluster()?.keys(pool) ?? []).map((key) => deriveLinkSecret(key, config.datacenter));
  const linkSecrets = (): Buffer[] => secretsOf('lan');
  return new ControlPlaneAccess({
    config,
    edgeToken: parts.edgeToken,
    dataDir,
    log,
    linkSecrets,
    wanSecrets: () => secretsOf('wan'),
    async discover() {
      const cluster = parts.cluster();
      if (cluster === null) throw new Error('the agent is stopping');
      const members = cluster.members('lan');
      return discoverControlPlane({
        members,
        datacenter: config.datacenter,
        ownAddress: cluster.ownAddress,
        edgeToken: parts.edgeToken(),
        linkSecrets,
      });
    },
    others: {
      list: async () => (await parts.federation()?.list()) ?? { Others: [], Maps: null },
      async dial(datacenter) {
        const federation = parts.federation();
        if (federation === null) throw new Error('the agent is starting or stopping');
        return federation.dial(datacenter);
      },
    },
  });
}
