/** What dashboards of Consul's servers show: members, health and how much the datacenter holds (usagemetrics). */
import { CONSUL_COMPATIBILITY } from '../../../protocol/compatibility.ts';
import type { ServiceUsage } from '../../../protocol/types/operator.ts';
import type { Cluster } from '../cluster/cluster.ts';
import type { GaugeSample, Labels } from '../../lib/metrics.ts';

/** Who asks more often than this is told what was counted last. */
const USAGE_MAX_AGE_MS = 10_000;

export interface ServerMetricSources {
  readonly datacenter: string;
  readonly isServer: boolean;
  readonly isConnected: () => boolean;
  readonly cluster: Pick<Cluster, 'members'>;
  readonly readUsage: () => Promise<ServiceUsage>;
  readonly now: () => number;
}

export class ServerMetrics {
  readonly #sources: ServerMetricSources;
  #usage: ServiceUsage | null = null;
  #readAt = Number.NEGATIVE_INFINITY;

  constructor(sources: ServerMetricSources) {
    this.#sources = sources;
  }

  /**
   * Asks the datacenter what it holds, only when somebody wants to know: a timer would keep it
   * awake. Agents without a control plane do not ask, or each host's scrape would.
   *
   * @throws RPCError when it cannot be asked; its figures are then left out
   */
  async refresh(): Promise<void> {
    const { isServer, now, readUsage } = this.#sources;
    if (!isServer || now() - this.#readAt < USAGE_MAX_AGE_MS) return;
    this.#readAt = now();
    this.#usage = null;
    this.#usage = await readUsage();
  }

  gauges(): GaugeSample[] {
    const { datacenter, isServer, isConnected, cluster } = this.#sources;
    const version = { version: CONSUL_COMPATIBILITY, pre_release: '' };
    const own = gauge('consul.version', 1, version);
    if (!isServer) return [own];
    const alive = cluster.members('lan').filter(({ status }) => status === 'alive');
    const servers = alive.filter(({ tags }) => tags['role'] === 'consul').length;
    return [
      own,
      gauge('consul.server.isLeader', 1, {}),
      gauge('consul.autopilot.healthy', isConnected() ? 1 : 0, {}),
      // One control plane has no other to fall back to.
      gauge('consul.autopilot.failure_tolerance', 0, {}),
      gauge('consul.members.servers', servers, { datacenter }),
      gauge('consul.members.clients', alive.length - servers, { datacenter }),
      ...(this.#usage === null ? [] : usageGauges(this.#usage, datacenter)),
    ];
  }
}

function usageGauges(usage: ServiceUsage, datacenter: string): GaugeSample[] {
  const kinds = Object.entries(usage.ConnectServiceInstances);
  return [
    gauge('consul.state.nodes', usage.Nodes, { datacenter }),
    gauge('consul.state.services', usage.Services, { datacenter }),
    gauge('consul.state.service_instances', usage.ServiceInstances, { datacenter }),
    gauge('consul.state.billable_service_instances', usage.BillableServiceInstances, {
      datacenter,
    }),
    ...kinds.map(([kind, count]) =>
      gauge('consul.state.connect_instances', count, { datacenter, kind }),
    ),
  ];
}

function gauge(Name: string, Value: number, labels: Labels): GaugeSample {
  return { Name, Value, Labels: labels };
}
