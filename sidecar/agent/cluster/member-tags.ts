/** What this agent tells the members of its pools about itself: Consul's tags, and where its control plane is. */
import { CONSUL_COMPATIBILITY } from '../../../protocol/compatibility.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import { clientTags, serverTags } from '../../gossip/serf/consul/member-tags.ts';
import type { Tags } from '../../gossip/serf/member.ts';
import { VERSION } from '../../lib/version.ts';
import type { OwnNode } from '../host/node-registration.ts';

/** Version of Lictor; members without it are somebody else's. */
export const LICTOR_TAG = 'lictor';
/** URL of the datacenter's control plane, told by agents that have it in their configuration or run it. */
export const CONTROL_PLANE_TAG = 'lictor_url';
/** `1` where links have to be proved with the gossip key; absent where the URL is a deployed Worker. */
export const PROOF_TAG = 'lictor_proof';

/** @param address at which members of the pool reach this host */
export function memberTags(
  config: AgentConfig,
  own: OwnNode,
  address: string,
  pool: 'lan' | 'wan' = 'lan',
): Tags {
  const node = {
    datacenter: own.datacenter,
    nodeID: own.id,
    build: `${CONSUL_COMPATIBILITY}:`,
  };
  const { advertiseReconnectTimeoutMs } = config;
  const tags = own.isServer
    ? serverTags({
        ...node,
        port: own.serverPort,
        // Members of the WAN pool know it from their own list.
        wanJoinPort: pool === 'lan' ? config.ports.serfWAN : 0,
        // A server that names a port which nobody can use is taken for none.
        ...(own.grpcPort > 0 && { grpcPort: own.grpcPort }),
        // Development mode is alone without saying so.
        bootstrap: config.bootstrap && !config.devMode,
        aclsEnabled: config.acl.enabled,
      })
    : clientTags({
        ...node,
        ...(advertiseReconnectTimeoutMs > 0 && {
          advertiseReconnectTimeout: `${advertiseReconnectTimeoutMs}ms`,
        }),
      });
  return { ...tags, [LICTOR_TAG]: VERSION, ...controlPlaneTags(config, own, address) };
}

function controlPlaneTags(config: AgentConfig, own: OwnNode, address: string): Tags {
  if (config.controlPlane === 'edge') return { [CONTROL_PLANE_TAG]: config.edgeURL };
  if (config.controlPlane !== 'embedded') return {};
  const host = address.includes(':') ? `[${address}]` : address;
  return { [CONTROL_PLANE_TAG]: `http://${host}:${own.serverPort}`, [PROOF_TAG]: '1' };
}
