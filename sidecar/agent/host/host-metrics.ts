/** What the agent counts: requests, operations sent to the datacenter, its own memory. */
import os from 'node:os';
import type { Cluster } from '../cluster/cluster.ts';
import type { TelemetryConfig } from '../../config/agent-config-security.ts';
import { readGossip } from '../cluster/gossip-metrics.ts';
import type { Logger } from '../../lib/log.ts';
import { isMetricAllowed, nameOfHost, renameMetric } from '../../lib/metric-names.ts';
import { MetricsRegistry, type GaugeSample, type MetricSource } from '../../lib/metrics.ts';
import { SampleBook } from '../../lib/samples.ts';
import type { ServiceUsage } from '../../../protocol/types/operator.ts';
import { directCall } from '../../../http-api/server-rpc.ts';
import type { ObservedAnswer } from '../../../http-api/api.ts';
import { AnswerFigures } from './answer-figures.ts';
import type { DNSMetrics } from '../../dns/metrics.ts';
import { DNSTimings } from '../../dns/timings.ts';
import { countDNS } from './count-dns.ts';
import { countCatalogCalls } from './catalog-calls.ts';
import { COMMIT_TIME, countCalls, isWrite, nameOfCall } from './call-metrics.ts';
import type { Metrics } from '../../agent-api/agent.ts';
import type { OwnNode } from './node-registration.ts';
import { HostLoad } from './host-load.ts';
import { ServerMetrics } from './server-metrics.ts';
import { StatsdSink } from '../../lib/statsd.ts';
import type { MassFailureBrake } from '../../../protocol/types/liveness.ts';
import type { ServerLink } from '../../server-link/server-link.ts';

export interface MetricSources {
  readonly link: ServerLink;
  readonly cluster: Cluster;
  readonly own: OwnNode;
  /** As the datacenter told last; null where none is configured. */
  readonly brake: () => MassFailureBrake | null;
  /** The certificates of this host's services, and when the root that they lead to ends, in milliseconds since 1970. */
  readonly certificates: () => { readonly size: number; readonly rootEndsAt: number | undefined };
  /** A token that may read how much the datacenter holds. */
  readonly token: () => string;
  /** As configured: the file system that the machine's own figures are of. */
  readonly dataDir: string;
}

export class HostMetrics {
  readonly registry: MetricsRegistry;
  readonly #book = new SampleBook();
  readonly #answers: AnswerFigures;
  readonly #server: ServerMetrics;
  readonly #node: string;
  readonly #isServer: boolean;
  readonly #load: HostLoad | null;
  #dns: DNSMetrics | null = null;
  readonly #telemetry: () => TelemetryConfig;
  readonly #sinks: readonly StatsdSink[];
  readonly #log: Logger;

