/**
 * Access control and Connect's certificate authority. Source: agent/config/config.go (ACL, Tokens,
 * Connect).
 */
import { any, bool, duration, enterprise, ignored, list, map, object, string } from '../schema.ts';
import { CONSUL_INTERNAL, NO_CLIENT_CERTIFICATES, NO_GATEWAY_FEDERATION } from './reasons.ts';

/** Tokens that the agent itself uses; persisted ones of the HTTP API win over them. */
const TOKEN_KEYS = object({
  initial_management: string,
  replication: string,
  agent_recovery: string,
  default: string,
  agent: string,
  config_file_service_registration: string,
  dns: string,
  managed_service_provider: enterprise(list(object({ accessor_id: string, secret_id: string }))),
  // The names before Consul 1.11; deprecated.ts renames them.
  master: string,
  agent_master: string,
});

export const ACL_KEYS = {
  acl: object({
    enabled: bool,
    enable_token_replication: bool,
    policy_ttl: duration,
    role_ttl: duration,
    token_ttl: duration,
    down_policy: string,
    default_policy: string,
    enable_key_list_policy: bool,
    enable_token_persistence: bool,
    msp_disable_bootstrap: enterprise(bool),
    tokens: TOKEN_KEYS,
  }),
  // `ca_config` belongs to the provider: its keys are renamed in build-acl.ts and checked there.
  connect: object({
    enabled: bool,
    ca_provider: string,
    ca_config: map(any),
    enable_mesh_gateway_wan_federation: ignored(bool, NO_GATEWAY_FEDERATION),
    test_ca_leaf_root_change_spread: ignored(duration, CONSUL_INTERNAL),
  }),
  auto_encrypt: ignored(
    object({ tls: bool, dns_san: list(string), ip_san: list(string), allow_tls: bool }),
    NO_CLIENT_CERTIFICATES,
  ),
  // Parsed whole, because `enabled = true` is refused: such an agent has no other way to be
  // admitted.
  auto_config: object({
    enabled: bool,
    intro_token: string,
    intro_token_file: string,
    server_addresses: list(string),
    dns_sans: list(string),
    ip_sans: list(string),
    authorization: object({
      enabled: bool,
      static: object({
        claim_assertions: list(string),
        allow_reuse: bool,
        jwt_supported_algs: list(string),
        bound_audiences: list(string),
        claim_mappings: map(string),
        list_claim_mappings: map(string),
        oidc_discovery_url: string,
        oidc_discovery_ca_cert: string,
        jwks_url: string,
        jwks_ca_cert: string,
        jwt_validation_pub_keys: list(string),
        bound_issuer: string,
        expiration_leeway: duration,
        not_before_leeway: duration,
        clock_skew_leeway: duration,
      }),
    }),
  }),
};
