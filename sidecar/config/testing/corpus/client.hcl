# An agent on a web host: joins a datacenter, serves DNS to the host, checks two services.
datacenter  = "east-aws"
data_dir    = "/opt/consul"
node_name   = "web-01"
server      = false
bind_addr   = "10.1.2.3"
client_addr = "127.0.0.1 {{ GetPrivateIP }}"
retry_join  = ["10.1.0.10", "provider=aws tag_key=consul tag_value=server region=us-east-1"]
encrypt     = "pUqJrVyVRj5jsiYEkM/tFQYfWyJIv4s3XkvDwy7Cu5s="
log_level   = "INFO"

enable_local_script_checks = true
leave_on_terminate         = true

node_meta {
  rack     = "r7"
  instance = "m5.large"
}

ports {
  http  = 8500
  https = 8501
  dns   = 53
  grpc  = 8502
}

recursors = ["10.0.0.2", "1.1.1.1"]

dns_config {
  allow_stale      = true
  max_stale        = "72h"
  node_ttl         = "30s"
  only_passing     = true
  enable_truncate  = true
  udp_answer_limit = 5
  service_ttl {
    "*"   = "5s"
    "db-*" = "30s"
  }
  soa { min_ttl = 60 }
}

service {
  id   = "web-01-http"
  name = "web"
  tags = ["rails", "v1.2"]
  port = 80
  meta { version = "1.2" }
  weights { passing = 10 warning = 1 }

  checks = [
    {
      id       = "web-http"
      name     = "HTTP on port 80"
      http     = "http://127.0.0.1:80/health"
      method   = "GET"
      header   = { Accept = ["application/json"], "X-Probe" = ["consul"] }
      interval = "10s"
      timeout  = "1s"
      failures_before_critical = 3
    },
    {
      args = ["/usr/local/bin/check_disk.sh", "-w", "80"]
      interval = "1m"
      notes = <<-EOT
        Warns at 80 %.
        Runs as root.
        EOT
    },
  ]
}

services {
  name = "metrics"
  port = 9100
  check {
    tcp                               = "127.0.0.1:9100"
    interval                          = "5s"
    deregister_critical_service_after = "90m"
  }
}

services {
  name    = "api"
  port    = 8080
  connect {
    sidecar_service {
      proxy {
        upstreams {
          destination_name = "db"
          local_bind_port  = 5432
          config { connect_timeout_ms = 1000 }
        }
      }
    }
  }
}

check {
  id     = "load"
  name   = "Load average"
  args   = ["/usr/local/bin/check_load.sh"]
  interval = "30s"
}

watches = [
  {
    type = "key"
    key  = "web/config"
    args = ["/usr/local/bin/reload.sh", "-f"]
  },
  {
    type         = "service"
    service      = "db"
    handler_type = "http"
    http_handler_config {
      path    = "http://127.0.0.1:9000/hook"
      method  = "POST"
      timeout = "10s"
    }
  },
]

acl {
  enabled        = true
  default_policy = "deny"
  tokens {
    agent   = "11111111-aaaa-bbbb-cccc-222222222222"
    default = "33333333-aaaa-bbbb-cccc-444444444444"
  }
}

tls {
  defaults {
    ca_file         = "/etc/consul/ca.pem"
    verify_outgoing = true
  }
  https {
    cert_file       = "/etc/consul/web-01.pem"
    key_file        = "/etc/consul/web-01-key.pem"
    verify_incoming = false
  }
}

telemetry {
  statsd_address            = "127.0.0.1:8125"
  prometheus_retention_time = "24h"
  prefix_filter             = ["+consul.catalog", "-consul.runtime"]
}

limits { http_max_conns_per_client = 1000 }
performance { raft_multiplier = 1 }
