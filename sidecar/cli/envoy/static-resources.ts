/** Clusters and listeners that Envoy has from its start: the agent, its own administration, and who may read that. */

export type JSONObject = Record<string, unknown>;

export interface SocketAddress {
  readonly host: string;
  readonly port: number;
}

/** Where the agent answers Envoy. */
export interface AgentGRPC {
  readonly at: SocketAddress | { readonly path: string };
  /** CA certificates in PEM; undefined for no TLS. */
  readonly authorities: string | undefined;
}

export const LOCAL_AGENT = 'local_agent';
export const SELF_ADMIN = 'self_admin';

const TYPE = 'type.googleapis.com';
const HTTP_OPTIONS = 'envoy.extensions.upstreams.http.v3.HttpProtocolOptions';

function loadAssignment(clusterName: string, address: JSONObject): JSONObject {
  return { clusterName, endpoints: [{ lbEndpoints: [{ endpoint: { address } }] }] };
}

function httpOptions(protocol: 'http_protocol_options' | 'http2_protocol_options'): JSONObject {
  return {
    [HTTP_OPTIONS]: {
      '@type': `${TYPE}/${HTTP_OPTIONS}`,
      explicit_http_config: { [protocol]: {} },
    },
  };
}

export function socketAddress({ host, port }: SocketAddress): JSONObject {
  return { socket_address: { address: host, port_value: port } };
}

export function agentCluster({ at, authorities }: AgentGRPC): JSONObject {
  const tls = {
    name: 'tls',
    typed_config: {
      '@type': `${TYPE}/envoy.extensions.transport_sockets.tls.v3.UpstreamTlsContext`,
      common_tls_context: {
        validation_context: { trusted_ca: { inline_string: authorities } },
      },
    },
  };
  return {
    name: LOCAL_AGENT,
    ignore_health_on_host_removal: false,
    connect_timeout: '1s',
    type: 'STATIC',
    ...(authorities === undefined ? {} : { transport_socket: tls }),
    typed_extension_protocol_options: httpOptions('http2_protocol_options'),
    loadAssignment: loadAssignment(
      LOCAL_AGENT,
      'path' in at ? { pipe: { path: at.path } } : socketAddress(at),
    ),
  };
}

/** Envoy's own administration, or another program on this host that shows what it measures. */
export function localHTTPCluster(name: string, at: SocketAddress): JSONObject {
  return {
    name,
    ignore_health_on_host_removal: false,
    connect_timeout: '5s',
    type: 'STATIC',
    typed_extension_protocol_options: httpOptions('http_protocol_options'),
    loadAssignment: loadAssignment(name, socketAddress(at)),
  };
}

export const TELEMETRY_COLLECTOR = 'consul_telemetry_collector_loopback';

export function collectorCluster(socketPath: string): JSONObject {
  return {
    name: TELEMETRY_COLLECTOR,
    type: 'STATIC',
    typed_extension_protocol_options: httpOptions('http2_protocol_options'),
    loadAssignment: loadAssignment(TELEMETRY_COLLECTOR, { pipe: { path: socketPath } }),
  };
}

export interface StatsListener {
  readonly name: string;
  /** In the names of the listener's own metrics. */
  readonly prefix: string;
  readonly at: SocketAddress;
  readonly match: { readonly path: string } | { readonly prefix: string };
  readonly cluster: string;
  readonly rewrite: string;
  readonly transportSocket?: JSONObject | undefined;
}

/** Shows one page of a cluster to whoever asks; everything else is 404. */
export function statsListener(listener: StatsListener): JSONObject {
  const { name, prefix, at, match, cluster, rewrite, transportSocket } = listener;
  const routes = [
    { match, route: { cluster, prefix_rewrite: rewrite } },
    { match: { prefix: '/' }, direct_response: { status: 404 } },
  ];
  const http = 'envoy.extensions.filters.network.http_connection_manager.v3.HttpConnectionManager';
  const router = {
    name: 'envoy.filters.http.router',
    typedConfig: { '@type': `${TYPE}/envoy.extensions.filters.http.router.v3.Router` },
  };
  const filter = {
    name: 'envoy.filters.network.http_connection_manager',
    typedConfig: {
      '@type': `${TYPE}/${http}`,
      stat_prefix: prefix,
      codec_type: 'HTTP1',
      route_config: {
        name: 'self_admin_route',
        virtual_hosts: [{ name: SELF_ADMIN, domains: ['*'], routes }],
      },
      http_filters: [router],
    },
  };
  const chain = { filters: [filter], ...(transportSocket && { transportSocket }) };
  return { name, address: socketAddress(at), filter_chains: [chain] };
}

export interface PrometheusTLS {
  readonly certFile: string;
  readonly keyFile: string;
  readonly ca: { readonly file: string } | { readonly path: string };
}

export const PROMETHEUS_SOCKET: JSONObject = {
  name: 'tls',
  typedConfig: {
    '@type': `${TYPE}/envoy.extensions.transport_sockets.tls.v3.DownstreamTlsContext`,
    commonTlsContext: {
      tlsCertificateSdsSecretConfigs: [{ name: 'prometheus_cert' }],
      validationContextSdsSecretConfig: { name: 'prometheus_validation_context' },
    },
  },
};

export function prometheusSecrets({ certFile, keyFile, ca }: PrometheusTLS): JSONObject[] {
  const validation =
    'file' in ca ? { trustedCa: { filename: ca.file } } : { watchedDirectory: { path: ca.path } };
  return [
    {
      name: 'prometheus_cert',
      tlsCertificate: {
        certificateChain: { filename: certFile },
        privateKey: { filename: keyFile },
      },
    },
    { name: 'prometheus_validation_context', validationContext: validation },
  ];
}
