/** What the agent counts: requests, operations sent to the datacenter, its own memory. */
import os from 'node:os';
import type { Cluster } from '../cluster/cluster.ts';
import type { TelemetryConfig } from '../../config/agent-config-security.ts';
import { readGossip } from '../cluster/gossip-metrics.ts';
import type { Logger } from '../../lib/log.ts';
import { isMetricAllowed, nameOfHost, renameMetric } from '../../lib/metric-names.ts';
import { MetricsRegistry } from '../../lib/metrics.ts';
import { StatsdSink } from '../../lib/statsd.ts';
import type { MassFailureBrake } from '../../../protocol/types/liveness.ts';
import type { ServerLink } from '../../server-link/server-link.ts';

export interface MetricSources {
  readonly link: ServerLink;
  readonly cluster: Cluster;
  /** As the datacenter told last; null where none is configured. */
  readonly brake: () => MassFailureBrake | null;
}

export class HostMetrics {
  readonly registry: MetricsRegistry;
  readonly #requests = new Map<string, number>();

  readonly #telemetry: () => TelemetryConfig;
  readonly #sinks: readonly StatsdSink[];

  /** @param telemetry read at each use: its prefixes may be reloaded, its addresses may not */
  constructor(sources: MetricSources, telemetry: () => TelemetryConfig, log: Logger) {
    this.#telemetry = telemetry;
    this.registry = new MetricsRegistry(
      () => this.#read(sources),
      () => telemetry().prometheusRetentionMs > 0,
    );
    this.#sinks = createSinks(telemetry(), log);
    for (const sink of this.#sinks) this.registry.listen(sink.send);
  }

  /** Paths are counted by their first two segments: keys and names would make a series each. */
  countRequest(method: string, path: string, status: number): void {
    const series = `${method} ${endpointOf(path)} ${status}`;
    this.#requests.set(series, (this.#requests.get(series) ?? 0) + 1);
  }

  stop(): void {
    this.registry.stop();
    for (const sink of this.#sinks) sink.stop();
  }

  #read({
    link,
    cluster,
    brake,
  }: MetricSources): ReturnType<ConstructorParameters<typeof MetricsRegistry>[0]> {
    const { rss, heapUsed } = process.memoryUsage();
    const requests = [...this.#requests].map(([series, value]) => {
      const [method = '', path = '', status = ''] = series.split(' ');
      return { name: 'consul.api.http', value, labels: { method, path, status } };
    });
    const ops = [...link.batcher.sentByMethod].map(([method, value]) => {
      return { name: 'lictor.link.ops_sent', value, labels: { method } };
    });
    const gossip = readGossip(cluster);
    const held = brake()?.Held.length ?? 0;
    const gauges = [
      ...gossip.gauges,
      { Name: 'lictor.liveness.brake_engaged', Value: held > 0 ? 1 : 0, Labels: {} },
      { Name: 'lictor.liveness.held_nodes', Value: held, Labels: {} },
      { Name: 'consul.runtime.alloc_bytes', Value: heapUsed, Labels: {} },
      { Name: 'consul.runtime.sys_bytes', Value: rss, Labels: {} },
      { Name: 'lictor.link.connected', Value: link.isConnected ? 1 : 0, Labels: {} },
      { Name: 'lictor.replica.queries', Value: link.replica.size, Labels: {} },
    ];
    const naming = this.#telemetry();
    const gaugeName = (name: string): string =>
      naming.disableHostname ? name : nameOfHost(name, os.hostname());
    return {
      gauges: gauges
        .filter(({ Name }) => isMetricAllowed(Name, naming))
        .map((gauge) => ({ ...gauge, Name: renameMetric(gaugeName(gauge.Name), naming) })),
      totals: [...requests, ...ops, ...gossip.totals]
        .filter(({ name }) => isMetricAllowed(name, naming))
        .map((total) => ({ ...total, name: renameMetric(total.name, naming) })),
    };
  }
}

function createSinks(telemetry: TelemetryConfig, log: Logger): StatsdSink[] {
  const { statsdAddress, statsiteAddress, dogstatsdAddress, dogstatsdTags } = telemetry;
  const wanted = [
    { protocol: 'statsd', address: statsdAddress, tags: [] },
    { protocol: 'statsite', address: statsiteAddress, tags: [] },
    { protocol: 'dogstatsd', address: dogstatsdAddress, tags: dogstatsdTags },
  ] as const;
  return wanted
    .filter(({ address }) => address !== '')
    .map((options) => new StatsdSink(options, (text) => log.warn(text)));
}

function endpointOf(path: string): string {
  return /^\/v1\/[a-z-]+(\/[a-z-]+)?/.exec(path)?.[0] ?? 'other';
}
