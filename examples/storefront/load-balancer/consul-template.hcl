consul {
  address = "127.0.0.1:@HTTP_PORT@"
}

template {
  source      = "@DIRECTORY@/haproxy.cfg.ctmpl"
  destination = "@DIRECTORY@/haproxy.cfg"
  command     = ["@NODE@", "@EXAMPLE@/load-balancer/reload.mjs", "@DIRECTORY@"]
}
