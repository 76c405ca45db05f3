/**
 * Addresses, ports and gossip. Source: agent/config/config.go (Addresses, Ports, GossipLANConfig).
 */
import { bool, duration, ignored, int, list, map, object, string, unused } from '../schema.ts';
import { NO_GATEWAY_FEDERATION, NO_MANAGED_PROXIES, NO_XDS } from './reasons.ts';

/** memberlist's tuning; both pools have the same keys and other defaults (build-gossip.ts). */
const GOSSIP_TUNING_KEYS = object({
  gossip_nodes: int,
  gossip_interval: duration,
  probe_interval: duration,
  probe_timeout: duration,
  suspicion_mult: int,
  retransmit_mult: int,
});

export const NETWORK_KEYS = {
  addresses: object({
    dns: string,
    http: string,
    https: string,
    grpc: unused(string, NO_XDS),
    grpc_tls: unused(string, NO_XDS),
  }),
  // Addresses may hold go-sockaddr templates, so they are plain strings until address-template.ts.
  advertise_addr: string,
  advertise_addr_ipv4: string,
  advertise_addr_ipv6: string,
  advertise_addr_wan: string,
  advertise_addr_wan_ipv4: string,
  advertise_addr_wan_ipv6: string,
  advertise_reconnect_timeout: duration,
  bind_addr: string,
  client_addr: string,
  // Zero and below disable an interface.
  ports: object({
    dns: int,
    http: int,
    https: int,
    serf_lan: int,
    serf_wan: int,
    server: int,
    grpc: unused(int, NO_XDS),
    grpc_tls: unused(int, NO_XDS),
    proxy_min_port: unused(int, NO_MANAGED_PROXIES),
    proxy_max_port: unused(int, NO_MANAGED_PROXIES),
    sidecar_min_port: int,
    sidecar_max_port: int,
    expose_min_port: unused(int, NO_XDS),
    expose_max_port: unused(int, NO_XDS),
  }),
  tagged_addresses: map(string),
  translate_wan_addrs: bool,
  // Bind addresses of the two pools, where they differ from bind_addr.
  serf_lan: string,
  serf_wan: string,
  serf_lan_allowed_cidrs: list(string),
  serf_wan_allowed_cidrs: list(string),
  gossip_lan: GOSSIP_TUNING_KEYS,
  gossip_wan: GOSSIP_TUNING_KEYS,
  encrypt: string,
  encrypt_verify_incoming: bool,
  encrypt_verify_outgoing: bool,
  disable_keyring_file: bool,
  disable_coordinates: bool,
  // Each entry is an address, a template, or a go-discover string with spaces in it.
  retry_join: list(string),
  retry_join_wan: list(string),
  retry_interval: duration,
  retry_interval_wan: duration,
  retry_max: int,
  retry_max_wan: int,
  reconnect_timeout: duration,
  reconnect_timeout_wan: duration,
  rejoin_after_leave: bool,
  primary_gateways: ignored(list(string), NO_GATEWAY_FEDERATION),
  primary_gateways_interval: ignored(duration, NO_GATEWAY_FEDERATION),
};
