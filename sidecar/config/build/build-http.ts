import {
  DEFAULT_QUERY_TIME_MS,
  KV_MAX_VALUE_BYTES,
  KV_VALUE_CEILING_BYTES,
  MAX_QUERY_TIME_MS,
  TXN_CEILING_BYTES,
  TXN_MAX_BYTES,
} from '../../../protocol/limits.ts';
import { renderDuration } from '../../../protocol/duration.ts';
import { readCIDRs } from './build-gossip.ts';
import type { HTTPConfig, LimitsConfig } from '../agent-config-network.ts';
import type { BuildContext } from './build-context.ts';

/** The HTTP interface. Defaults: agent/config/default.go. */
export function buildHTTP(context: BuildContext): HTTPConfig {
  const { raw } = context;
  const http = raw.http_config ?? {};
  return {
    responseHeaders: http.response_headers ?? {},
    blockEndpoints: http.block_endpoints ?? [],
    allowWriteFrom: readCIDRs(
      context,
      'http_config.allow_write_http_from',
      http.allow_write_http_from,
    ),
    maxHeaderBytes: http.max_header_bytes ?? 0,
    useCache: http.use_cache ?? true,
    defaultQueryTimeMs: context.ms(raw.default_query_time, renderDuration(DEFAULT_QUERY_TIME_MS)),
    maxQueryTimeMs: context.ms(raw.max_query_time, renderDuration(MAX_QUERY_TIME_MS)),
    discoveryMaxStaleMs: context.ms(raw.discovery_max_stale),
    disableUnprintableCharFilter: raw.disable_http_unprintable_char_filter ?? false,
  };
}

export function buildLimits(context: BuildContext): LimitsConfig {
  const limits = context.raw.limits ?? {};
  const requests = limits.request_limits ?? {};
  return {
    httpMaxConnectionsPerClient: limits.http_max_conns_per_client ?? 200,
    httpsHandshakeTimeoutMs: context.ms(limits.https_handshake_timeout, '5s'),
    kvMaxValueBytes: atMost(
      context,
      'kv_max_value_size',
      KV_MAX_VALUE_BYTES,
      KV_VALUE_CEILING_BYTES,
    ),
    txnMaxBytes: atMost(context, 'txn_max_req_len', TXN_MAX_BYTES, TXN_CEILING_BYTES),
    rpcRate: rate(limits.rpc_rate),
    rpcMaxBurst: limits.rpc_max_burst ?? 1000,
    requestLimits: {
      mode: context.oneOf(
        'limits.request_limits.mode',
        requests.mode,
        ['disabled', 'permissive', 'enforcing'],
        'disabled',
        (value) => `invalid mode: "${value}"`,
      ),
      readRate: rate(requests.read_rate),
      writeRate: rate(requests.write_rate),
    },
  };
}

/** Consul takes any size; here one above what a call can carry is taken for the largest. */
function atMost(
  context: BuildContext,
  key: 'kv_max_value_size' | 'txn_max_req_len',
  initial: number,
  ceiling: number,
): number {
  const value = context.raw.limits?.[key] ?? initial;
  if (value > ceiling) context.warn(`limits.${key}: ${value} is taken as ${ceiling}, the largest`);
  return Math.min(value, ceiling);
}

/** Consul writes "no limit" as a negative rate. */
function rate(value: number | undefined): number {
  return value === undefined || value < 0 ? Infinity : value;
}
