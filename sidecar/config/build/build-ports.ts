import type { PortsConfig } from '../agent-config-network.ts';
import type { BuildContext } from './build-context.ts';

const MAX_PORT = 65_535;
/** Consul opens gRPC in development mode, and gRPC over TLS on servers, without being told. */
const DEV_GRPC_PORT = 8502;
const SERVER_GRPC_TLS_PORT = 8503;

/** All ports; those at or below zero are disabled and become -1. */
export function buildPorts(context: BuildContext, server: boolean): PortsConfig {
  const raw = context.raw.ports ?? {};
  const port = (key: keyof typeof raw, defaultPort: number): number => {
    const value = raw[key] ?? defaultPort;
    if (value > MAX_PORT) context.fail(`ports.${key}`, `invalid port: ${value}`);
    return value <= 0 ? -1 : value;
  };
  const ports: PortsConfig = {
    dns: port('dns', 8600),
    http: port('http', 8500),
    https: port('https', -1),
    grpc: port('grpc', context.dev ? DEV_GRPC_PORT : -1),
    grpcTLS: port('grpc_tls', server ? SERVER_GRPC_TLS_PORT : -1),
    server: port('server', 8300),
    serfLAN: port('serf_lan', 8301),
    serfWAN: port('serf_wan', 8302),
    proxyMin: port('proxy_min_port', 20_000),
    proxyMax: port('proxy_max_port', 20_255),
    sidecarMin: port('sidecar_min_port', 21_000),
    sidecarMax: port('sidecar_max_port', 21_255),
    exposeMin: port('expose_min_port', 21_500),
    exposeMax: port('expose_max_port', 21_755),
  };
  if (ports.server <= 0) context.fail('ports.server', 'server-port must be greater than zero');
  if (ports.serfLAN <= 0) context.fail('ports.serf_lan', 'serf-lan-port must be greater than zero');
  checkRange(context, 'proxy', ports.proxyMin, ports.proxyMax);
  checkRange(context, 'sidecar', ports.sidecarMin, ports.sidecarMax);
  checkRange(context, 'expose', ports.exposeMin, ports.exposeMax);
  return ports;
}

function checkRange(context: BuildContext, name: string, min: number, max: number): void {
  if (max >= min) return;
  const order = `${name}_min_port must be less than ${name}_max_port.`;
  context.fail(`ports.${name}_max_port`, `${order} To disable, set both to zero.`);
}
