/** What holds for a service wherever it runs: its protocol, its proxies, its upstreams. */
import { keep, keepInAPI, list, omit, pointer, struct, TEXTS } from '../shape.ts';
import {
  ENVOY_EXTENSION,
  EXPOSE,
  HEAD,
  MESH_GATEWAY,
  META,
  TRANSPARENT_PROXY,
  UPSTREAM_CONFIG,
} from './parts.ts';

const RATE_LIMITS = struct({
  InstanceLevel: keep(
    struct({
      RequestsPerSecond: keep('int'),
      RequestsMaxBurst: keep('int'),
      Routes: keep(
        list(
          struct({
            PathExact: keep('string'),
            PathPrefix: keep('string'),
            PathRegex: keep('string'),
            RequestsPerSecond: keep('int'),
            RequestsMaxBurst: keep('int'),
          }),
        ),
      ),
    }),
  ),
});

export const SERVICE_DEFAULTS = struct({
  ...HEAD,
  Protocol: keepInAPI('string'),
  Mode: omit('string'),
  TransparentProxy: omit(TRANSPARENT_PROXY),
  MutualTLSMode: omit('string'),
  MeshGateway: omit(MESH_GATEWAY),
  Expose: omit(EXPOSE),
  ExternalSNI: omit('string'),
  UpstreamConfig: pointer(
    struct({ Overrides: omit(list(UPSTREAM_CONFIG)), Defaults: pointer(UPSTREAM_CONFIG) }),
  ),
  Destination: pointer(struct({ Addresses: omit(TEXTS), Port: omit('int') })),
  MaxInboundConnections: omit('int'),
  LocalConnectTimeoutMs: omit('int'),
  LocalRequestTimeoutMs: omit('int'),
  BalanceInboundConnections: omit('string'),
  RateLimits: pointer(RATE_LIMITS),
  EnvoyExtensions: omit(list(ENVOY_EXTENSION)),
  ...META,
});
