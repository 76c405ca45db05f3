/** What /v1 has to know of this agent. */
import type { APIContext } from '../http-api/route.ts';
import type { AgentConfig } from './config/agent-config.ts';
import type { Federation } from './federation.ts';
import { type OwnNode, ownNodeMeta } from './node-registration.ts';

/** @param serverAddress of the datacenter's control plane as members tell it; '' while that is not known */
export function apiContextOf(
  config: AgentConfig,
  own: OwnNode,
  federation: Federation,
  serverAddress: () => string,
): APIContext {
  const node = { id: own.id, name: own.name, meta: ownNodeMeta(own) };
  return {
    rpc: federation,
    snapshots: federation.snapshots,
    otherDatacenters: () => federation.otherDatacenters(),
    datacenterMaps: () => federation.datacenterMaps(),
    datacenter: config.datacenter,
    primaryDatacenter: config.primaryDatacenter,
    nodeName: config.nodeName,
    disableCoordinates: config.disableCoordinates,
    // It may become known, or another, while the agent runs.
    get serverAddress() {
      return addressOf(config, serverAddress);
    },
    ...(config.controlPlane === 'embedded' ? { serverNode: node } : {}),
    limits: {
      kvMaxValueBytes: config.limits.kvMaxValueBytes,
      txnMaxBytes: config.limits.txnMaxBytes,
      defaultQueryTimeMs: config.http.defaultQueryTimeMs,
      maxQueryTimeMs: config.http.maxQueryTimeMs,
    },
  };
}

function addressOf(config: AgentConfig, joined: () => string): string {
  if (config.controlPlane === 'embedded')
    return `${config.advertiseAddress}:${config.ports.server}`;
  if (config.controlPlane === 'joined') return joined();
  const { hostname, port, protocol } = new URL(config.edgeURL);
  return `${hostname}:${port || (protocol === 'http:' ? 80 : 443)}`;
}
