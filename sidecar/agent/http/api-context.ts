/** What /v1 has to know of this agent. */
import type { APIContext } from '../../../http-api/route.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { KnownServer } from '../../../protocol/types/datacenters.ts';
import type { Federation } from '../federation/federation.ts';
import { clientRPC, clientSnapshots } from '../acl/client-calls.ts';
import { takeACLReset } from './acl-reset.ts';
import { type OwnNode, ownNodeMeta } from '../host/node-registration.ts';

/** @param current what may be reloaded is read at each request, the rest once */
export function apiContextOf(
  current: () => AgentConfig,
  own: OwnNode,
  federation: Federation,
  defaultToken: () => string,
): APIContext {
  const config = current();
  return {
    rpc: clientRPC(federation, defaultToken),
    snapshots: clientSnapshots(federation.snapshots, defaultToken),
    logIn: (request, options) => federation.logIn(request, options),
    otherDatacenters: () => federation.otherDatacenters(),
    datacenterMaps: () => federation.datacenterMaps(),
    datacenter: config.datacenter,
    primaryDatacenter: config.primaryDatacenter,
    acl: {
      enabled: config.acl.enabled,
      defaultPolicy: config.acl.enabled ? config.acl.defaultPolicy : 'allow',
      downPolicy: config.acl.downPolicy,
    },
    ...(config.server ? { takeACLReset: () => takeACLReset(config.dataDir) } : {}),
    nodeName: config.nodeName,
    isServer: config.server,
    indents: config.devMode,
    discoveryStale: () => current().http.discoveryMaxStaleMs > 0,
    usesCache: () => current().http.useCache,
    disableCoordinates: config.disableCoordinates,
    serverOf: (datacenter) => serverOf(config, own, federation, datacenter),
    limits: {
      kvMaxValueBytes: config.limits.kvMaxValueBytes,
      txnMaxBytes: config.limits.txnMaxBytes,
      defaultQueryTimeMs: config.http.defaultQueryTimeMs,
      maxQueryTimeMs: config.http.maxQueryTimeMs,
    },
  };
}

/** It may become known, or another, while the agent runs. */
async function serverOf(
  config: AgentConfig,
  own: OwnNode,
  federation: Federation,
  datacenter: string,
): Promise<KnownServer | undefined> {
  const isOwn = datacenter === '' || datacenter === config.datacenter;
  if (isOwn && config.controlPlane === 'embedded') {
    return {
      Datacenter: config.datacenter,
      ID: own.id,
      Node: own.name,
      Address: `${config.advertiseAddress}:${config.ports.server}`,
      Version: ownNodeMeta(own)['consul-version'] ?? '',
    };
  }
  // A datacenter on the edge stands for itself, at the address of its Worker.
  const nobody = { Datacenter: datacenter, ID: '', Node: '', Version: '' };
  if (isOwn && config.controlPlane === 'edge') return { ...nobody, Address: edgeAddress(config) };
  const known = await federation.serverOf(datacenter);
  if (known !== undefined || !isOwn) return known;
  return { ...nobody, Address: '' };
}

function edgeAddress({ edgeURL }: AgentConfig): string {
  const { hostname, port, protocol } = new URL(edgeURL);
  return `${hostname}:${port || (protocol === 'http:' ? 80 : 443)}`;
}
