/** A bootstrap configuration of the user's own making, in place of the whole. */
import { CommandError } from '../command.ts';
import type { BootstrapRequest } from './bootstrap.ts';
import { LOCAL_AGENT } from './static-resources.ts';
import { renderTemplate } from './template.ts';

/** @throws CommandError when the template, or what comes of it, does not hold */
export function renderFromTemplate(template: string, request: BootstrapRequest): unknown {
  const { admin, grpc, config } = request;
  const agent =
    'path' in grpc.at
      ? { AgentSocket: grpc.at.path }
      : { AgentAddress: grpc.at.host, AgentPort: String(grpc.at.port) };
  const setting = (name: string): string => String(config[name] ?? '');
  const text = renderTemplate(template, {
    ProxyCluster: request.cluster,
    ProxyID: request.proxyID,
    ProxySourceService: request.source,
    NodeName: request.nodeName,
    Namespace: '',
    Partition: '',
    Datacenter: request.datacenter,
    Token: request.token,
    AgentAddress: '',
    AgentPort: '',
    AgentSocket: '',
    ...agent,
    AgentTLS: String(grpc.authorities !== undefined),
    AgentCAPEM: JSON.stringify(grpc.authorities ?? '').slice(1, -1),
    AdminAccessLogPath: request.adminLogPath,
    AdminBindAddress: admin.host,
    AdminBindPort: String(admin.port),
    LocalAgentClusterName: LOCAL_AGENT,
    PrometheusBackendPort: request.prometheus.backendPort,
    PrometheusScrapePath: request.prometheus.scrapePath,
    StaticClustersJSON: setting('envoy_extra_static_clusters_json'),
    StaticListenersJSON: setting('envoy_extra_static_listeners_json'),
    StatsSinksJSON: setting('envoy_extra_stats_sinks_json'),
    StatsConfigJSON: setting('envoy_stats_config_json'),
    StatsFlushInterval: setting('envoy_stats_flush_interval'),
    TracingConfigJSON: setting('envoy_tracing_json'),
  });
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    throw new CommandError(`envoy_bootstrap_json_tpl: ${(error as Error).message}`);
  }
}
