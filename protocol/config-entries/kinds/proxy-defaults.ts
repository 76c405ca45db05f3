/** What holds for every proxy of the datacenter. There is one entry, called `global`. */
import { keepInAPI, list, map, omit, pointer, struct } from '../shape.ts';
import {
  ACCESS_LOGS,
  ENVOY_EXTENSION,
  EXPOSE,
  FAILOVER_POLICY,
  HEAD,
  MESH_GATEWAY,
  META,
  PRIORITIZE_BY_LOCALITY,
  TRANSPARENT_PROXY,
} from './parts.ts';

export const PROXY_DEFAULTS = struct({
  ...HEAD,
  Config: keepInAPI(map('any')),
  Mode: omit('string'),
  TransparentProxy: omit(TRANSPARENT_PROXY),
  MutualTLSMode: omit('string'),
  MeshGateway: omit(MESH_GATEWAY),
  Expose: omit(EXPOSE),
  AccessLogs: omit(ACCESS_LOGS),
  EnvoyExtensions: omit(list(ENVOY_EXTENSION)),
  FailoverPolicy: pointer(FAILOVER_POLICY),
  PrioritizeByLocality: pointer(PRIORITIZE_BY_LOCALITY),
  ...META,
});
