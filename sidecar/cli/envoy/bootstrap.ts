/** The whole of it (Consul: command/connect/envoy/bootstrap_config.go). */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { CommandError } from '../command.ts';
import { parseAddress } from './address.ts';
import {
  type AgentGRPC,
  type JSONObject,
  type PrometheusTLS,
  type SocketAddress,
  LOCAL_AGENT,
  PROMETHEUS_SOCKET,
  SELF_ADMIN,
  agentCluster,
  collectorCluster,
  localHTTPCluster,
  prometheusSecrets,
  socketAddress,
  statsListener,
} from './static-resources.ts';
import { COLLECTOR_SINK, statsdSink } from './stats-sinks.ts';
import { statsTags } from './stats-tags.ts';

export interface BootstrapRequest {
  readonly proxyID: string;
  readonly cluster: string;
  readonly source: string;
  readonly datacenter: string;
  readonly nodeName: string;
  readonly token: string;
  readonly grpc: AgentGRPC;
  readonly admin: SocketAddress;
  readonly adminLogPath: string;
  readonly omitDeprecatedTags: boolean;
  /** Where Envoy says whether it is ready. */
  readonly ready: SocketAddress | undefined;
  readonly prometheus: {
    readonly backendPort: string;
    readonly scrapePath: string;
    readonly tls: PrometheusTLS | undefined;
  };
  /** The proxy's opaque settings. */
  readonly config: Readonly<Record<string, unknown>>;
  readonly env: Readonly<Record<string, string | undefined>>;
}

/** @throws CommandError when a setting does not hold */
export function renderBootstrap(request: BootstrapRequest): JSONObject {
  const { admin, adminLogPath, token } = request;
  const stats = statsOf(request);
  return {
    admin: {
      access_log: [
        {
          name: 'envoy.access_loggers.file',
          typed_config: {
            '@type': 'type.googleapis.com/envoy.extensions.access_loggers.file.v3.FileAccessLog',
            path: adminLogPath,
          },
        },
      ],
      address: socketAddress(admin),
    },
    node: {
      cluster: request.cluster,
      id: request.proxyID,
      metadata: {
        ...(request.nodeName === '' ? {} : { node_name: request.nodeName }),
        namespace: 'default',
        partition: 'default',
      },
    },
    layered_runtime: {
      layers: [{ name: 'base', static_layer: { 're2.max_program_size.error_level': 1_048_576 } }],
    },
    static_resources: staticResources(request),
    ...stats,
    dynamic_resources: {
      lds_config: FROM_AGENT,
      cds_config: FROM_AGENT,
      ads_config: {
        api_type: 'DELTA_GRPC',
        transport_api_version: 'V3',
        grpc_services: {
          initial_metadata: [{ key: 'x-consul-token', value: token }],
          envoy_grpc: { cluster_name: LOCAL_AGENT },
        },
      },
    },
  };
}

const FROM_AGENT: JSONObject = {
  ads: {},
  initial_fetch_timeout: '0s',
  resource_api_version: 'V3',
};

const EXTRA_STATS_FLUSH = '60s';

function statsOf(request: BootstrapRequest): JSONObject {
  const { config, env } = request;
  const collects = collectorSocket(request) !== '';
  const sinks = [
    sinkOf('statsd', config.envoy_statsd_url, env),
    sinkOf('dog_statsd', config.envoy_dogstatsd_url, env),
    ...fragments('envoy_extra_stats_sinks_json', config),
    collects ? COLLECTOR_SINK : undefined,
  ].filter((sink) => sink !== undefined);
  const flush = text(config.envoy_stats_flush_interval) || (collects ? EXTRA_STATS_FLUSH : '');
  const tracing = text(config.envoy_tracing_json);
  const own = Array.isArray(config.envoy_stats_tags) ? config.envoy_stats_tags.map(String) : [];
  const configured = text(config.envoy_stats_config_json);
  return {
    ...(sinks.length === 0 ? {} : { stats_sinks: sinks }),
    stats_config:
      configured === ''
        ? {
            stats_tags: statsTags(request, own, request.omitDeprecatedTags),
            use_all_default_tags: true,
          }
        : parse('envoy_stats_config_json', configured),
    ...(flush === '' ? {} : { stats_flush_interval: flush }),
    ...(tracing === '' ? {} : { tracing: parse('envoy_tracing_json', tracing) }),
  };
}

