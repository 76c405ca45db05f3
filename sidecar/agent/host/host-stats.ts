/** Groups of figures for `info` and /v1/agent/self. */
import os from 'node:os';
import { CONSUL_COMPATIBILITY } from '../../../protocol/compatibility.ts';
import type { AgentConfig } from '../../config/agent-config.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { ControlPlaneAccess } from '../control-plane/control-plane-access.ts';
import type { LocalState } from '../../local/local-state.ts';
import type { OwnNode } from './node-registration.ts';
import type { ServerLink } from '../../server-link/server-link.ts';

/** Where Go's name of a processor differs from Node's. */
const GO_ARCHITECTURES: Readonly<Partial<Record<string, string>>> = { x64: 'amd64', ia32: '386' };

export interface StatsSources {
  readonly config: AgentConfig;
  readonly own: OwnNode;
  readonly link: ServerLink;
  readonly access: ControlPlaneAccess;
  readonly cluster: Cluster;
}

export function hostStats(
  { config, own, link, access, cluster }: StatsSources,
  running: { readonly monitors: number; readonly ttls: number },
  state: LocalState,
): Record<string, Record<string, string>> {
  return {
    agent: {
      check_monitors: String(running.monitors),
      check_ttls: String(running.ttls),
      checks: String(state.checks().length),
      services: String(state.services().length),
    },
    build: { prerelease: '', revision: '', version: CONSUL_COMPATIBILITY, version_metadata: '' },
    consul: {
      acl: config.acl.enabled ? 'enabled' : 'disabled',
      ...(own.isServer ? serverStats(own, cluster) : clientStats(cluster)),
    },
    lictor: {
      control_plane: access.url,
      control_plane_restarts: String(access.restarts),
      link_connected: String(link.isConnected),
      link_connects: String(link.connects),
      replica_queries: String(link.replica.size),
    },
    ...cluster.stats(),
    runtime: {
      arch: GO_ARCHITECTURES[process.arch] ?? process.arch,
      cpu_count: String(os.cpus().length),
      max_procs: String(os.availableParallelism()),
      os: process.platform,
      version: process.version,
    },
  };
}

/** An agent with a control plane calls itself the leader: there is no other. */
function serverStats(own: OwnNode, cluster: Cluster): Record<string, string> {
  return {
    bootstrap: 'true',
    known_datacenters: String(cluster.datacenters().length),
    leader: 'true',
    leader_addr: `${own.address}:${own.serverPort}`,
    server: 'true',
  };
}

function clientStats(cluster: Cluster): Record<string, string> {
  const servers = cluster
    .members('lan')
    .filter(({ tags, status }) => tags['role'] === 'consul' && status === 'alive');
  return { known_servers: String(servers.length), server: 'false' };
}
