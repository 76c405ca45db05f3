// A server of a cluster that was grown over the years: old spellings, tuning of Raft, the UI, federation.
datacenter         = "dc1"
primary_datacenter = "dc1"
data_dir           = "/var/consul"
domain             = "corp.example."
alt_domain         = "consul."
server             = true
bootstrap          = true
ui                 = true
bind_addr          = "{{ GetInterfaceIP \"eth0\" }}"
advertise_addr_wan = "198.51.100.4"
translate_wan_addrs = true
start_join         = ["10.1.0.11"]
retry_join_wan     = ["203.0.113.9"]
acl_datacenter     = "dc1"
acl_master_token   = "b1gs33cr3t"
ca_file            = "/etc/consul/ca.pem"
cert_file          = "/etc/consul/server.pem"
key_file           = "/etc/consul/server-key.pem"
verify_incoming    = true
verify_outgoing    = true

raft_protocol           = 3
raft_snapshot_threshold = 16384
autopilot { cleanup_dead_servers = true last_contact_threshold = "200ms" max_trailing_logs = 250 }
raft_logstore { backend = "wal" wal { segment_size_mb = 64 } }

http_config {
  block_endpoints = ["/v1/agent/force-leave"]
  response_headers { "Access-Control-Allow-Origin" = "*" }
}

connect {
  enabled     = true
  ca_provider = "consul"
  ca_config { leaf_cert_ttl = "72h" intermediate_cert_ttl = "8760h" }
}

config_entries {
  bootstrap {
    kind = "proxy-defaults"
    name = "global"
    config { protocol = "http" }
  }
  bootstrap = [{ kind = "mesh" }]
}

session_ttl_min = "5s"
unix_sockets { user = "consul" group = "ops" mode = "0660" }
addresses { http = "127.0.0.1 unix:///var/run/consul.sock" }
license_path = "/etc/consul/license.hclic"