function sinkOf(
  kind: 'statsd' | 'dog_statsd',
  url: unknown,
  env: BootstrapRequest['env'],
): JSONObject | undefined {
  return text(url) === '' ? undefined : statsdSink(kind, text(url), env);
}

function staticResources(request: BootstrapRequest): JSONObject {
  const { config, grpc, admin, ready, prometheus } = request;
  const { backendPort, scrapePath, tls } = prometheus;
  const listeners: JSONObject[] = [];
  const prometheusAt = bindOf(config.envoy_prometheus_bind_addr, 'envoy_prometheus_metrics');
  const statsAt = bindOf(config.envoy_stats_bind_addr, 'envoy_metrics');
  const backend = backendPort === '' ? SELF_ADMIN : 'prometheus_backend';
  if (prometheusAt !== undefined) {
    listeners.push(
      statsListener({
        name: 'envoy_prometheus_metrics_listener',
        prefix: 'envoy_prometheus_metrics',
        at: prometheusAt,
        match: { path: scrapePath },
        cluster: backend,
        rewrite: '/stats/prometheus',
        transportSocket: tls && PROMETHEUS_SOCKET,
      }),
    );
  }
  if (statsAt !== undefined) {
    listeners.push(
      statsListener({
        name: 'envoy_metrics_listener',
        prefix: 'envoy_metrics',
        at: statsAt,
        match: { prefix: '/stats' },
        cluster: SELF_ADMIN,
        rewrite: '/stats',
      }),
    );
  }
  if (ready !== undefined) {
    listeners.push(
      statsListener({
        name: 'envoy_ready_listener',
        prefix: 'envoy_ready',
        at: ready,
        match: { path: '/ready' },
        cluster: SELF_ADMIN,
        rewrite: '/ready',
      }),
    );
  }
  const showsAdmin =
    statsAt !== undefined ||
    ready !== undefined ||
    (prometheusAt !== undefined && backend === SELF_ADMIN);
  const showsBackend = prometheusAt !== undefined && backend !== SELF_ADMIN;
  const collector = collectorSocket(request);
  const allListeners = [...listeners, ...fragments('envoy_extra_static_listeners_json', config)];
  return {
    clusters: [
      agentCluster(grpc),
      ...(showsAdmin ? [localHTTPCluster(SELF_ADMIN, admin)] : []),
      ...(showsBackend
        ? [localHTTPCluster(backend, { host: '127.0.0.1', port: Number(backendPort) })]
        : []),
      ...fragments('envoy_extra_static_clusters_json', config),
      ...(collector === '' ? [] : [collectorCluster(collector)]),
    ],
    ...(allListeners.length === 0 ? {} : { listeners: allListeners }),
    ...(prometheusAt !== undefined && tls !== undefined ? { secrets: prometheusSecrets(tls) } : {}),
  };
}

function bindOf(value: unknown, listener: string): SocketAddress | undefined {
  const address = text(value);
  if (address === '') return undefined;
  return parseAddress(address, `invalid ${listener} bind address: `);
}

/** One socket for each proxy; its name is short, as paths of sockets have to be. */
function collectorSocket({ config, proxyID }: BootstrapRequest): string {
  const folder = text(config.envoy_telemetry_collector_bind_socket_dir);
  if (folder === '') return '';
  const id = createHash('sha1').update(`default_${proxyID}`).digest('base64url');
  return path.posix.join(folder, `${id}.sock`);
}

/** A setting that holds one JSON object, or several with commas between them. */
function fragments(name: string, config: BootstrapRequest['config']): JSONObject[] {
  const value = text(config[name]);
  return value === '' ? [] : (parse(name, `[${value}]`) as JSONObject[]);
}

function parse(name: string, json: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new CommandError(`${name}: ${(error as Error).message}`);
  }
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}
