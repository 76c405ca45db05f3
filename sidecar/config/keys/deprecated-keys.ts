/**
 * Top-level spellings that Consul 1.21 still takes, with a warning. deprecated.ts moves their
 * values. Source: agent/config/deprecated.go.
 */
import { any, bool, duration, list, object, string } from '../schema.ts';

export const DEPRECATED_KEYS = {
  acl_agent_master_token: string,
  acl_agent_token: string,
  acl_token: string,
  acl_enable_key_list_policy: bool,
  acl_master_token: string,
  acl_replication_token: string,
  enable_acl_replication: bool,
  acl_datacenter: string,
  acl_default_policy: string,
  acl_down_policy: string,
  acl_ttl: duration,
  // Consul takes it without a type and only says that it should go.
  acl_enforce_version_8: any,
  ca_file: string,
  ca_path: string,
  cert_file: string,
  key_file: string,
  tls_cipher_suites: string,
  tls_min_version: string,
  tls_prefer_server_cipher_suites: bool,
  verify_incoming: bool,
  verify_incoming_https: bool,
  verify_incoming_rpc: bool,
  verify_outgoing: bool,
  verify_server_hostname: bool,
  start_join: list(string),
  start_join_wan: list(string),
  raft_boltdb: object({ no_freelist_sync: bool }),
  ui: bool,
  ui_dir: string,
  ui_content_path: string,
};
