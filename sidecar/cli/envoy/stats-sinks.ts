/** Where Envoy sends what it measures. */
import { CommandError } from '../command.ts';
import { type JSONObject, TELEMETRY_COLLECTOR, socketAddress } from './static-resources.ts';

const METRICS = 'type.googleapis.com/envoy.config.metrics.v3';

/**
 * A sink for `envoy_statsd_url` or `envoy_dogstatsd_url`.
 *
 * @param url as it is, or the name of an environment variable behind a dollar sign. @throws CommandError in Consul's words
 */
export function statsdSink(
  kind: 'statsd' | 'dog_statsd',
  url: string,
  env: Readonly<Record<string, string | undefined>>,
): JSONObject | undefined {
  const name = `envoy.stat_sinks.${kind}`;
  const text = url.startsWith('$') ? (env[url.slice(1).replace(/^\{|\}$/g, '')] ?? '') : url;
  // A variable that is not set on this host means that nothing is sent from it.
  if (text === '') return undefined;
  const [, scheme = '', rest = text] = /^([a-z]+):\/\/(.*)$/i.exec(text) ?? [];
  const type = kind === 'statsd' ? 'StatsdSink' : 'DogStatsdSink';
  return {
    name,
    typedConfig: { '@type': `${METRICS}.${type}`, address: addressOf(scheme, rest, name) },
  };
}

function addressOf(scheme: string, rest: string, sink: string): JSONObject {
  if (scheme === 'unix') return { pipe: { path: rest } };
  if (scheme !== 'udp') {
    throw new CommandError(
      `unsupported address protocol ${JSON.stringify(scheme)} for ${sink} sink`,
    );
  }
  const [, six, four = '', port] = /^(?:\[([^\]]*)\]|([^:/]*)):(\d+)/.exec(rest) ?? [];
  if (port === undefined) {
    throw new CommandError(`address ${rest}: missing port in address`);
  }
  return socketAddress({ host: (six ?? four) || '127.0.0.1', port: Number(port) });
}

export const COLLECTOR_SINK: JSONObject = {
  name: 'envoy.stat_sinks.metrics_service',
  typed_config: {
    '@type': `${METRICS}.MetricsServiceConfig`,
    transport_api_version: 'V3',
    grpc_service: { envoy_grpc: { cluster_name: TELEMETRY_COLLECTOR } },
    emit_tags_as_labels: true,
  },
};
