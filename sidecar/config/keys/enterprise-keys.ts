/**
 * Keys of Consul Enterprise. The community edition warns and goes on (agent/config/builder_ce.go),
 * but refuses network segments (segment_ce.go): an agent would otherwise stand in another network
 * than it was told to.
 */
import {
  alias,
  bool,
  duration,
  enterprise,
  int,
  list,
  map,
  object,
  refused,
  string,
} from '../schema.ts';

const NO_SEGMENTS = 'Network segments are not supported in this version of Consul';

export const ENTERPRISE_KEYS = {
  audit: enterprise(
    object({
      enabled: bool,
      rpc_enabled: bool,
      sink: map(
        object({
          name: string,
          type: string,
          format: string,
          path: string,
          delivery_guarantee: string,
          mode: string,
          rotate_bytes: int,
          rotate_duration: duration,
          rotate_max_files: int,
        }),
      ),
    }),
  ),
  read_replica: alias(enterprise(bool), 'non_voting_server'),
  partition: enterprise(string),
  segment: refused(string, NO_SEGMENTS),
  segments: refused(
    list(object({ advertise: string, bind: string, name: string, port: int, rpc_listener: bool })),
    NO_SEGMENTS,
  ),
  segment_limit: enterprise(int),
  segment_name_limit: enterprise(int),
  license_path: enterprise(string),
  // Consul does not read these durations, so any text will do.
  license_poll_base_time: enterprise(string),
  license_poll_max_time: enterprise(string),
  license_update_base_time: enterprise(string),
  license_update_max_time: enterprise(string),
  reporting: enterprise(object({ license: object({ enabled: bool }) })),
};
