/**
 * Keys of Consul's server cluster, most of which have nothing to act upon here.
 * Source: agent/config/config.go (Autopilot, Performance, RaftLogStoreRaw, Consul, CloudConfigRaw).
 */
import { parseDuration } from '../../../protocol/duration.ts';
import {
  any,
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
  within,
} from '../schema.ts';
import {
  ACKNOWLEDGED_LEAVE,
  CONSUL_CODE,
  CONSUL_INTERNAL,
  NO_CLOUD,
  NO_SERVER_RPC,
  NO_SERVERS,
  NO_XDS,
  OTHER_PROGRAM,
} from './reasons.ts';

const MIN_REJOIN_AGE_MS = 6 * 3_600_000;

/** Consul's supervision of its servers. */
const AUTOPILOT_KEYS = object({
  cleanup_dead_servers: bool,
  last_contact_threshold: duration,
  max_trailing_logs: within(int, (value) =>
    value >= 0 ? undefined : `cannot be ${value}. Must be greater than or equal to zero`,
  ),
  min_quorum: uint,
  server_stabilization_time: duration,
  disable_upgrade_migration: enterprise(bool),
  redundancy_zone_tag: enterprise(string),
  upgrade_version_tag: enterprise(string),
});

/** Raft's, all of it: what its drain time is for, the datacenter's acknowledgement does. */
const PERFORMANCE_KEYS = object({
  leave_drain_time: unused(duration, ACKNOWLEDGED_LEAVE),
  raft_multiplier: within(ignored(int, NO_SERVERS), (value) =>
    value >= 1 && value <= 10 ? undefined : `cannot be ${value}. Must be between 1 and 10`,
  ),
  rpc_hold_timeout: ignored(duration, NO_SERVER_RPC),
  grpc_keepalive_interval: unused(duration, NO_XDS),
  grpc_keepalive_timeout: unused(duration, NO_XDS),
  enable_xds_load_balancing: ignored(bool, NO_SERVERS),
});

/** Consul's replicated log. */
const RAFT_KEYS = {
  raft_protocol: within(ignored(int, NO_SERVERS), (value) =>
    value === 3 ? undefined : `version ${value} is not supported by this version of Consul`,
  ),
  raft_snapshot_threshold: ignored(int, NO_SERVERS),
  raft_snapshot_interval: ignored(duration, NO_SERVERS),
  raft_trailing_logs: ignored(int, NO_SERVERS),
  raft_prevote_disabled: ignored(bool, NO_SERVERS),
  raft_logstore: ignored(
    object({
      backend: string,
      disable_log_cache: bool,
      verification: object({ enabled: bool, interval: duration }),
      boltdb: object({ no_freelist_sync: bool }),
      wal: object({ segment_size_mb: int }),
    }),
    NO_SERVERS,
  ),
};

/** Consul writes its own values over these, and does not look whether a duration is one. */
const INTERNAL_KEYS = {
  ae_interval: ignored(string, CONSUL_INTERNAL),
  check_deregister_interval_min: ignored(string, CONSUL_INTERNAL),
  check_reap_interval: ignored(string, CONSUL_INTERNAL),
  sync_coordinate_interval_min: ignored(string, CONSUL_INTERNAL),
  sync_coordinate_rate_target: ignored(float, CONSUL_INTERNAL),
  revision: ignored(string, CONSUL_INTERNAL),
  version: ignored(string, CONSUL_INTERNAL),
  version_prerelease: ignored(string, CONSUL_INTERNAL),
  version_metadata: ignored(string, CONSUL_INTERNAL),
  build_date: ignored(string, CONSUL_INTERNAL),
  consul: ignored(
    object({
      coordinate: object({
        update_batch_size: int,
        update_max_batches: int,
        update_period: duration,
      }),
      raft: object({
        election_timeout: duration,
        heartbeat_timeout: duration,
        leader_lease_timeout: duration,
      }),
      server: object({ health_interval: duration }),
    }),
    CONSUL_INTERNAL,
  ),
};

export const SERVER_KEYS = {
  ...RAFT_KEYS,
  ...INTERNAL_KEYS,
  autopilot: ignored(AUTOPILOT_KEYS, NO_SERVERS),
  performance: PERFORMANCE_KEYS,
  protocol: ignored(int, NO_SERVERS),
  server_rejoin_age_max: within(ignored(duration, NO_SERVERS), (text) =>
    parseDuration(text)! >= MIN_REJOIN_AGE_MS
      ? undefined
      : `duration '${text}' cannot be less than: 6h0m0s`,
  ),
  server_name: string,
  xds: unused(object({ update_max_per_second: float }), NO_XDS),
  experiments: ignored(list(string), CONSUL_CODE),
  snapshot_agent: ignored(map(any), OTHER_PROGRAM),
  cloud: ignored(
    object({
      resource_id: string,
      client_id: string,
      client_secret: string,
      hostname: string,
      auth_url: string,
      scada_address: string,
    }),
    NO_CLOUD,
  ),
};
