/** Groups of figures for `info` and /v1/agent/self. */
import type { Cluster } from '../cluster/cluster.ts';
import type { ControlPlaneAccess } from '../control-plane/control-plane-access.ts';
import type { LocalState } from '../../local/local-state.ts';
import type { OwnNode } from './node-registration.ts';
import type { ServerLink } from '../../server-link/server-link.ts';

export interface StatsSources {
  readonly own: OwnNode;
  readonly link: ServerLink;
  readonly access: ControlPlaneAccess;
  readonly cluster: Cluster;
}

export function hostStats(
  { own, link, access, cluster }: StatsSources,
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
    consul: {
      acl: 'disabled',
      bootstrap: String(own.isServer),
      known_datacenters: String(cluster.datacenters().length),
      leader: String(own.isServer),
      server: String(own.isServer),
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
      arch: process.arch,
      os: process.platform,
      version: process.version,
    },
  };
}