  /** @param telemetry read at each use: its prefixes may be reloaded, its addresses may not */
  constructor(sources: MetricSources, telemetry: () => TelemetryConfig, log: Logger) {
    this.#telemetry = telemetry;
    this.#log = log;
    this.#answers = new AnswerFigures(this.#book);
    this.#node = sources.own.name;
    this.#isServer = sources.own.isServer;
    this.#server = createServerMetrics(sources);
    this.#load = telemetry().enableHostMetrics
      ? new HostLoad({ dataDir: sources.dataDir, warn: (text) => log.warn(text) })
      : null;
    this.#load?.start();
    this.registry = new MetricsRegistry(
      () => this.#read(sources),
      { book: this.#book, rename: (name) => this.#rename(name) },
      () => telemetry().prometheusRetentionMs > 0,
    );
    const calls = new Map<string, (ms: number) => void>();
    sources.link.batcher.onReply = (method, ms) => {
      let observe = calls.get(method);
      if (observe === undefined) calls.set(method, (observe = this.#observerOf(method)));
      observe(ms);
    };
    this.#sinks = createSinks(telemetry(), log);
    for (const sink of this.#sinks) this.registry.listen(sink.send);
  }

  #observerOf(method: string): (ms: number) => void {
    const { name, labels } = nameOfCall(method);
    const observe = this.#book.series(name, labels);
    if (!this.#isServer || !isWrite(method)) return observe;
    const observeCommit = this.#book.series(COMMIT_TIME, {});
    return (ms) => {
      observe(ms);
      observeCommit(ms);
    };
  }

  observeAnswer(answer: ObservedAnswer): void {
    this.#answers.observe(answer);
  }

  /** Where the DNS server counts and measures: called once, when there is one. */
  readonly watchDNS = (metrics: DNSMetrics): void => {
    metrics.timings = new DNSTimings(this.#book, this.#node);
    this.#dns = metrics;
  };

  /** For /v1/agent/metrics. */
  get view(): Metrics {
    const { registry } = this;
    return {
      refresh: () => this.#refresh(),
      summary: () => registry.summary(),
      prometheus: () => registry.prometheus(),
      listen: (listener) => registry.listen(listener),
    };
  }

  /** Before somebody reads: never fails, what the datacenter cannot tell is left out. */
  async #refresh(): Promise<void> {
    await this.#server.refresh().catch((error: Error) => {
      this.#log.debug(`what the datacenter holds is unknown: ${error.message}`);
    });
  }

  stop(): void {
    this.registry.stop();
    this.#load?.stop();
    for (const sink of this.#sinks) sink.stop();
  }

  /** As `telemetry` wants it; null for what it wants left out. */
  #rename(name: string): string | null {
    const naming = this.#telemetry();
    return isMetricAllowed(name, naming) ? renameMetric(name, naming) : null;
  }

  #read(sources: MetricSources): ReturnType<MetricSource> {
    const { link, cluster, own } = sources;
    const answers = this.#answers.totals();
    const gossip = readGossip(cluster);
    const gauges = [
      ...gossip.gauges,
      ...this.#server.gauges(),
      ...ownGauges(sources),
      ...(this.#load?.gauges() ?? []),
    ];
    const totals = [
      ...answers,
      ...countCalls(link.batcher, own.isServer),
      ...countCatalogCalls(answers, this.#node),
    ];
    const { disableHostname } = this.#telemetry();
    return {
      gauges: gauges.flatMap(({ Name, Value, Labels }) => {
        if (this.#rename(Name) === null) return [];
        const full = disableHostname ? Name : nameOfHost(Name, os.hostname());
        return [{ Name: renameMetric(full, this.#telemetry()), Value, Labels }];
      }),
      totals: [...totals, ...gossip.totals, ...countDNS(this.#dns)].flatMap((total) => {
        const name = this.#rename(total.name);
        return name === null ? [] : [{ ...total, name }];
      }),
    };
  }
}

function createServerMetrics({ link, cluster, own, token }: MetricSources): ServerMetrics {
  return new ServerMetrics({
    datacenter: own.datacenter,
    isServer: own.isServer,
    isConnected: () => link.isConnected,
    cluster,
    readUsage: async () => {
      const { body } = await link.rpc.call('operator.usage', {}, directCall(token()));
      return JSON.parse(body) as ServiceUsage;
    },
    now: () => Date.now(),
  });
}

function ownGauges({ link, brake, own, certificates }: MetricSources): GaugeSample[] {
  const { replica, batcher } = link;
  const { rss, heapUsed } = process.memoryUsage();
  const held = brake()?.Held.length ?? 0;
  const { size, rootEndsAt } = certificates();
  const values: Readonly<Record<string, number>> = {
    'lictor.liveness.brake_engaged': held > 0 ? 1 : 0,
    'lictor.liveness.held_nodes': held,
    'consul.leaf-certs.entries_count': size,
    ...(rootEndsAt !== undefined && {
      'consul.mesh.active-root-ca.expiry': Math.round((rootEndsAt - Date.now()) / 1000),
    }),
    'consul.runtime.alloc_bytes': heapUsed,
    'consul.runtime.sys_bytes': rss,
    'lictor.link.connected': link.isConnected ? 1 : 0,
    'lictor.replica.queries': replica.size,
    'consul.cache.entries_count': replica.size,
    'consul.consul.cache.entries_count': replica.size,
    ...(own.isServer && {
      'consul.rpc.queries_blocking': replica.waiters,
      // The datacenter's index as this agent last saw it; there is no log that it could lag behind.
      'consul.raft.applied_index': batcher.lastIndex,
      'consul.raft.last_index': batcher.lastIndex,
    }),
  };
  return Object.entries(values).map(([Name, Value]) => ({ Name, Value, Labels: {} }));
}

function createSinks(telemetry: TelemetryConfig, log: Logger): StatsdSink[] {
  const { statsdAddress, statsiteAddress, dogstatsdAddress, dogstatsdTags } = telemetry;
  const wanted = [
    { protocol: 'statsd', address: statsdAddress, tags: [] },
    { protocol: 'statsite', address: statsiteAddress, tags: [] },
    {
      protocol: 'dogstatsd',
      address: dogstatsdAddress,
      tags: dogstatsdTags,
      hostname: os.hostname(),
    },
  ] as const;
  return wanted
    .filter(({ address }) => address !== '')
    .map((options) => new StatsdSink(options, (text) => log.warn(text)));
}
