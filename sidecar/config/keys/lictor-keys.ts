/** What Consul does not have: how an agent reaches a datacenter that runs on the edge, the history of changes, and copies of keys. */
import { duration, float, list, object, string, uint } from '../schema.ts';

export const LICTOR_KEYS = {
  /** Where the deployed Worker answers, e.g. `https://lictor.example.workers.dev`. */
  edge_url: string,
  /**
   * The join token; `edge_token_file` names a file that holds it, so that it need not stand in the
   * configuration.
   */
  edge_token: string,
  edge_token_file: string,
  /** `host:port` of a collector that takes syslog by UDP; without it the host's own daemon is written to. */
  syslog_address: string,
  /** How long, and up to which size, an embedded control plane remembers what was changed. */
  history: object({ max_age: duration, max_bytes: uint }),
  /** How an embedded control plane judges who lives: the brake on mass failures, the look at keepalives. */
  liveness: object({
    mass_failure_share: float,
    mass_failure_window: duration,
    heartbeat_check_interval: duration,
  }),
  /** Prefixes of keys in other datacenters that servers of this one copy to a prefix here. */
  kv_mirror: list(
    object({ datacenter: string, prefix: string, destination: string, exclude: list(string) }),
  ),
};
