/** Anti-entropy of this host: its local state against its part of the catalog. */
import { NODE_TOKEN } from '../../../protocol/reserved-tokens.ts';
import { SERF_HEALTH_CHECK_ID } from '../../../protocol/types/catalog.ts';
import { systemClock } from '../../checks/clock.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { Logger } from '../../lib/log.ts';
import { AntiEntropy } from '../../local/anti-entropy.ts';
import type { LocalState } from '../../local/local-state.ts';
import type { AgentTokens } from '../acl/agent-tokens.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { LinkCatalog } from './link-catalog.ts';
import {
  CONSUL_SERVICE_ID,
  type OwnNode,
  ownNodeMeta,
  ownRegistration,
} from './node-registration.ts';

export interface HostParts {
  readonly own: OwnNode;
  readonly cluster: Cluster;
  readonly tokens: AgentTokens;
  readonly log: Logger;
}

/** @param config read at each use: a reload may change it */
export function createAntiEntropy(
  { own, cluster, tokens, log }: HostParts,
  state: LocalState,
  catalog: LinkCatalog,
  config: () => AgentConfig,
): AntiEntropy {
  return new AntiEntropy({
    state,
    catalog,
    clock: systemClock,
    log: log.named('anti_entropy'),
    random: Math.random,
    node: () => ({
      ID: own.id,
      Node: own.name,
      Datacenter: own.datacenter,
      Address: own.address,
      TaggedAddresses: { ...own.taggedAddresses },
      Meta: ownNodeMeta({ meta: config().nodeMeta }),
    }),
    // What goes away goes by the node's right: that its going was allowed, this agent has seen to.
    nodeToken: () => NODE_TOKEN,
    defaultToken: tokens.user,
    checkUpdateIntervalMs: () => config().checkUpdateIntervalMs,
    clusterSize: () => cluster.members('lan').length,
    kept: {
      services: own.isServer ? [CONSUL_SERVICE_ID] : [],
      checks: [SERF_HEALTH_CHECK_ID],
    },
    wholeNode: () => ownRegistration({ ...own, meta: config().nodeMeta }),
    lastWritten: catalog.lastWritten,
  });
}
