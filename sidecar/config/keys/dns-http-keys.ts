/**
 * The DNS and HTTP interfaces and their limits. Source: agent/config/config.go (DNS, SOA,
 * HTTPConfig, Limits).
 */
import {
  bool,
  duration,
  enterprise,
  float,
  ignored,
  int,
  list,
  map,
  object,
  string,
  uint,
  unused,
  wholeObject,
  within,
} from '../schema.ts';
import { DNS_FROM_REPLICA, NO_SERVER_RPC, PUSHED_REPLICA } from './reasons.ts';

/** A negative rate is unlimited, so it says so only of a rate that is 0. */
function strictlyPositive(value: number): string | undefined {
  return value > 0 ? undefined : `must be strictly positive, was: ${value}`;
}

/** Names, lifetimes and sizes of DNS answers. All of it can be reloaded but the domains. */
export const DNS_KEYS = {
  domain: string,
  alt_domain: string,
  recursors: list(string),
  dns_config: object({
    allow_stale: unused(bool, DNS_FROM_REPLICA),
    a_record_limit: int,
    disable_compression: bool,
    enable_truncate: bool,
    max_stale: unused(duration, DNS_FROM_REPLICA),
    node_ttl: duration,
    only_passing: bool,
    recursor_strategy: string,
    recursor_timeout: duration,
    service_ttl: map(duration),
    udp_answer_limit: int,
    enable_additional_node_meta_txt: bool,
    soa: wholeObject({ refresh: uint, retry: uint, expire: uint, min_ttl: uint }),
    use_cache: unused(bool, DNS_FROM_REPLICA),
    cache_max_age: unused(duration, DNS_FROM_REPLICA),
    prefer_namespace: enterprise(bool),
  }),
};

/** The HTTP API; `limits` also bounds what the agent sends to the datacenter. */
export const HTTP_KEYS = {
  http_config: object({
    block_endpoints: list(string),
    allow_write_http_from: list(string),
    response_headers: map(string),
    use_cache: bool,
    max_header_bytes: int,
  }),
  limits: object({
    http_max_conns_per_client: int,
    https_handshake_timeout: duration,
    request_limits: unused(
      object({ mode: string, read_rate: float, write_rate: float }),
      NO_SERVER_RPC,
    ),
    rpc_client_timeout: ignored(duration, NO_SERVER_RPC),
    rpc_handshake_timeout: ignored(duration, NO_SERVER_RPC),
    rpc_max_burst: unused(int, NO_SERVER_RPC),
    rpc_max_conns_per_client: ignored(int, NO_SERVER_RPC),
    rpc_rate: unused(float, NO_SERVER_RPC),
    kv_max_value_size: uint,
    txn_max_req_len: uint,
  }),
  unix_sockets: object({ group: string, mode: string, user: string }),
  default_query_time: duration,
  max_query_time: duration,
  discovery_max_stale: duration,
  disable_http_unprintable_char_filter: bool,
  cache: ignored(
    object({
      entry_fetch_max_burst: within(int, strictlyPositive),
      entry_fetch_rate: within(float, (value) => (value === 0 ? strictlyPositive(0) : undefined)),
    }),
    PUSHED_REPLICA,
  ),
  use_streaming_backend: ignored(bool, PUSHED_REPLICA),
  rpc: ignored(object({ enable_streaming: bool }), PUSHED_REPLICA),
};
